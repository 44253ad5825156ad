"""A room whose messages are searched."""

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.kernel.actor import Actor
from chat_app.core.messages.texts import words
from chat_app.core.rooms.tables import Room
from tests.support.factory import Factory


@pytest.fixture
async def aiko(make: Factory) -> Actor:
    return await make.actor(username="aiko")


@pytest.fixture
async def room(make: Factory, aiko: Actor) -> Room:
    return await make.room({Role.MASTER: aiko})


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few messages make several blocks."""
    monkeypatch.setattr(words, "BLOCK", 4)
    monkeypatch.setattr("chat_app.core.search.blocks.BLOCK", 4)
