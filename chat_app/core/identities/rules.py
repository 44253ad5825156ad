"""Suggest usernames to newcomers, from their profile at a provider. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from chat_app.core.accounts.errors import InvalidField
from chat_app.core.accounts.rules import check_username
from chat_app.core.identities.ports import ProviderProfile

_OTHER: Final = re.compile(r"[^a-z0-9_.-]+")
_LENGTH: Final = 26
"""Leaves room for a number."""

FALLBACK: Final = "guest"


def username_bases(profile: ProviderProfile) -> Iterator[str]:
    """Return valid usernames that suit the person, the best first. Whether one is taken is not known here."""
    for hint in (profile.username, profile.email.partition("@")[0], profile.name, FALLBACK):
        plain = unicodedata.normalize("NFKD", hint).encode("ascii", "ignore").decode().lower()
        base = _OTHER.sub("-", plain).strip("_.-")[:_LENGTH].rstrip("_.-")
        try:
            yield check_username(base)
        except InvalidField:
            continue


def numbered(base: str) -> list[str]:
    """Yield the username itself, then with numbers appended."""
    return [base, *(f"{base}{number}" for number in range(2, 30))]
