"""Slow down clients that send very many events: one event at a time, with pauses, and after messages."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final
from weakref import WeakValueDictionary

from chat_app.traffic.meter import BucketRate, Meters
from chat_app.traffic.steps import Steps

EASY: Final = BucketRate(per_second=10, burst=30)
"""The units of one client that begin as they come. Typing, reading and scrolling stay far below."""

REST: Final = 4.0
REST_SECONDS: Final = 0.1
"""The longest pause after an event of a client above the limit.

Otherwise the pause is ``REST`` times the event's duration, so that such a client gets a fifth of a processor.
"""

LONGEST_SECONDS: Final = 1.0
"""The longest wait for the end of an event: a longer one mostly waits itself."""

Begin = Callable[[], Awaitable[asyncio.Future[object] | None]]
"""Begins an event; returns a future of its end, or None if there is nothing to wait for."""


class EventTurns:
    """Runs each client's events as they come.

    For a client that sends many, one event runs at a time, with a pause after it. An event that lasts delays the next
    one for :data:`LONGEST_SECONDS` at most. So a client that floods waits for itself and for messages, and others
    hardly ever wait.
    """

    def __init__(self, messages: Callable[[], bool]) -> None:
        self._easy, self._steps = Meters(EASY), Steps(messages)
        self._one: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def give(self, who: str, begin: Begin, units: float = 1) -> None:
        """Begin an event in its turn; of who sends very many, return some time after it has ended."""
        if self._easy.of(who).take(units):
            await begin()
            return
        async with self._one.setdefault(who, asyncio.Lock()):
            await self._steps.take()
            begun = time.monotonic()
            if ending := await begin():
                await asyncio.wait({ending}, timeout=LONGEST_SECONDS)
            await asyncio.sleep(min(REST * (time.monotonic() - begun), REST_SECONDS))
