"""Keep the gateway's connections as the database has them, in every process."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

import structlog

from chat_app.core.ai.ports import LlmGateway, ModelInfo
from chat_app.core.connections.events import ConnectionsChanged
from chat_app.core.connections.ports import Connector
from chat_app.core.connections.queries import read_endpoints
from chat_app.core.groups.events import GroupChanged
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.effects import guarded
from chat_app.core.kernel.errors import Unavailable
from chat_app.core.live.ports import Hub

CHANNEL: Final = "site"
"""The hub's channel to every process. No socket is subscribed to it."""

RELOAD_SECONDS: Final = 60.0
"""The seconds between reloads where nothing was heard: other processes' notifications may be lost."""

AGAIN_SECONDS: Final = 1.0

log = structlog.get_logger()


class ConnectionWatch:
    """Reloads the connections when they change: at once where it happens, and by the hub in other processes."""

    def __init__(self, work: UnitOfWork, models: LlmGateway, connector: Connector, hub: Hub) -> None:
        self._work, self._models, self._connector, self._hub = work, models, connector, hub
        self._changed, self._other_models = asyncio.Event(), asyncio.Event()
        self._offered: list[ModelInfo] = []
        self._groups: frozenset[UUID] = frozenset()
        self.listeners: list[Callable[[], Awaitable[None]]] = []
        """Called when other models are on offer than before."""

    async def begin(self) -> None:
        """Load before the first question; a database that is away is read as soon as it is back."""
        await self._unless_away(self._load)

    async def on_event(self, event: object) -> None:
        """Reload when this process has changed a connection, or who may choose a model, and notify the others."""
        named = isinstance(event, GroupChanged) and event.group_id in self._groups
        if named or isinstance(event, ConnectionsChanged):
            self._hub.publish(CHANNEL, {"t": "connections"})
            await self._unless_away(self._reload)

    async def hear(self, channel: str, _: Sequence[Mapping[str, Any]]) -> None:
        """Note that a process, which may be this one, has changed a connection."""
        if channel == CHANNEL:
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
            if not await self._unless_away(self._reload):
                await asyncio.sleep(AGAIN_SECONDS)

    async def keep_warm(self) -> None:
        """Load what the first answer of a new connection would wait for, which takes seconds."""
        while True:
            self._other_models.clear()
            await guarded(self._connector.warm_up)  # a failure shows again at the first answer
            await self._other_models.wait()

    async def _unless_away(self, step: Callable[[], Awaitable[None]]) -> bool:
        """Call ``step``; where the database is away, have :meth:`keep` reload later. Return whether it was there."""
        try:
            await step()
        except Unavailable as error:
            log.warning("connections_not_loaded", code=error.code)
            self._changed.set()
            return False
        return True

    async def _load(self) -> None:
        async with self._work.begin() as ctx:
            endpoints, choices = await read_endpoints(ctx)
        self._groups = frozenset().union(*(choice.groups for choice in choices.values()))
        self._connector.connect(endpoints, choices)

    async def _reload(self) -> None:
        await self._load()
        offered = await self._models.models()
        if offered != self._offered:
            self._offered = offered
            self._other_models.set()
            for listener in self.listeners:
                await guarded(listener)
