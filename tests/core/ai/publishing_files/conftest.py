"""An aside with files, its storage, and a use case that publishes from it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.core.access.permissions import Role
from chat_app.core.kernel.actor import Actor
from chat_app.core.rooms.tables import Room
from tests.support.factory import Factory


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[DiskStorage]:
    storage = DiskStorage(tmp_path / "storage", b"k" * 32)
    yield storage
    await storage.aclose()


@pytest.fixture
async def ben(make: Factory) -> Actor:
    return await make.actor(name="Ben")


@pytest.fixture
async def room(make: Factory, aiko: Actor, ben: Actor) -> Room:
    return await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
