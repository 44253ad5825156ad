"""Limit how many requests wait for one locked row, so that its waiters never fill the connection pool."""

import asyncio
from collections.abc import Callable
from typing import Final
from uuid import UUID
from weakref import WeakValueDictionary

from chat_app.core.kernel.errors import Busy

AT_ONCE: Final = 4
"""More than one, so that the next transaction has begun when the lock is released; far fewer than connections."""

PATIENCE_SECONDS: Final = 5.0
"""The longest wait for a turn without a connection."""

HOLDING_SECONDS: Final = 1.0
"""The longest wait with a connection."""


class Turns:
    """Counts the requests of this process at each row. A row without requests takes no memory."""

    def __init__(self) -> None:
        self._at: WeakValueDictionary[UUID, asyncio.Semaphore] = WeakValueDictionary()

    def are_taken(self, row: UUID) -> bool:
        """Return whether the next request has to wait."""
        turns = self._at.get(row)
        return turns is not None and turns.locked()

    async def take(self, row: UUID, patience: float) -> Callable[[], None]:
        """Wait for a turn at ``row``; return what ends it. Raises :class:`Busy` after ``patience`` seconds."""
        turns = self._at.get(row)
        if turns is None:
            turns = self._at[row] = asyncio.Semaphore(AT_ONCE)
        try:
            async with asyncio.timeout(patience):
                await turns.acquire()
        except TimeoutError:
            raise Busy(retry_after=1) from None
        return turns.release
