"""A site whose people pay, and a room of one of them."""

from dataclasses import replace

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.rooms.tables import Room
from tests.support.factory import Factory


@pytest.fixture(autouse=True)
def paid(work: UnitOfWork) -> None:
    work.policy = replace(work.policy, billing="on")


@pytest.fixture
async def aiko(make: Factory) -> Actor:
    return await make.actor()


@pytest.fixture
async def room(make: Factory, aiko: Actor) -> Room:
    return await make.room({Role.MASTER: aiko})
