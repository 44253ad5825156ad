"""Compare the domains of email addresses, in any spelling. Pure."""

import idna


def domain_of(email: str) -> str:
    """Return the domain of an address as :func:`dns_name` does; "" if it has none."""
    return dns_name(email.rpartition("@")[2]) if "@" in email else ""


def dns_name(domain: str) -> str:
    """Return a domain as DNS has it: ``例え.jp`` and ``xn--r8jz45g.jp`` are one. What is none is only in lower case."""
    domain = domain.strip().lower()
    try:
        return domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return domain
