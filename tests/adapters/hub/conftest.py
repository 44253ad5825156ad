"""Hubs, and what arrives at them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest

from chat_app.adapters.hub.memory_hub import MemoryHub
from chat_app.adapters.hub.redis_hub import RedisHub
from chat_app.core.live.ports import Hub, Op


@pytest.fixture
def new_hub(request: pytest.FixtureRequest, kind: str) -> Hub:
    """A hub, not started."""
    return MemoryHub() if kind == "memory" else RedisHub(request.getfixturevalue("redis_server").url)


@pytest.fixture(params=["memory", "redis"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
async def hub(new_hub: Hub) -> AsyncIterator[Hub]:
    await new_hub.start()
    yield new_hub
    await new_hub.stop()


@dataclass
class Inbox:
    """A receiver that keeps the ops it gets."""

    batches: list[tuple[str, list[Op]]] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, channel: str, ops: Sequence[Op]) -> None:
        self.batches.append((channel, list(ops)))
        self.arrived.set()

    def of(self, channel: str) -> list[Op]:
        """Return all ops of a channel, in order."""
        return [op for on, ops in self.batches if on == channel for op in ops]
