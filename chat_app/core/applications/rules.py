"""Decide which names, addresses and scopes applications may have. Pure."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from chat_app.core.accounts.errors import InvalidField
from chat_app.core.kernel.endpoints import is_http_address
from chat_app.core.kernel.texts.cleaning import clean_name

NAME_MAX: Final = 60
ADDRESS_MAX: Final = 500
ADDRESSES_MAX: Final = 10
ALGORITHMS: Final = ("RS256", "ES256")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_TRICKS: Final = ("\\", "*", "/../", "/./", "%2e", "%2f", "%5c", "%00", "#")


class OAuthScope(StrEnum):
    """A part of a person's data that an application may see."""

    OPENID = "openid"
    """Their id, which never changes."""
    PROFILE = "profile"
    EMAIL = "email"
    GROUPS = "groups"
    """The groups that their organisation has them in."""


def check_name(name: str) -> str:
    """Return an application's name. Raises ``InvalidField``."""
    name = clean_name(name)
    if not 1 <= len(name) <= NAME_MAX:
        raise InvalidField("name_invalid", "name", maximum=NAME_MAX)
    return name


def check_addresses(addresses: Iterable[str], field: str, *, least: int = 1) -> list[str]:
    """Return addresses to which people may be sent, each once. Raises ``InvalidField``."""
    found = list(dict.fromkeys(line.strip() for line in addresses if line.strip()))
    if not least <= len(found) <= ADDRESSES_MAX:
        raise InvalidField("addresses_count", field, minimum=least, maximum=ADDRESSES_MAX)
    for address in found:
        if not is_safe_address(address):
            raise InvalidField("redirect_uri_invalid", field)
    return found


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
    """Return those of the scopes that there are, in the order in which people read them."""
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
