"""The parts of wire shapes, and the shapes that every feature uses.

Shapes are typed dictionaries: building one costs no more than a dictionary does, mypy knows its keys, and FastAPI and
pydantic read their schema from it. ``chat_app/core/live/wire.py`` lists them all.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from pydantic import WithJsonSchema
from typing_extensions import TypedDict  # pydantic supports no other import before Python 3.12

T = TypeVar("T")

Timestamp = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""RFC 3339, UTC."""


def one_of(kind: type[StrEnum]) -> WithJsonSchema:
    """Describe a text that is one of the values of ``kind``."""
    return WithJsonSchema({"type": "string", "enum": [each.value for each in kind]})


class PersonJson(TypedDict):
    """A person. `avatar` is the version of their picture, at `/users/{id}/avatar?v={avatar}`."""

    id: str
    username: str
    name: str
    color: str
    avatar: int | None


class PageJson(TypedDict, Generic[T]):
    """A page of a list; `next` is the `cursor` of the next page, empty on the last one."""

    items: list[T]
    next: str


def timestamp(at: datetime) -> Timestamp:
    """Return a time in its wire format."""
    return at.isoformat(timespec="milliseconds")


def timestamp_or_none(at: datetime | None) -> Timestamp | None:
    """Return a time in its wire format, or nothing."""
    return timestamp(at) if at else None
