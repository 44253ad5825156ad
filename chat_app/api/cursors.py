"""Cursors: where the next page of a list begins, as text that callers hand back."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query

from chat_app.core.kernel.errors import Invalid
from chat_app.core.kernel.pages import Place

Cursor = Annotated[str, Query(max_length=100, description="The `next` of the page before.")]


def cursor_of(place: Place | None) -> str:
    """The cursor of the page that begins after ``place``; empty where none does."""
    return urlsafe_b64encode(f"{place.at.isoformat()} {place.id}".encode()).decode() if place else ""


def place_of(cursor: str) -> Place | None:
    """What a cursor says; raises ``Invalid`` for one that was not made here."""
    if not cursor:
        return None
    try:
        at, _, which = urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        return Place(utc(datetime.fromisoformat(at)), UUID(which))
    except ValueError:
        raise Invalid("invalid_request", field="cursor") from None


def utc(moment: datetime) -> datetime:
    """A moment that somebody sent; without a zone it is UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
