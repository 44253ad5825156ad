"""Load messages with a permission check. Other code must not load them directly."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.messages.errors import MessageNotFound
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.access import RoomAccess, access_room
from chat_app.core.rooms.errors import RoomNotFound


@dataclass(frozen=True, slots=True)
class MessageAccess:
    """A message, and the actor's access to its room."""

    message: Message
    room: RoomAccess


async def access_message(
    ctx: Context, message_id: AnyId | None, permission: Permission, *, lock: bool = True, lines: bool = False
) -> MessageAccess:
    """Return the message, if the actor has ``permission`` in its room.

    Its room is locked unless ``lock`` is off. Raises :class:`MessageNotFound` if it does not exist for the actor. A
    line about the room counts as a message only with ``lines``: as a place in the history.
    """
    wanted = parse_id(message_id, MessageNotFound)
    room_id = await ctx.db.scalar(select(col(Message.room_id)).where(col(Message.id) == wanted))
    try:
        room = await access_room(ctx, room_id, permission, lock=lock)
    except RoomNotFound:
        raise MessageNotFound() from None
    message = await ctx.db.get(Message, wanted, populate_existing=True)
    if message is None or not room.sees(message.seq) or (message.event is not None and not lines):
        raise MessageNotFound()
    return MessageAccess(message, room)
