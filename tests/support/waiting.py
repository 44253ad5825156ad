"""Waiting for what must come to pass."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

FIRST_PAUSE, LONGEST_PAUSE = 0.002, 0.03


async def until(condition: Callable[[], T | Awaitable[T]], seconds: float = 30) -> T:
    """Return what `condition` gives as soon as that is true; fail when it never is.

    Asks less often as time passes: asking costs what is waited for the processor.
    """
    pause = FIRST_PAUSE
    async with asyncio.timeout(seconds):
        while True:
            result = condition()
            if isinstance(result, Awaitable):
                result = await result
            if result:
                return result
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)
