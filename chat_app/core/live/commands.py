"""Publish that a person is typing, which is never stored."""

from chat_app.core.access.permissions import Permission
from chat_app.core.ai.decisions.queue import note_typing
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId
from chat_app.core.live.events import Typing
from chat_app.core.rooms.access import access_room


async def say_typing(ctx: Context, room_id: AnyId) -> None:
    """Publish to the room that the actor is typing.

    Clients call it every few seconds, and show it for six. The AI does not join in during that time.
    """
    access = await access_room(ctx, room_id, Permission.SEND)
    await note_typing(ctx, access.room)
    ctx.emit(Typing(access.room.id, ctx.me.person))
