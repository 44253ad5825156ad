"""Invitations of people to a room."""

from typing import Any

from chat_app.core.access.permissions import Role
from chat_app.core.invitations.personal import invite
from chat_app.core.invitations.queries import my_invitations
from chat_app.core.kernel.actor import Actor
from chat_app.core.rooms.tables import Room
from tests.support.factory import Factory
from tests.support.use_cases import Do


async def asked(do: Do, make: Factory, **options: Any) -> tuple[Actor, Actor, Room, Any]:
    """Return a master, a person whom they have invited, the room, and the invitation."""
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko}, name="Tea", description="and cake")
    await do(aiko, invite, room.id, ben.person.username, **options)
    [invitation] = await do(ben, my_invitations)
    return aiko, ben, room, invitation
