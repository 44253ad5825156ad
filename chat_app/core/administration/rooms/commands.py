"""Archive, transfer and delete the site's rooms, as its staff. The log records every change."""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from chat_app.core.access.permissions import Role
from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.accounts.errors import InvalidField
from chat_app.core.accounts.tables import User
from chat_app.core.administration.errors import RoomHasOwner
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.invitations.revoking import revoke_links
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotAllowed
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.texts.cleaning import clean_name
from chat_app.core.rooms.access import advance, room_changed
from chat_app.core.rooms.commands import end_room
from chat_app.core.rooms.errors import MemberNotFound, RoomNotFound
from chat_app.core.rooms.events import RoomDeleted
from chat_app.core.rooms.help.commands import end_help
from chat_app.core.rooms.kinds.help import HelpEnd, HelpState
from chat_app.core.rooms.members import pass_on
from chat_app.core.rooms.staff_names import shown_name, typed_name
from chat_app.core.rooms.tables import Member, Room, RoomKind


async def archive_site_room(ctx: Context, room_id: AnyId, *, archived: bool = True) -> None:
    """Archive or unarchive a room; its members see it at once. Raises ``NotFound`` or ``RoomNotFound``."""
    room = await _lock(ctx, room_id)
    if (room.archived_at is not None) == archived:
        return
    room.archived_at = ctx.now if archived else None
    if archived:
        await end_help(ctx, room, HelpEnd.CLOSED)
    advance(room)
    ctx.emit(room_changed(room))
    record(ctx, Action.ARCHIVE_ROOM if archived else Action.UNARCHIVE_ROOM, room_id=room.id, **_named(room))


async def give_site_room(ctx: Context, room_id: AnyId, user_id: AnyId) -> None:
    """Make a member the owner of a room that has no active owner. A line in the room reports it.

    Raises ``RoomNotFound``, ``MemberNotFound``, :class:`RoomHasOwner`, or ``NotAllowed`` for a supporter, who is only a
    guest.
    """
    room = await _lock(ctx, room_id)
    if room.kind == RoomKind.DIRECT:
        raise RoomHasOwner()
    owners = select(Member, User).join(User, col(User.id) == col(Member.user_id))
    owned = (await ctx.db.execute(owners.where(_of(room), col(Member.role) == Role.MASTER))).first()
    if owned and owned[1].suspended_at is None and owned[1].deleted_at is None:
        raise RoomHasOwner()
    heir = await _heir(ctx, room, user_id)
    if room.help_state == HelpState.TAKEN and heir.user_id == room.help_by_id:
        raise NotAllowed()
    await pass_on(ctx, room, owned[0] if owned else None, heir)
    record(ctx, Action.GIVE_ROOM, room_id=room.id, user_id=heir.user_id, **_named(room))


async def delete_site_room(ctx: Context, room_id: AnyId, name: str) -> None:
    """Delete a room for everybody. The caller repeats the room's name, which protects against mistakes.

    Raises ``RoomNotFound``, or ``InvalidField`` for another name.
    """
    room = await _lock(ctx, room_id)
    if clean_name(name) != clean_name(typed_name(room)):
        raise InvalidField("room_name_differs", "name")
    ctx.emit(RoomDeleted(room.id))
    await end_room(ctx, room)
    record(ctx, Action.DELETE_ROOM, room_id=room.id, **_named(room))


async def revoke_room_links(ctx: Context, room_id: AnyId) -> int:
    """Revoke all invite links of a room; return how many there were. Raises ``NotFound`` or ``RoomNotFound``."""
    room = await _lock(ctx, room_id)
    if count := len(await revoke_links(ctx, room_id=room.id)):
        record(ctx, Action.REVOKE_LINKS, room_id=room.id, links=count, **_named(room))
    return count


async def _lock(ctx: Context, room_id: AnyId) -> Room:
    access_site(ctx, SitePermission.MANAGE_ROOMS)
    which = parse_id(room_id, RoomNotFound)
    await ctx.take_turn(which)
    wanted = select(Room).where(col(Room.id) == which, col(Room.deleted_at).is_(None))
    locked = wanted.where(col(Room.kind) != RoomKind.ASIDE).with_for_update()
    room = await ctx.db.scalar(locked.execution_options(populate_existing=True))
    ctx.now = ctx.clock()  # after the wait
    if room is None:
        raise RoomNotFound()
    return room


async def _heir(ctx: Context, room: Room, user_id: AnyId) -> Member:
    which = parse_id(user_id, MemberNotFound)
    able = (col(User.suspended_at).is_(None), col(User.deleted_at).is_(None))
    members = select(Member).join(User, col(User.id) == col(Member.user_id)).with_for_update(of=Member)
    heir = await ctx.db.scalar(members.where(_of(room), col(Member.user_id) == which, *able))
    if heir is None:
        raise MemberNotFound()
    return heir


def _of(room: Room) -> ColumnElement[bool]:
    return col(Member.room_id) == room.id


def _named(room: Room) -> dict[str, Any]:
    """Return the room's data for the log: no name that the staff may not see."""
    name = shown_name(room)
    return {"room": name} if name else {}
