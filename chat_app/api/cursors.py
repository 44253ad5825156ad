"""Encode and decode the cursors of lists."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Annotated, Final, Literal, TypeVar
from uuid import UUID

from fastapi import Query

from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.errors import Invalid
from chat_app.core.kernel.pages import NamePlace, NumberPlace, Place
from chat_app.core.kernel.wire import PageJson

Cursor = Annotated[str, Query(max_length=100, description="The `next` of the page before.")]

NameCursor = Annotated[str, Query(max_length=400, description="The `next` of the page before.")]

_SEQ: Final = re.compile(r"(before|after)-(\d{1,16})", re.ASCII)
_NAMED: Final = re.compile(r"(?P<username>[^ \0]+) (?P<name>[^\0]+)")

T = TypeVar("T")


def whole(items: list[T]) -> PageJson[T]:
    """Return a list as its only page."""
    return {"items": items, "next": ""}


def paged(items: list[T], place: Place | None) -> PageJson[T]:
    """Return a page of a list; ``place`` is the cursor of the next one."""
    return {"items": items, "next": cursor_of(place)}


def cursor_of(place: Place | None) -> str:
    """Return the cursor of the page that begins after ``place``, or "" if there is no further page."""
    return urlsafe_b64encode(f"{place.at.isoformat()} {place.id}".encode()).decode() if place else ""


def place_of(cursor: str) -> Place | None:
    """Decode a cursor. Raises ``Invalid`` for one that was not made here."""
    if not cursor:
        return None
    try:
        at, _, which = urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        return Place(utc(datetime.fromisoformat(at)), UUID(which))
    except ValueError:
        raise Invalid("invalid_request", field="cursor") from None


def name_cursor(last: Person | NamePlace) -> str:
    """Return the cursor of the page that begins after a person, or a place, in a list by name."""
    return urlsafe_b64encode(f"{last.username} {last.name}".encode()).decode()


def name_place_of(cursor: str) -> NamePlace | None:
    """Decode a cursor of a list by name. Raises ``Invalid`` for one that was not made here."""
    if not cursor:
        return None
    try:
        if found := _NAMED.fullmatch(urlsafe_b64decode(cursor.encode()).decode()):
            return NamePlace(found["name"], found["username"])
    except ValueError:
        pass
    raise Invalid("invalid_request", field="cursor")


def number_cursor(place: NumberPlace | None) -> str:
    """Return the cursor of the page that begins after ``place`` in a list ordered by a number, or ""."""
    return f"{place.value}.{place.id}" if place else ""


def number_place_of(cursor: str) -> NumberPlace | None:
    """Decode a cursor of a list by a number. Raises ``Invalid`` for one that was not made here."""
    if not cursor:
        return None
    value, _, which = cursor.partition(".")
    try:
        place = NumberPlace(int(value), UUID(which))
    except ValueError:
        raise Invalid("invalid_request", field="cursor") from None
    if abs(place.value) >= 2**63:
        raise Invalid("invalid_request", field="cursor")
    return place


def seq_cursor(way: Literal["before", "after"], seq: int) -> str:
    """Return the cursor of the page of messages before or after a sequence number."""
    return f"{way}-{seq}"


def seqs_of(cursor: str) -> dict[str, int]:
    """Decode a cursor of messages: ``before`` or ``after`` which ``seq``. Raises ``Invalid`` for any other."""
    if not cursor:
        return {}
    if found := _SEQ.fullmatch(cursor):
        return {found[1]: int(found[2])}
    raise Invalid("invalid_request", field="cursor")


def utc(moment: datetime) -> datetime:
    """Return a time from a client in UTC, which is also the default zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
