"""Who asks for very much at once is served one thing after the other, so that all others need not wait for them."""

import asyncio
import math
from typing import Final

from chat_app.traffic.meter import Allowance, Meter, Meters

SLOW: Final = Allowance(per_second=120)
"""What is done for all together who ask for more than they may at once: a fifth of what a processor can do."""


class Turns:
    """Gives each so many turns at once, and the others when it is their time."""

    def __init__(self, allowance: Allowance, *, free: float, slow: Meter, longest: float = math.inf) -> None:
        self._meters = Meters(allowance)
        self._free, self._slow, self._longest = free, slow, longest

    async def take(self, who: str, units: float = 1, work: float = 1) -> bool:
        """Wait for one's turn; False, after the longest wait, if it would come later.

        ``work`` is what a unit costs, in what the slow lane counts.
        """
        meter = self._meters.of(who)
        wait = meter.wait(self._free)
        if wait:
            wait = max(wait, self._slow.wait(0))
        if wait > self._longest:
            await asyncio.sleep(self._longest)
            return False
        meter.take(units)
        if wait:
            self._slow.take(units * work)
            await asyncio.sleep(wait)
        return True
