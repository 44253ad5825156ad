"""Decide which names, addresses and scopes applications may have. Pure."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from chat_app.core.accounts.errors import InvalidField
from chat_app.core.kernel.checks.endpoints import is_http_address
from chat_app.core.kernel.texts.cleaning import clean_name

NAME_MAX: Final = 60
ADDRESS_MAX: Final = 500
ADDRESSES_MAX: Final = 10
ALGORITHMS: Final = ("RS256", "ES256")
_OWN_SCHEME: Final = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+:/[!-~]*")
"""An address of a native app (RFC 8252, 7.1): its scheme is a reversed domain name of its maker.

``javascript:``, ``data:`` and other schemes of browsers have no dot.
"""
_LOOPBACK_PORT: Final = re.compile(r"\A(http://(?:127\.0\.0\.1|\[::1\])):[1-9][0-9]{0,4}(?=/|\Z)")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_TRICKS: Final = ("\\", "*", "/../", "/./", "%2e", "%2f", "%5c", "%00", "#")


class OAuthScope(StrEnum):
    """A part of a person's data that an application may see."""

    OPENID = "openid"
    """Their id, which never changes."""
    PROFILE = "profile"
    EMAIL = "email"
    GROUPS = "groups"
    """The groups that the person has in their organisation."""


def check_name(name: str) -> str:
    """Return an application's name. Raises ``InvalidField``."""
    name = clean_name(name)
    if not 1 <= len(name) <= NAME_MAX:
        raise InvalidField("name_invalid", "name", maximum=NAME_MAX)
    return name


def check_addresses(addresses: Iterable[str], field: str, *, native: bool, least: int = 1) -> list[str]:
    """Return redirect addresses, each once.

    Raises ``InvalidField``. ``native`` permits private-use schemes: another program may register the same scheme, so
    such an application must use PKCE, and has no secret.
    """
    found = list(dict.fromkeys(line.strip() for line in addresses if line.strip()))
    if not least <= len(found) <= ADDRESSES_MAX:
        raise InvalidField("addresses_count", field, minimum=least, maximum=ADDRESSES_MAX)
    for address in found:
        if not (is_safe_address(address) or (native and _is_of_program(address))):
            raise InvalidField("redirect_uri_invalid", field, address=address[:100])
    return found


def is_registered(address: str, registered: Sequence[str], *, native: bool) -> bool:
    """Return whether an application has an address, compared character by character.

    A native program listens at a free port (RFC 8252, 7.3), so for a ``native`` one the port of a loopback address is
    not compared. ``localhost`` can be another machine, so its port is compared.
    """
    if address in registered:
        return True
    plain = _LOOPBACK_PORT.sub(r"\1", address, count=1)
    own = {_LOOPBACK_PORT.sub(r"\1", each, count=1) for each in registered if each.startswith("http:")}
    return native and plain in own


def shown_host(address: str) -> str:
    """Return an address as people are shown it: the host, or the scheme of a program; "" for no address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return parts.netloc if parts.scheme in ("http", "https") else parts.scheme


def _is_of_program(address: str) -> bool:
    fits = len(address) <= ADDRESS_MAX and _OWN_SCHEME.fullmatch(address) is not None
    return fits and "@" not in address and not any(each in address.lower() for each in _TRICKS)


def is_safe_address(address: str) -> bool:
    """Return whether people may be sent to an address: by https, or to a program on their own machine.

    It has no user, no fragment and nothing that a browser or a proxy would read as another path or host.
    """
    if not is_http_address(address, ADDRESS_MAX, query=True) or any(each in address.lower() for each in _TRICKS):
        return False
    parts = urlsplit(address)
    if parts.path.endswith(("/..", "/.")) or parts.netloc != parts.netloc.lower():
        return False
    return parts.scheme == "https" or parts.hostname in _LOOPBACK


def check_scopes(scopes: Iterable[str]) -> list[str]:
    """Return the scopes that an application may ask for, ``openid`` always. Raises ``InvalidField``."""
    wanted = {*scopes, OAuthScope.OPENID.value}
    if not wanted <= set(OAuthScope):
        raise InvalidField("choice_invalid", "scopes")
    return in_order(wanted)


def in_order(scopes: Iterable[str]) -> list[str]:
    """Return the scopes that exist, in the order in which people read them."""
    wanted = set(scopes)
    return [scope.value for scope in OAuthScope if scope in wanted]


def check_algorithm(alg: str) -> str:
    """Return the algorithm of an application's ID tokens. Raises ``InvalidField``."""
    if alg not in ALGORITHMS:
        raise InvalidField("choice_invalid", "signing_alg")
    return alg


def covers(granted: Sequence[str], wanted: Sequence[str]) -> bool:
    """Return whether a consent to some scopes is one to others too."""
    return set(wanted) <= set(granted)
