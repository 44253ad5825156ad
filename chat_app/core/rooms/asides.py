"""Asides: private conversations with the AI about a room."""

from typing import Any

from sqlalchemy import Select, select
from sqlmodel import col

from chat_app.core.access.permissions import Permission, Role
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, new_id
from chat_app.core.rooms.access import RoomAccess, access_room, parent_refusal
from chat_app.core.rooms.commands import count_room
from chat_app.core.rooms.errors import NoAsideHere
from chat_app.core.rooms.events import MemberJoined
from chat_app.core.rooms.tables import AiRule, Member, Room, RoomKind


async def open_aside(ctx: Context, room_id: AnyId) -> RoomAccess:
    """Return the actor's aside of a room; create it if there is none.

    Raises as :func:`parent_refusal` for ``Permission.ASK_AI``, and :class:`NoAsideHere` if the room has no other
    people.
    """
    parent = (await access_room(ctx, room_id, Permission.ASK_AI)).room
    if parent.kind in (RoomKind.CHAT, RoomKind.ASIDE):
        raise NoAsideHere()
    if error := await parent_refusal(ctx, parent.id, ctx.me.user_id, Permission.ASK_AI):
        raise error
    if found := await _find(ctx, parent):
        return found
    await count_room(ctx)
    # A concurrent request waits for the lock, and finds the aside. The lock also keeps people from leaving the parent.
    await access_room(ctx, parent.id, Permission.ASK_AI, lock=True)
    if found := await _find(ctx, parent):
        return found
    known: Room | None = await ctx.db.scalar(_aside(ctx, parent, Room))
    return await _join(ctx, known or await _make(ctx, parent))


async def _find(ctx: Context, parent: Room) -> RoomAccess | None:
    """Return the actor's aside of a room if they are in it."""
    within = (col(Member.room_id) == col(Room.id)) & (col(Member.user_id) == ctx.me.user_id)
    found = (await ctx.db.execute(_aside(ctx, parent, Room, Member).join(Member, within))).first()
    return RoomAccess(*found) if found else None


def _aside(ctx: Context, parent: Room, *columns: Any) -> Select[Any]:
    mine = (col(Room.parent_id) == parent.id, col(Room.created_by) == ctx.me.user_id, col(Room.deleted_at).is_(None))
    return select(*columns).select_from(Room).where(*mine)


async def _make(ctx: Context, parent: Room) -> Room:
    room = Room(
        id=new_id(),
        kind=RoomKind.ASIDE,
        parent_id=parent.id,
        name=parent.name,
        ai_rule=AiRule.ALWAYS,
        ai_model=parent.ai_model,
        rev=1,
        created_by=ctx.me.user_id,
        created_at=ctx.now,
        last_activity_at=ctx.now,
    )
    ctx.db.add(room)
    await ctx.db.flush()
    return room


async def _join(ctx: Context, room: Room) -> RoomAccess:
    """Make the actor the member of their aside, for the first time or once they are in its parent again."""
    member = Member(room_id=room.id, user_id=ctx.me.user_id, role=Role.MASTER, joined_at=ctx.now)
    member.parent_id = room.parent_id
    ctx.db.add(member)
    ctx.emit(MemberJoined(room.id, room.rev, ctx.me.person, member.role))
    return RoomAccess(room, member)
