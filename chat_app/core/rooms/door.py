"""The one way into a room, whatever it was that led there; and waiting to be let in."""

from uuid import UUID

from limits import RateLimitItemPerHour
from sqlalchemy import delete, select, update
from sqlmodel import col

from chat_app.core.access.permissions import PERMISSIONS, Permission, Role
from chat_app.core.accounts.queries import hold_people, people
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import parse_id
from chat_app.core.rooms.access import RoomAccess, access_room, advance
from chat_app.core.rooms.errors import Banned, JoinRequestNotFound
from chat_app.core.rooms.events import InvitationEnded, JoinRequestsChanged, MemberJoined, TurnedAway
from chat_app.core.rooms.tables import Ban, InvitationStatus, JoinRequest, Member, Room, RoomInvitation

ASKS_TO_JOIN = RateLimitItemPerHour(30, namespace="asks_to_join")
WAITING_SHOWN = 100
"""Of those who wait, so many are shown at once, the first first."""
_KEEPERS = [role.value for role in Role if Permission.MANAGE_MEMBERS in PERMISSIONS[role]]


async def admit(ctx: Context, room: Room, person: Person, role: Role) -> bool:
    """Let a person into a room whose row is held; returns whether they were not in it yet.

    Whoever calls has made sure that somebody may let them in. Raises :class:`Banned`.
    """
    if await ctx.db.get(Member, (room.id, person.id), populate_existing=True):
        return False
    await check_not_banned(ctx, room.id, person.id)
    await hold_people(ctx, [person.id])
    member = Member(room_id=room.id, user_id=person.id, role=role, last_read_seq=room.last_seq, joined_at=ctx.now)
    ctx.db.add(member)
    ctx.emit(MemberJoined(room.id, advance(room), person, role.value))
    await forget_request(ctx, room.id, person.id)
    await end_invitations(ctx, InvitationStatus.ACCEPTED, room_id=room.id, user_id=person.id)
    return True


async def given_role(ctx: Context, room_id: UUID, role: str, giver: UUID | None) -> Role:
    """Return the role with which somebody comes in who was invited: one above a member's only while whoever gave it has
    it.

    Else an admin who is removed would come back as one, by a link of their own.
    """
    member = await ctx.db.get(Member, (room_id, giver), populate_existing=True) if giver else None
    highest = Role(member.role) if member else Role.MEMBER
    return min(Role(role), max(Role.MEMBER, highest, key=_rank), key=_rank)


async def turn_away(ctx: Context, room: Room, user_id: UUID) -> None:
    """Have a person wait no longer at the door of a room whose row is held, nor be asked into it."""
    if await forget_request(ctx, room.id, user_id):
        ctx.emit(TurnedAway(room.id, room.name, user_id))
    await end_invitations(ctx, InvitationStatus.CANCELLED, room_id=room.id, user_id=user_id)


async def turn_all_away(ctx: Context, room: Room) -> None:
    """The same for everybody: the room, whose row is held, ends."""
    gone = delete(JoinRequest).filter_by(room_id=room.id).returning(col(JoinRequest.user_id))
    for user_id in await ctx.db.scalars(gone):
        ctx.emit(TurnedAway(room.id, room.name, user_id))
    await end_invitations(ctx, InvitationStatus.CANCELLED, room_id=room.id)


async def ask_to_join(ctx: Context, room: Room, role: Role) -> bool:
    """Have the actor wait at the door of a room whose row is held; returns whether that is new."""
    place = (room.id, ctx.me.user_id)
    if await ctx.db.get(Member, place, populate_existing=True):
        return False
    await check_not_banned(ctx, *place)
    if await ctx.db.get(JoinRequest, place, populate_existing=True):
        return False
    ctx.db.add(JoinRequest(room_id=room.id, user_id=ctx.me.user_id, role=role, asked_at=ctx.now))
    await _tell(ctx, room.id)
    return True


async def is_waiting(ctx: Context, room_id: UUID) -> bool:
    """Return whether the actor waits to be let into the room."""
    return await ctx.db.get(JoinRequest, (room_id, ctx.me.user_id)) is not None


async def join_requests(ctx: Context, room_id: object) -> list[Person]:
    """Return who waits to be let in, the first first."""
    access = await access_room(ctx, room_id, Permission.MANAGE_MEMBERS)
    return await waiting(ctx, access.room.id)


async def approve_join_request(ctx: Context, room_id: object, user_id: object) -> None:
    """Let in somebody who waits, in the role of the link that they came by, or in one's own if that is lower."""
    access, request = await _held_request(ctx, room_id, user_id)
    person = (await people(ctx, [request.user_id]))[request.user_id]
    await admit(ctx, access.room, person, min(Role(request.role), access.role, key=_rank))


async def decline_join_request(ctx: Context, room_id: object, user_id: object) -> None:
    """Let somebody wait no longer. They may ask again."""
    access, request = await _held_request(ctx, room_id, user_id)
    await forget_request(ctx, access.room.id, request.user_id)
    ctx.emit(TurnedAway(access.room.id, access.room.name, request.user_id))


async def check_not_banned(ctx: Context, room_id: UUID, user_id: UUID) -> None:
    """Raise :class:`Banned` if the person is."""
    if await ctx.db.get(Ban, (room_id, user_id), populate_existing=True):
        raise Banned()


async def waiting(ctx: Context, room_id: UUID) -> list[Person]:
    """Return who waits at the door of a room that the actor has accessed."""
    statement = (
        select(User)
        .join(JoinRequest, col(JoinRequest.user_id) == col(User.id))
        .where(col(JoinRequest.room_id) == room_id)
        .order_by(col(JoinRequest.asked_at), col(User.id))
        .limit(WAITING_SHOWN)
    )
    return [user.person() for user in await ctx.db.scalars(statement)]


async def _held_request(ctx: Context, room_id: object, user_id: object) -> tuple[RoomAccess, JoinRequest]:
    access = await access_room(ctx, room_id, Permission.MANAGE_MEMBERS, lock=True)
    place = (access.room.id, parse_id(user_id, JoinRequestNotFound))
    request = await ctx.db.get(JoinRequest, place, populate_existing=True)
    if request is None:
        raise JoinRequestNotFound()
    return access, request


async def forget_request(ctx: Context, room_id: UUID, user_id: UUID) -> bool:
    """Take a person from the door of a room whose row is held; returns whether they waited there."""
    place = (col(JoinRequest.room_id) == room_id, col(JoinRequest.user_id) == user_id)
    waited = await ctx.db.scalar(delete(JoinRequest).where(*place).returning(col(JoinRequest.user_id)))
    if waited:
        await _tell(ctx, room_id)
    return waited is not None


async def end_invitations(ctx: Context, status: InvitationStatus, **about: UUID) -> None:
    """Settle what people were asked: whoever has come in, by whatever way, or may not, is not asked any more."""
    asked = update(RoomInvitation).filter_by(status=InvitationStatus.PENDING, **about)
    ended = asked.values(status=status, answered_at=ctx.now)
    ended = ended.returning(RoomInvitation.id, RoomInvitation.room_id, RoomInvitation.user_id)
    for invitation_id, room_id, user_id in await ctx.db.execute(ended):
        ctx.emit(InvitationEnded(invitation_id, room_id, user_id))


async def _tell(ctx: Context, room_id: UUID) -> None:
    keepers = select(col(Member.user_id)).where(col(Member.room_id) == room_id, col(Member.role).in_(_KEEPERS))
    told = tuple(await ctx.db.scalars(keepers))
    ctx.emit(JoinRequestsChanged(room_id, told, tuple(await waiting(ctx, room_id))))


def _rank(role: Role) -> int:
    return role.rank
