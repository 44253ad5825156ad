"""Admit people to rooms, by any of the ways to join, and store their join requests."""

from uuid import UUID

from limits import RateLimitItemPerHour
from sqlalchemy import delete, select, update
from sqlmodel import col

from chat_app.core.access.features import Feature, require_feature
from chat_app.core.access.permissions import PERMISSIONS, Permission, Role
from chat_app.core.accounts.queries import lock_people, people
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.rooms.access import RoomAccess, access_room, advance, member_ids, room_changed, start_of_newcomers
from chat_app.core.rooms.errors import Banned, JoinRequestNotFound, RoomFull
from chat_app.core.rooms.events import InvitationEnded, JoinRequestDeclined, JoinRequestsChanged, MemberJoined
from chat_app.core.rooms.kinds.lines import LineKind
from chat_app.core.rooms.lines.writing import write_line
from chat_app.core.rooms.membership.tables import Ban, JoinRequest
from chat_app.core.rooms.tables import InvitationStatus, Member, Room, RoomInvitation, RoomKind

ASKS_TO_JOIN = RateLimitItemPerHour(30, namespace="asks_to_join")
WAITING_SHOWN = 100
"""The number of join requests shown at once, the oldest first."""
_APPROVERS = [role.value for role in Role if Permission.MANAGE_MEMBERS in PERMISSIONS[role]]


async def admit(ctx: Context, room: Room, person: Person, role: Role) -> bool:
    """Add a person to a locked room; return whether they were not a member yet.

    The caller has checked that they are invited or approved. Raises :class:`Banned`.
    """
    if await ctx.db.get(Member, (room.id, person.id), populate_existing=True):
        return False
    await check_not_banned(ctx, room.id, person.id)
    await check_members(ctx, room)
    await lock_people(ctx, [person.id])
    start = start_of_newcomers(room)
    read = room.last_seq
    member = Member(
        room_id=room.id, user_id=person.id, role=role, last_read_seq=read, sees_after=start, joined_at=ctx.now
    )
    ctx.db.add(member)
    ctx.emit(MemberJoined(room.id, advance(room), person, role.value, start))
    if room.kind == RoomKind.CHAT:
        require_feature(ctx, Feature.ROOMS)
        room.kind = RoomKind.ROOM
        advance(room)
        ctx.emit(room_changed(room))
    await write_line(ctx, room, LineKind.JOINED, person)
    member.last_read_seq = room.last_seq
    await forget_request(ctx, room.id, person.id)
    await end_invitations(ctx, InvitationStatus.ACCEPTED, room_id=room.id, user_id=person.id)
    return True


async def check_members(ctx: Context, room: Room, more: int = 1) -> None:
    """Raise :class:`RoomFull` where a locked room would have more members than the site allows."""
    most = ctx.policy.members_max
    if most and len(await member_ids(ctx, room.id)) + more > most:
        raise RoomFull(maximum=most)


async def given_role(ctx: Context, room_id: UUID, role: str, giver: UUID | None) -> Role:
    """Return the role that an invitation gives: above a member's only while the inviter still has it.

    Otherwise a removed admin could return as an admin, by their own invite link.
    """
    member = await ctx.db.get(Member, (room_id, giver), populate_existing=True) if giver else None
    highest = Role(member.role) if member else Role.MEMBER
    return min(Role(role), max(Role.MEMBER, highest, key=_rank), key=_rank)


async def cancel_pending(ctx: Context, room: Room, user_id: UUID) -> None:
    """Decline a person's join request to a locked room, and cancel their invitations."""
    if await forget_request(ctx, room.id, user_id):
        ctx.emit(JoinRequestDeclined(room.id, room.name, user_id))
    await end_invitations(ctx, InvitationStatus.CANCELLED, room_id=room.id, user_id=user_id)


async def cancel_all_pending(ctx: Context, room: Room) -> None:
    """Decline all join requests to a locked room that ends, and cancel its invitations."""
    ended = delete(JoinRequest).filter_by(room_id=room.id).returning(col(JoinRequest.user_id))
    for user_id in await ctx.db.scalars(ended):
        ctx.emit(JoinRequestDeclined(room.id, room.name, user_id))
    await end_invitations(ctx, InvitationStatus.CANCELLED, room_id=room.id)


async def ask_to_join(ctx: Context, room: Room, role: Role) -> bool:
    """Add the actor's join request to a locked room; return whether it is new."""
    key = (room.id, ctx.me.user_id)
    if await ctx.db.get(Member, key, populate_existing=True):
        return False
    await check_not_banned(ctx, *key)
    if await ctx.db.get(JoinRequest, key, populate_existing=True):
        return False
    ctx.db.add(JoinRequest(room_id=room.id, user_id=ctx.me.user_id, role=role, asked_at=ctx.now))
    await _publish_requests(ctx, room.id)
    return True


async def is_waiting(ctx: Context, room_id: UUID) -> bool:
    """Return whether the actor has requested to join the room."""
    return await ctx.db.get(JoinRequest, (room_id, ctx.me.user_id)) is not None


async def join_requests(ctx: Context, room_id: AnyId) -> list[Person]:
    """Return the people who have requested to join, the earliest first."""
    access = await access_room(ctx, room_id, Permission.MANAGE_MEMBERS)
    return await waiting(ctx, access.room.id)


async def approve_join_request(ctx: Context, room_id: AnyId, user_id: AnyId) -> None:
    """Approve a join request, with the lower role of its invite link's and the actor's own."""
    access, request = await _lock_request(ctx, room_id, user_id)
    person = (await people(ctx, [request.user_id]))[request.user_id]
    await admit(ctx, access.room, person, min(Role(request.role), access.role, key=_rank))


async def decline_join_request(ctx: Context, room_id: AnyId, user_id: AnyId) -> None:
    """Decline a join request. The person may request again."""
    access, request = await _lock_request(ctx, room_id, user_id)
    await forget_request(ctx, access.room.id, request.user_id)
    ctx.emit(JoinRequestDeclined(access.room.id, access.room.name, request.user_id))


async def check_not_banned(ctx: Context, room_id: UUID, user_id: UUID) -> None:
    """Raise :class:`Banned` if the person is banned."""
    if await ctx.db.get(Ban, (room_id, user_id), populate_existing=True):
        raise Banned()


async def waiting(ctx: Context, room_id: UUID) -> list[Person]:
    """Return the people who have requested to join a room that the actor has accessed."""
    statement = (
        select(User)
        .join(JoinRequest, col(JoinRequest.user_id) == col(User.id))
        .where(col(JoinRequest.room_id) == room_id)
        .order_by(col(JoinRequest.asked_at), col(User.id))
        .limit(WAITING_SHOWN)
    )
    return [user.person() for user in await ctx.db.scalars(statement)]


async def _lock_request(ctx: Context, room_id: AnyId, user_id: AnyId) -> tuple[RoomAccess, JoinRequest]:
    access = await access_room(ctx, room_id, Permission.MANAGE_MEMBERS, lock=True)
    key = (access.room.id, parse_id(user_id, JoinRequestNotFound))
    request = await ctx.db.get(JoinRequest, key, populate_existing=True)
    if request is None:
        raise JoinRequestNotFound()
    return access, request


async def forget_request(ctx: Context, room_id: UUID, user_id: UUID) -> bool:
    """Delete a person's join request to a locked room; return whether there was one."""
    key = (col(JoinRequest.room_id) == room_id, col(JoinRequest.user_id) == user_id)
    requested = await ctx.db.scalar(delete(JoinRequest).where(*key).returning(col(JoinRequest.user_id)))
    if requested:
        await _publish_requests(ctx, room_id)
    return requested is not None


async def end_invitations(ctx: Context, status: InvitationStatus, **about: UUID) -> None:
    """End pending invitations, because the person has joined or may not join."""
    invitations = update(RoomInvitation).filter_by(status=InvitationStatus.PENDING, **about)
    ended = invitations.values(status=status, answered_at=ctx.now)
    ended = ended.returning(col(RoomInvitation.id), col(RoomInvitation.room_id), col(RoomInvitation.user_id))
    for invitation_id, room_id, user_id in await ctx.db.execute(ended):
        ctx.emit(InvitationEnded(invitation_id, room_id, user_id))


async def _publish_requests(ctx: Context, room_id: UUID) -> None:
    approvers = select(col(Member.user_id)).where(col(Member.room_id) == room_id, col(Member.role).in_(_APPROVERS))
    approver_ids = tuple(await ctx.db.scalars(approvers))
    ctx.emit(JoinRequestsChanged(room_id, approver_ids, tuple(await waiting(ctx, room_id))))


def _rank(role: Role) -> int:
    return role.rank
