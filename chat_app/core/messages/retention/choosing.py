"""Choose how long a room keeps its messages, as its owner: shorter than the site, never longer."""

from chat_app.core.access.permissions import Permission
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId
from chat_app.core.messages.retention.expiry import EXPIRE_MESSAGES, count_expired
from chat_app.core.rooms.access import RoomAccess, access_room, advance, room_changed
from chat_app.core.rooms.kinds.lines import LineKind
from chat_app.core.rooms.lines.writing import LINES, write_line
from chat_app.core.rooms.rules import check_keeps


async def foresee_retention(ctx: Context, room_id: AnyId, days: int) -> int:
    """Return how many messages a room would lose at once if it kept them for so many days; with 0, only by the room's
    own choice. Requires the permission to delete other people's messages. Raises ``Invalid`` for a number that is not a
    choice.
    """
    access = await access_room(ctx, room_id, Permission.DELETE_ANY_MESSAGE)
    return await count_expired(ctx, access.room.id, days) if check_keeps(days, ctx.policy.retention_days) else 0


async def set_retention(ctx: Context, room_id: AnyId, days: int) -> RoomAccess:
    """Set after how many days a room's messages are deleted, 0 for the site's own rule; a job begins at once.

    A line in the room's history records it. Raises as :func:`foresee_retention`.
    """
    await ctx.limit(LINES, str(ctx.me.user_id))
    access = await access_room(ctx, room_id, Permission.DELETE_ANY_MESSAGE, lock=True)
    room, days = access.room, check_keeps(days, ctx.policy.retention_days)
    if days == room.keeps_days:
        return access
    room.keeps_days = days
    await write_line(ctx, room, LineKind.KEEPS, ctx.me.person, name=str(days))
    advance(room)
    ctx.emit(room_changed(room))
    if days:
        await ctx.enqueue(EXPIRE_MESSAGES, once=f"{EXPIRE_MESSAGES.name} {room.id}", room=str(room.id))
    return access
