"""A room, and an admin of the site."""

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.kernel.actor import Actor
from chat_app.core.rooms.tables import Room
from tests.support.factory import Factory


@pytest.fixture
async def admin(make: Factory) -> Actor:
    return await make.actor(username="admin1", is_admin=True)


@pytest.fixture
async def scene(make: Factory, admin: Actor) -> tuple[Actor, Actor, Actor, Room]:
    """An admin of the site, who is not in the room; two people; their room."""
    aiko, ben = await make.actor(username="aiko"), await make.actor(username="ben")
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben}, name="Tea")
    return admin, aiko, ben, room
