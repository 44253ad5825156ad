"""Slow down clients that send very many events: one event at a time, with pauses, and after messages."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final
from weakref import WeakValueDictionary

from chat_app.traffic.meter import BucketRate, Meters
from chat_app.traffic.steps import Steps

EASY: Final = BucketRate(per_second=10, burst=30)
"""The units of one that begin as they come. Who types, reads and scrolls comes nowhere near."""

REST: Final = 4.0
REST_SECONDS: Final = 0.1
"""Who sends more rests so many times as long as each event took, and no longer: a fifth of a processor is theirs."""

LONGEST_SECONDS: Final = 1.0
"""How long the end of an event is waited for: one that takes longer takes no processor."""

Begin = Callable[[], Awaitable[asyncio.Future[object] | None]]
"""Begins an event; returns what is done when it has ended, None where there is nothing to wait for."""


class EventTurns:
    """Lets each one's events begin as they come; of who sends more, one is under way at a time, and a rest follows.

    One that lasts keeps the next waiting for :data:`LONGEST_SECONDS`.
    So who floods waits for themselves and for messages, and others hardly ever wait for them.
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
