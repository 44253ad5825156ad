"""Read the people of direct chats."""

from collections.abc import Iterable
from uuid import UUID

from chat_app.core.accounts.queries import people
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.rooms.tables import Room


async def direct_peers(ctx: Context, rooms: Iterable[Room]) -> dict[UUID, Person]:
    """Return, by room, the other person of each of the actor's direct chats among ``rooms``."""
    ids = {room.id: peer_id(room, ctx.me.user_id) for room in rooms if room.pair}
    persons = await people(ctx, ids.values())
    return {room_id: persons[user_id] for room_id, user_id in ids.items() if user_id in persons}


def peer_id(room: Room, user_id: UUID) -> UUID:
    """Return the id of the other person in a direct chat of ``user_id``."""
    one, other = (UUID(each) for each in (room.pair or "").split(":"))
    return other if one == user_id else one
