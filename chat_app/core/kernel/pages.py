"""Pages of long lists."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

T = TypeVar("T")
R = TypeVar("R")


class Place(NamedTuple):
    """The cursor of a list in order of time: the next page begins after it."""

    at: datetime
    id: UUID


class NamePlace(NamedTuple):
    """The cursor of a list of people by name: the next page begins after that person."""

    name: str
    username: str


class NumberPlace(NamedTuple):
    """The cursor of a list in order of a number: the next page begins after it."""

    value: int
    id: UUID


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a list; ``next`` is the cursor of the next page, ``None`` on the last one."""

    items: list[T]
    next: Place | None


def page_of(rows: Sequence[R], limit: int, place: Callable[[R], Place]) -> Page[R]:
    """Return the first ``limit`` of ``rows``. One more row was read to know whether there are more."""
    shown = list(rows[:limit])
    return Page(shown, place(shown[-1]) if len(rows) > limit else None)
