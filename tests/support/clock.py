"""Time that a test decides."""

from datetime import UTC, datetime, timedelta


class Clock:
    """A clock that changes only when it is set."""

    def __init__(self, now: datetime = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        """Move on by a `timedelta`, e.g. `advance(minutes=5)`."""
        self.now += timedelta(**amount)
