"""Log the number of frequent events, instead of each one: outsiders can cause any number of them."""

import time
from collections import Counter
from contextvars import Context
from typing import Final

import structlog

EVERY: Final = 10.0
"""The seconds between two log lines about the same event."""

log = structlog.get_logger()


class Tally:
    """Counts events.

    The first is logged at once; those of the next seconds are logged together with the next event after them.
    """

    def __init__(self) -> None:
        self._waiting: Counter[tuple[str, str]] = Counter()
        self._said: dict[tuple[str, str], float] = {}

    def add(self, event: str, kind: str = "") -> None:
        """Count an event. ``event`` and ``kind`` are constants of the code, so their number is small."""
        what = event, kind
        self._waiting[what] += 1
        now = time.monotonic()
        if now - self._said.get(what, -EVERY) >= EVERY:
            self._said[what] = now
            about = {"kind": kind} if kind else {}
            Context().run(log.warning, event, times=self._waiting.pop(what), **about)  # it is not about one request


tally = Tally()
