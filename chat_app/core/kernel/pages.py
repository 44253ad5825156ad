"""Long lists, a page at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

T = TypeVar("T")
R = TypeVar("R")


class Place(NamedTuple):
    """Where a page of a list ends that is in order of time; the next begins after it."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a list; ``next`` is where the next page begins, ``None`` on the last one."""

    items: list[T]
    next: Place | None


def page_of(rows: Sequence[R], limit: int, place: Callable[[R], Place]) -> Page[R]:
    """Return the first ``limit`` of ``rows``, of which one more was asked for, to know whether there are any."""
    shown = list(rows[:limit])
    return Page(shown, place(shown[-1]) if len(rows) > limit else None)
