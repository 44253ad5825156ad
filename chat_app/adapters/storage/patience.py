"""Limit how long a call to a storage may make no progress."""

import asyncio
import time
from collections.abc import Awaitable
from typing import Final, TypeVar

SECONDS: Final = 15.0
"""The seconds for each step of a storage, for which people wait."""

T = TypeVar("T")


class Patience:
    """The time-out of one call, which restarts whenever bytes were transferred."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds, self._since = seconds, time.monotonic()

    def moved(self, _bytes: int = 0) -> None:
        """Restart the time-out. May be called in any thread."""
        self._since = time.monotonic()

    async def wait_for(self, work: Awaitable[T]) -> T:
        """Return the result of work, which continues unobserved after a time-out. Raises ``TimeoutError``."""
        running = asyncio.ensure_future(work)
        while (left := self._since + self._seconds - time.monotonic()) > 0:
            done, _ = await asyncio.wait({running}, timeout=left)
            if done:
                return running.result()
        running.add_done_callback(_forgotten)
        raise TimeoutError


def _forgotten(running: "asyncio.Future[T]") -> None:
    """Retrieve the result of an abandoned call, since the loop would otherwise log its error."""
    if not running.cancelled():
        running.exception()
