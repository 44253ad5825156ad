"""Asking people into a room: by name, by email, a whole group; and what they answer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from limits import RateLimitItemPerDay, RateLimitItemPerHour
from sqlalchemy import and_, or_, select, text, tuple_
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlmodel import col

from chat_app.core.access.permissions import Permission, Role
from chat_app.core.accounts.errors import InvalidField, UserNotFound
from chat_app.core.accounts.queries import find_user, get_user, people
from chat_app.core.accounts.rules import check_email
from chat_app.core.accounts.tables import User
from chat_app.core.groups.queries import group_users
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import new_id, parse_id
from chat_app.core.mail.commands import queue_mail
from chat_app.core.mail.tables import MailKind
from chat_app.core.people.blocks import blocked_among, blocked_ids
from chat_app.core.people.tables import Block
from chat_app.core.rooms.access import RoomAccess, access_room, lock_room
from chat_app.core.rooms.door import admit, given_role
from chat_app.core.rooms.errors import InvitationNotFound, RoomNotFound
from chat_app.core.rooms.events import InvitationEnded, InvitationsSent, Invited
from chat_app.core.rooms.invites import check_given_role, create_invite_link, invite_links
from chat_app.core.rooms.tables import Ban, InvitationStatus, Member, Room, RoomInvitation

ASKED = RateLimitItemPerHour(1000, namespace="invitations")
MAILED = RateLimitItemPerHour(30, namespace="invitation_mails")
TO_ONE_STRANGER = RateLimitItemPerDay(10, namespace="invitations_to_address")
"""How many an address without an account gets, whoever sends them: nobody's mailbox is filled."""

PENDING_SHOWN: Final = 200
"""Of the invitations that wait for an answer, so many are shown at once, the newest first."""

MAIL_HOURS: Final = 7 * 24


class Outcome(StrEnum):
    """What came of asking somebody."""

    INVITED = "invited"
    ALREADY_INVITED = "already_invited"
    ALREADY_IN = "already_in"
    BLOCKED = "blocked"
    BANNED = "banned"
    MAILED = "mailed"


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who was asked: a person, or an address that has no account."""

    outcome: Outcome
    person: Person | None = None
    address: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the shape in which REST and the live feed tell it."""
        person = self.person.as_json() if self.person else None
        return {"outcome": self.outcome.value, "person": person, "address": self.address}


async def invite(ctx: Context, room_id: object, to: str, *, role: str = Role.MEMBER) -> Asked:
    """Ask the person of this username, email or id into the room; an email without an account gets mail with a link.

    Nobody gives a role above their own. Raises :class:`UserNotFound` where ``to`` is neither a person nor an email.
    """
    await ctx.limit(ASKED, str(ctx.me.user_id))
    access = await _inviting(ctx, room_id, role)
    if user := await find_user(ctx, to):
        return (await _ask(ctx, access, [user], role))[0]
    try:
        return await _mail(ctx, access, check_email(to), role)
    except InvalidField:
        raise UserNotFound(field="to") from None


async def invite_group(ctx: Context, room_id: object, group_id: object, *, role: str = Role.MEMBER) -> list[Asked]:
    """Ask everybody in one of the actor's groups, and tell of each what came of it."""
    await access_room(ctx, room_id, Permission.INVITE)
    users = [user for user in await group_users(ctx, group_id) if user.id != ctx.me.user_id]
    await ctx.limit(ASKED, str(ctx.me.user_id), count=len(users) or 1)
    return await _ask(ctx, await _inviting(ctx, room_id, role), users, role)


async def pending_invitations(ctx: Context, room_id: object) -> list[Invited]:
    """Return the room's invitations that nobody has answered, newest first, for those who may invite."""
    access = await access_room(ctx, room_id, Permission.INVITE)
    return await _pending(ctx, col(RoomInvitation.room_id) == access.room.id)


async def my_invitations(ctx: Context) -> list[Invited]:
    """Return the rooms into which the actor is asked, newest first; by whom they have blocked, they are not."""
    blocked = select(Block.blocked_id).where(Block.blocker_id == ctx.me.user_id)
    wanted = or_(col(RoomInvitation.invited_by).is_(None), col(RoomInvitation.invited_by).not_in(blocked))
    return await _pending(ctx, and_(col(RoomInvitation.user_id) == ctx.me.user_id, wanted))


async def cancel_invitation(ctx: Context, room_id: object, invitation_id: object) -> None:
    """Take an invitation back."""
    access = await access_room(ctx, room_id, Permission.INVITE, lock=True)
    invitation = await _hold(ctx, invitation_id)
    if invitation.room_id != access.room.id:
        raise InvitationNotFound()
    _end(ctx, invitation, InvitationStatus.CANCELLED)


async def decline_invitation(ctx: Context, invitation_id: object) -> None:
    """Stay out."""
    await _hold_room_of(ctx, invitation_id)
    _end(ctx, await _hold_mine(ctx, invitation_id), InvitationStatus.DECLINED)


async def accept_invitation(ctx: Context, invitation_id: object) -> Room:
    """Come in. To accept twice is as good as once; who is in already stays as they are."""
    room = await _hold_room_of(ctx, invitation_id)
    invitation = await _hold_mine(ctx, invitation_id)
    if invitation.status == InvitationStatus.ACCEPTED and await ctx.db.get(Member, (room.id, ctx.me.user_id)):
        return room
    _end(ctx, invitation, InvitationStatus.ACCEPTED)
    await admit(ctx, room, ctx.me.person, await given_role(ctx, room.id, invitation.role, invitation.invited_by))
    return room


async def _inviting(ctx: Context, room_id: object, role: str) -> RoomAccess:
    """Return the room, held, so that who comes in meanwhile is seen."""
    access = await access_room(ctx, room_id, Permission.INVITE, lock=True)
    check_given_role(access, role)
    return access


async def _ask(ctx: Context, access: RoomAccess, users: Sequence[User], role: str) -> list[Asked]:
    """Ask them. Who has blocked the actor is asked as all others are, and never sees it: a block must not show."""
    room, ids = access.room, [user.id for user in users]
    here = set(await ctx.db.scalars(select(Member.user_id).where(Member.room_id == room.id, Member.user_id.in_(ids))))
    banned = set(await ctx.db.scalars(select(Ban.user_id).where(Ban.room_id == room.id, Ban.user_id.in_(ids))))
    blocked = set(await blocked_ids(ctx)).intersection(ids)
    blockers = await blocked_among(ctx, ids) - blocked
    outcomes = dict.fromkeys(ids, Outcome.ALREADY_INVITED) | dict.fromkeys(blocked, Outcome.BLOCKED)
    outcomes |= dict.fromkeys(banned, Outcome.BANNED) | dict.fromkeys(here, Outcome.ALREADY_IN)
    wanted = [user for user in users if user.id not in here | banned | blocked]
    rows = [
        {"id": new_id(), "room_id": room.id, "user_id": user.id, "role": role, "status": InvitationStatus.PENDING.value}
        | {"invited_by": ctx.me.user_id, "created_at": ctx.now}
        for user in wanted
    ]
    if rows:
        asked = _in_place_of_hidden(insert(RoomInvitation).values(rows), blockers)
        made = (await ctx.db.execute(asked.returning(RoomInvitation.id, RoomInvitation.user_id))).all()
        outcomes |= {row.user_id: Outcome.INVITED for row in made}
        person = {user.id: user.person() for user in wanted}
        sent = [
            Invited(row.id, room.id, room.name, room.description, role, person[row.user_id], ctx.me.person, ctx.now)
            for row in made
        ]
        if sent:
            ctx.emit(InvitationsSent(room.id, tuple(sent), frozenset(blockers)))
    return [Asked(outcomes[user.id], user.person()) for user in users]


def _in_place_of_hidden(asked: Insert, blockers: Collection[UUID]) -> Insert:
    """Write invitations where none is pending, or one by somebody blocked, unless this one is too (``blockers``)."""
    blocks = select(Block.blocked_id, Block.blocker_id)
    hidden = tuple_(col(RoomInvitation.invited_by), col(RoomInvitation.user_id)).in_(blocks)
    return asked.on_conflict_do_update(
        index_elements=["user_id", "room_id"],
        index_where=text("status = 'pending'"),
        set_={name: asked.excluded[name] for name in ("id", "invited_by", "role", "created_at")},
        where=and_(hidden, col(RoomInvitation.user_id).not_in(blockers)),
    )


async def _mail(ctx: Context, access: RoomAccess, address: str, role: str) -> Asked:
    if any(link.sent_to == address for link in await invite_links(ctx, access.room.id)):
        return Asked(Outcome.ALREADY_INVITED, address=address)
    await ctx.limit(MAILED, str(ctx.me.user_id))
    await ctx.limit(TO_ONE_STRANGER, address)
    link = await create_invite_link(ctx, access.room.id, role=role, hours=MAIL_HOURS, max_uses=1)
    link.sent_to = address
    locale = (await get_user(ctx, ctx.me.user_id)).locale  # of the inviter: of the other nothing is known
    words = {"inviter": ctx.me.person.name, "room": access.room.name, "path": f"/join/{link.token}"}
    await queue_mail(ctx, address, MailKind.INVITATION, locale=locale, **words)
    return Asked(Outcome.MAILED, address=address)


async def _pending(ctx: Context, which: object) -> list[Invited]:
    statement = (
        select(RoomInvitation, Room, User)
        .join(Room, col(Room.id) == col(RoomInvitation.room_id))
        .join(User, col(User.id) == col(RoomInvitation.user_id))
        .where(which, col(RoomInvitation.status) == InvitationStatus.PENDING, col(Room.deleted_at).is_(None))
        .order_by(col(RoomInvitation.created_at).desc(), col(RoomInvitation.id).desc())
        .limit(PENDING_SHOWN)
    )
    rows = (await ctx.db.execute(statement)).all()
    inviters = await people(ctx, {row[0].invited_by for row in rows if row[0].invited_by})
    return [
        Invited(
            invitation.id,
            room.id,
            room.name,
            room.description,
            invitation.role,
            user.person(),
            inviters.get(invitation.invited_by),
            invitation.created_at,
        )
        for invitation, room, user in rows
    ]


async def _hold_room_of(ctx: Context, invitation_id: object) -> Room:
    """Return the room of one of the actor's invitations, its row held: everybody holds the room first."""
    wanted = parse_id(invitation_id, InvitationNotFound)
    mine = (col(RoomInvitation.id) == wanted, col(RoomInvitation.user_id) == ctx.me.user_id)
    room_id: UUID | None = await ctx.db.scalar(select(RoomInvitation.room_id).where(*mine))
    if room_id is None:
        raise InvitationNotFound()
    room = await lock_room(ctx, room_id)
    if room.deleted_at is not None:
        raise RoomNotFound()
    return room


async def _hold(ctx: Context, invitation_id: object) -> RoomInvitation:
    wanted = parse_id(invitation_id, InvitationNotFound)
    invitation = await ctx.db.get(RoomInvitation, wanted, with_for_update=True, populate_existing=True)
    if invitation is None:
        raise InvitationNotFound()
    return invitation


async def _hold_mine(ctx: Context, invitation_id: object) -> RoomInvitation:
    invitation = await _hold(ctx, invitation_id)
    if invitation.user_id != ctx.me.user_id:
        raise InvitationNotFound()
    return invitation


def _end(ctx: Context, invitation: RoomInvitation, status: InvitationStatus) -> None:
    if invitation.status != InvitationStatus.PENDING:
        raise InvitationNotFound()
    invitation.status, invitation.answered_at = status, ctx.now
    ctx.emit(InvitationEnded(invitation.id, invitation.room_id, invitation.user_id))
