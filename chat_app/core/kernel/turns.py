"""Turns: so few at a time go to the database for one locked row that its waiters never fill the pool."""

import asyncio
from collections.abc import Callable
from typing import Final
from uuid import UUID
from weakref import WeakValueDictionary

from chat_app.core.kernel.errors import Busy

AT_ONCE: Final = 4
"""More than one, so that the next has begun its transaction when the lock is released; far fewer than connections."""

PATIENCE_SECONDS: Final = 5.0
"""How long somebody waits for a turn without a connection."""

HOLDING_SECONDS: Final = 1.0
"""How long with one."""


class Turns:
    """Who of this process is at which row. A row that nobody is at takes no memory."""

    def __init__(self) -> None:
        self._at: WeakValueDictionary[UUID, asyncio.Semaphore] = WeakValueDictionary()

    def are_taken(self, row: UUID) -> bool:
        """Return whether who comes now has to wait."""
        turns = self._at.get(row)
        return turns is not None and turns.locked()

    async def take(self, row: UUID, patience: float) -> Callable[[], None]:
        """Wait for a turn at ``row``; returns what ends it. Raises :class:`Busy` after ``patience`` seconds."""
        turns = self._at.get(row)
        if turns is None:
            turns = self._at[row] = asyncio.Semaphore(AT_ONCE)
        try:
            async with asyncio.timeout(patience):
                await turns.acquire()
        except TimeoutError:
            raise Busy(retry_after=1) from None
        return turns.release
