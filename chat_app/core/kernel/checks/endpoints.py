"""Check the addresses and the extra headers of other servers, as admins type them."""

import re
from typing import Final
from urllib.parse import urlsplit

HEADERS_MAX: Final = 20

_HEADER: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_OURS: Final = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "cookie"})
"""Headers that belong to the request itself."""

_PRINTABLE: Final = re.compile(r"[\x21-\x7e]+")
_LINE: Final = re.compile(r"[\x20-\x7e]*")


def is_printable(text: str, maximum: int) -> bool:
    """Return whether a text is printable ASCII without blanks, at least one character and at most ``maximum``."""
    return len(text) <= maximum and _PRINTABLE.fullmatch(text) is not None


def is_http_address(url: str, maximum: int, *, query: bool = False) -> bool:
    """Return whether a text is an address of HTTP with a host, without a user, a fragment and, unless ``query``, a
    query. A private address is one too.
    """
    if not is_printable(url, maximum):
        return False
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    return valid and parts.username is None and not parts.fragment and (query or not parts.query)


def parse_headers(typed: str, maximum: int) -> tuple[tuple[str, str], ...] | None:
    """Return headers that were typed one a line, as ``name: value``; None if one is no header of at most ``maximum``
    characters, or belongs to the request itself.
    """
    lines = list(filter(None, map(str.strip, typed.splitlines())))
    if len(lines) > HEADERS_MAX:
        return None
    found = {}
    for line in lines:
        name, colon, content = (part.strip() for part in line.partition(":"))
        known = colon and _HEADER.fullmatch(name) and name.lower() not in _OURS
        if not known or not _LINE.fullmatch(content) or len(content) > maximum:
            return None
        found[name.lower()] = content
    return tuple(found.items())
