"""Track the answers that only wait for people: they do not count towards a process's limit of simultaneous answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID


class Resting:
    """The answers with calls, by their runs: how many calls of each are being made."""

    def __init__(self) -> None:
        self._made: dict[UUID, int] = {}

    def __len__(self) -> int:
        """Return how many answers only wait."""
        return sum(1 for made in self._made.values() if not made)

    @contextmanager
    def round(self, run_id: UUID, calls: int) -> Iterator[None]:
        """Count the calls of a round, until it ends."""
        self._made[run_id] = calls
        try:
            yield
        finally:
            del self._made[run_id]

    def end(self, run_id: UUID) -> None:
        """Note that a call has ended."""
        self._made[run_id] -= 1

    @contextmanager
    def pause(self, run_id: UUID) -> Iterator[None]:
        """Leave a call out while it waits for a person."""
        self._made[run_id] -= 1
        try:
            yield
        finally:
            self._made[run_id] += 1
