"""Serve clients with very many requests one after another, so that others need not wait for them."""

import asyncio
import math
from collections import Counter
from typing import Final

from chat_app.traffic.meter import BucketRate, Meter, Meters

SLOW: Final = BucketRate(per_second=80)
"""The rate of the slow lane, shared by all who exceed their limit: a fifth of a processor."""


class ClientTurns:
    """Gives each client some turns at once, and the others through the slow lane."""

    def __init__(
        self, allowance: BucketRate, *, free: float, slow: Meter, longest: float = math.inf, at_once: float = math.inf
    ) -> None:
        self._meters = Meters(allowance)
        self._free, self._slow, self._longest, self._at_once = free, slow, longest, at_once
        self._waiting: Counter[str] = Counter()

    async def take(self, who: str, units: float = 1, work: float = 1) -> bool:
        """Wait for a turn; return False if it would come too late, or too many of ``who`` wait already.

        ``work`` is the cost of a unit in the slow lane.
        """
        meter = self._meters.of(who)
        wait = meter.wait(self._free)
        if wait:
            wait = max(wait, self._slow.wait(0))
        if wait and self._waiting[who] >= self._at_once:
            return False
        if wait > self._longest:
            await self._wait(who, self._longest)
            return False
        meter.take(units)
        if wait:
            self._slow.take(units * work)
            await self._wait(who, wait)
        return True

    async def _wait(self, who: str, seconds: float) -> None:
        self._waiting[who] += 1
        try:
            await asyncio.sleep(seconds)
        finally:
            self._waiting[who] -= 1
            if not self._waiting[who]:
                del self._waiting[who]
