"""What anybody can have happen as often as they like: logged by number, not one by one."""

import time
from collections import Counter
from contextvars import Context
from typing import Final

import structlog

EVERY: Final = 10.0
"""Seconds between two lines about the same thing."""

log = structlog.get_logger()


class Tally:
    """Counts what happens. The first is logged at once, those of the next seconds together with the one after them."""

    def __init__(self) -> None:
        self._waiting: Counter[tuple[str, str]] = Counter()
        self._said: dict[tuple[str, str], float] = {}

    def add(self, event: str, kind: str = "") -> None:
        """Count one more. ``event`` and ``kind`` are words of ours, of which there are few."""
        what = event, kind
        self._waiting[what] += 1
        now = time.monotonic()
        if now - self._said.get(what, -EVERY) >= EVERY:
            self._said[what] = now
            about = {"kind": kind} if kind else {}
            Context().run(log.warning, event, times=self._waiting.pop(what), **about)  # it is not about one request


tally = Tally()
