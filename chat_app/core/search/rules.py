"""Parse a search query. Pure."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from chat_app.core.kernel.ids import AnyId
from chat_app.core.kernel.texts.cleaning import clean_line
from chat_app.core.messages.texts.words import AUDIO, FILE, IMAGE

QUERY_MAX: Final = 200
"""The number of characters of a query that count."""

HAS: Final = {"image": IMAGE, "file": FILE, "audio": AUDIO}
"""The values of the filter `has`, and the index word of each."""

_FILTER: Final = re.compile(r"(?<!\S)(from|has|is):(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """The filters of a search, all of which a message must match.

    ``author`` is a username, ``me`` or ``ai``; times from ``after`` on match, and times before ``before``.
    """

    text: str = ""
    room: AnyId | None = None
    author: str = ""
    after: datetime | None = None
    before: datetime | None = None
    has: frozenset[str] = frozenset()
    is_starred: bool = False


def with_typed_filters(wanted: SearchFilter) -> SearchFilter:
    """Return the same with the filters in the text applied: ``from:aiko``, ``has:image``, ``is:starred``."""
    text = clean_line(wanted.text[:QUERY_MAX])
    wanted = replace(wanted, author=clean_line(wanted.author))
    for name, value in _FILTER.findall(text):
        match name.lower(), value.lower():
            case "from", author:
                wanted = replace(wanted, author=author)
            case "has", what if what in HAS:
                wanted = replace(wanted, has=wanted.has | {what})
            case "is", "starred":
                wanted = replace(wanted, is_starred=True)
            case _:
                continue
        text = text.replace(f"{name}:{value}", " ", 1)
    return replace(wanted, text=text)
