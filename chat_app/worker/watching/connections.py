"""Keep the gateway's connections as the database has them, in every process."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

from chat_app.core.ai.ports.gateway import LlmGateway, ModelInfo
from chat_app.core.ai.ports.speech import Speaker
from chat_app.core.connections.events import ConnectionsChanged
from chat_app.core.connections.ports import Connector
from chat_app.core.connections.queries import read_endpoints
from chat_app.core.groups.events import GroupChanged
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.work.effects import guarded
from chat_app.core.live.ports import Hub
from chat_app.worker.watching.channels import Watch


class ConnectionWatch(Watch):
    """Reloads the connections when they change."""

    channel, changes = "connections", ConnectionsChanged

    def __init__(self, work: UnitOfWork, models: LlmGateway, connector: Connector, hub: Hub) -> None:
        super().__init__(work, hub)
        self._models, self._connector = models, connector
        self._other_models = asyncio.Event()
        self._offered: tuple[list[ModelInfo], str | None, Speaker | None] = [], None, None
        self._groups: frozenset[UUID] = frozenset()
        self.listeners: list[Callable[[], Awaitable[None]]] = []
        """Called when the offered models have changed, or the model for transcription or speech."""

    def concerns(self, event: object) -> bool:
        """Return whether a connection has changed, or who may choose a model."""
        return super().concerns(event) or (isinstance(event, GroupChanged) and event.group_id in self._groups)

    async def keep_warm(self) -> None:
        """Load everything that the first answer of a new connection would wait for, which takes seconds."""
        while True:
            self._other_models.clear()
            await guarded(self._connector.warm_up)  # a failure shows again at the first answer
            await self._other_models.wait()

    async def load(self) -> None:
        """Read the connections, and the decisions about models."""
        async with self._work.begin() as ctx:
            endpoints, choices = await read_endpoints(ctx)
        self._groups = frozenset().union(*(choice.groups for choice in choices.values()))
        self._connector.connect(endpoints, choices)

    async def reload(self) -> None:
        """Reload them, and call the listeners if the change matters to people."""
        await self.load()
        offered = (
            [*await self._models.models(), *await self._models.drawers()],
            self._connector.transcriber(),
            self._connector.speaker(),
        )
        if offered != self._offered:
            self._offered = offered
            self._other_models.set()
            for listener in self.listeners:
                await guarded(listener)
