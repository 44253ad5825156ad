"""Load tool calls with a permission check. Other code must not load them directly."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.ai.tool_use.errors import ToolCallNotFound
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.messages.access import access_message
from chat_app.core.messages.answer_tables import MessageCall
from chat_app.core.messages.errors import MessageNotFound
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.access import RoomAccess


@dataclass(frozen=True, slots=True)
class CallAccess:
    """A call, its message, and the actor's access to their room."""

    call: MessageCall
    message: Message
    room: RoomAccess


async def access_call(ctx: Context, call_id: AnyId, permission: Permission, *, lock: bool = False) -> CallAccess:
    """Return the call if the actor has ``permission`` in its room; ``lock`` locks the room.

    Raises :class:`ToolCallNotFound` if the call does not exist for the actor, or its message is deleted.
    """
    wanted = parse_id(call_id, ToolCallNotFound)
    message_id = await ctx.db.scalar(select(col(MessageCall.message_id)).where(col(MessageCall.id) == wanted))
    try:
        access = await access_message(ctx, message_id, permission, lock=lock)
    except MessageNotFound:
        raise ToolCallNotFound() from None
    call = await ctx.db.get(MessageCall, wanted, populate_existing=True)
    if call is None or access.message.deleted_at is not None:
        raise ToolCallNotFound()
    return CallAccess(call, access.message, access.room)
