"""Change, remove and ban members, each below the actor's own role."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlmodel import col

from chat_app.core.access.permissions import Permission, Role
from chat_app.core.accounts.queries import people
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotAllowed
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.rooms.access import RoomAccess, access_room, advance, permissions_in, room_changed
from chat_app.core.rooms.commands import leave_room
from chat_app.core.rooms.errors import MemberNotFound
from chat_app.core.rooms.events import MemberLeft, RoleChanged
from chat_app.core.rooms.help.commands import end_help_of
from chat_app.core.rooms.kinds.help import HelpState
from chat_app.core.rooms.kinds.lines import LineKind
from chat_app.core.rooms.kinds.payer import Payer
from chat_app.core.rooms.lines.writing import LINES, write_line
from chat_app.core.rooms.membership.joining import cancel_pending, waiting
from chat_app.core.rooms.membership.tables import Ban
from chat_app.core.rooms.queries import MemberView
from chat_app.core.rooms.rules import check_role
from chat_app.core.rooms.tables import Member, Room


async def change_role(ctx: Context, room_id: AnyId, user_id: AnyId, role: str) -> MemberView:
    """Change a member's role, up to the actor's own. Only :func:`transfer_room` gives the master's."""
    wanted = check_role(role)
    await ctx.limit(LINES, str(ctx.me.user_id))
    access = await access_room(ctx, room_id, Permission.MANAGE_MEMBERS, lock=True)
    member = await _below(ctx, access, user_id)
    if wanted.rank > access.role.rank:
        raise NotAllowed()
    person = await _person(ctx, member.user_id)
    if member.role != wanted:
        await _set_role(ctx, access.room, member, person, wanted)
        await write_line(ctx, access.room, LineKind.ROLE, ctx.me.person, person, role=wanted.value)
    return MemberView(person, wanted)


async def transfer_room(ctx: Context, room_id: AnyId, user_id: AnyId) -> RoomAccess:
    """Transfer the room to another member; the former master becomes an admin."""
    access = await access_room(ctx, room_id, Permission.TRANSFER_ROOM, lock=True)
    heir = await _member(ctx, access, user_id)
    if access.room.help_state == HelpState.TAKEN and heir.user_id == access.room.help_by_id:
        raise NotAllowed()  # support is here for a while
    if heir.user_id != ctx.me.user_id:
        await pass_on(ctx, access.room, access.member, heir)
    return access


async def pass_on(ctx: Context, room: Room, master: Member | None, heir: Member) -> None:
    """Make another member the master of a locked room, and the present master, if there is one, an admin of it.

    If masters pay for others' questions, askers pay from now on, until the new master agrees to pay.
    """
    if master is not None:
        await _set_role(ctx, room, master, await _person(ctx, master.user_id), Role.ADMIN)
        await ctx.db.flush()  # so that there are never two
    person = await _person(ctx, heir.user_id)
    await _set_role(ctx, room, heir, person, Role.MASTER)
    await write_line(ctx, room, LineKind.OWNER, ctx.me.person, person)
    if ctx.policy.billing == "on" and room.payer == Payer.OWNER:
        room.payer = Payer.ASKER
        advance(room)
        await write_line(ctx, room, LineKind.ASKERS_PAY, person)
        ctx.emit(room_changed(room))


async def remove_member(ctx: Context, room_id: AnyId, user_id: AnyId) -> None:
    """Remove a member from the room. One leaves oneself by ``leave_room``."""
    if parse_id(user_id, MemberNotFound) == ctx.me.user_id:
        return await leave_room(ctx, room_id)
    access = await access_room(ctx, room_id, Permission.MANAGE_MEMBERS, lock=True)
    await _remove(ctx, access, await _below(ctx, access, user_id))


async def ban_member(ctx: Context, room_id: AnyId, user_id: AnyId) -> None:
    """Ban a person from the room, member or not."""
    access = await access_room(ctx, room_id, Permission.MANAGE_MEMBERS, lock=True)
    place = (access.room.id, parse_id(user_id, MemberNotFound))
    if await ctx.db.get(Member, place, populate_existing=True):
        await _remove(ctx, access, await _below(ctx, access, place[1]))
    await _person(ctx, place[1])
    await cancel_pending(ctx, access.room, place[1])
    if await ctx.db.get(Ban, place, populate_existing=True) is None:
        ctx.db.add(Ban(room_id=place[0], user_id=place[1], banned_by=ctx.me.user_id, banned_at=ctx.now))


async def unban_member(ctx: Context, room_id: AnyId, user_id: AnyId) -> None:
    """Unban a person, who may then join again."""
    access = await access_room(ctx, room_id, Permission.MANAGE_MEMBERS, lock=True)
    user = parse_id(user_id, MemberNotFound)
    await ctx.db.execute(delete(Ban).where(col(Ban.room_id) == access.room.id, col(Ban.user_id) == user))


async def banned_people(ctx: Context, room_id: AnyId) -> list[Person]:
    """Return the people who are banned from the room, the latest first."""
    access = await access_room(ctx, room_id, Permission.MANAGE_MEMBERS)
    statement = (
        select(User)
        .join(Ban, col(Ban.user_id) == col(User.id))
        .where(col(Ban.room_id) == access.room.id)
        .order_by(col(Ban.banned_at).desc(), col(User.id))
    )
    return [user.person() for user in await ctx.db.scalars(statement)]


async def _member(ctx: Context, access: RoomAccess, user_id: AnyId) -> Member:
    place = (access.room.id, parse_id(user_id, MemberNotFound))
    member = await ctx.db.get(Member, place, populate_existing=True)
    if member is None:
        raise MemberNotFound()
    return member


async def _below(ctx: Context, access: RoomAccess, user_id: AnyId) -> Member:
    """Return the member if their role is below the actor's."""
    member = await _member(ctx, access, user_id)
    if Role(member.role).rank >= access.role.rank:
        raise NotAllowed()
    return member


async def _person(ctx: Context, user_id: UUID) -> Person:
    found = await people(ctx, [user_id])
    if user_id not in found:
        raise MemberNotFound()
    return found[user_id]


async def _set_role(ctx: Context, room: Room, member: Member, person: Person, role: Role) -> None:
    member.role = role
    permissions = permissions_in(room, role)
    asking = await waiting(ctx, room.id) if Permission.MANAGE_MEMBERS in permissions else []
    can = tuple(permission.value for permission in permissions)
    ctx.emit(RoleChanged(room.id, advance(room), person, role.value, can, tuple(asking)))


async def _remove(ctx: Context, access: RoomAccess, member: Member) -> None:
    await ctx.db.delete(member)
    ctx.emit(MemberLeft(access.room.id, advance(access.room), member.user_id, removed=True))
    await end_help_of(ctx, access.room, member.user_id)
    await write_line(ctx, access.room, LineKind.REMOVED, ctx.me.person, await _person(ctx, member.user_id))
