"""Reload in every process the data that admins change in the database: directly in the process of the change, by the
hub in the others.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, ClassVar, Final

import structlog

from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import Unavailable
from chat_app.core.live.ports import Hub

RELOAD_SECONDS: Final = 60.0
"""The seconds between reloads where nothing was heard: other processes' notifications may be lost."""

AGAIN_SECONDS: Final = 1.0

log = structlog.get_logger()


class Watch(ABC):
    """Reloads data after an event of ``changes`` or after a notice from another process on the hub's ``channel``."""

    channel: ClassVar[str]
    """The hub's channel to every process. No socket is subscribed to it."""

    changes: ClassVar[type]

    def __init__(self, work: UnitOfWork, hub: Hub) -> None:
        self._work, self._hub = work, hub
        self._changed = asyncio.Event()

    @abstractmethod
    async def load(self) -> None:
        """Read the database."""

    async def reload(self) -> None:
        """Read the database again."""
        await self.load()

    async def begin(self) -> None:
        """Load before the first request. If the database is unavailable, load as soon as it is back."""
        await self._unless_away(self.load)

    async def on_event(self, event: object) -> None:
        """Reload when this process has changed something, and notify the others."""
        if self.concerns(event):
            self._hub.publish(self.channel, {"t": self.channel})
            await self._unless_away(self.reload)

    def concerns(self, event: object) -> bool:
        """Return whether ``event`` requires a reload."""
        return isinstance(event, self.changes)

    async def hear(self, channel: str, _: Sequence[Mapping[str, Any]]) -> None:
        """Note that a process, which may be this one, has changed something."""
        if channel == self.channel:
            self._changed.set()

    def missed(self) -> None:
        """Note that notifications may have been lost."""
        self._changed.set()

    async def keep(self) -> None:
        """Reload after each notification, and now and then without one."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), RELOAD_SECONDS)
            self._changed.clear()
            if not await self._unless_away(self.reload):
                await asyncio.sleep(AGAIN_SECONDS)

    async def _unless_away(self, step: Callable[[], Awaitable[None]]) -> bool:
        """Call ``step``; where the database is away, have :meth:`keep` reload later. Return whether it was there."""
        try:
            await step()
        except Unavailable as error:
            log.warning("not_loaded", channel=self.channel, code=error.code)
            self._changed.set()
            return False
        return True
