"""Limit how many files are examined at once, so that slow ones do not delay quick ones."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

CORES: Final = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

QUICK_SECONDS: Final = 2.0
"""The time after which a file is slow."""


class ExaminationTurns:
    """Grants turns to files in their order: one turn fewer than there are cores, since one core is for the server.

    If a file is slow, one more file begins, so that a single slow file blocks no other.
    """

    def __init__(self, quick: int = max(1, CORES - 1), quick_seconds: float = QUICK_SECONDS) -> None:
        self._quick, self._all = asyncio.Semaphore(quick), asyncio.Semaphore(quick + 1)
        self._quick_seconds = quick_seconds

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Wait for a turn, and occupy it until the block ends."""
        async with self._all, self._quick_turn():
            yield

    @asynccontextmanager
    async def _quick_turn(self) -> AsyncIterator[None]:
        await self._quick.acquire()
        left = asyncio.Event()

        def leave() -> None:
            if not left.is_set():
                left.set()
                self._quick.release()

        slow = asyncio.get_running_loop().call_later(self._quick_seconds, leave)
        try:
            yield
        finally:
            slow.cancel()
            leave()
