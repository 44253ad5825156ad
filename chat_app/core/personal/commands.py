"""Delete an account: the actor's own, or, as the site's admin, another person's. Messages stay, without a name."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, delete, exists, func, or_, select, update
from sqlmodel import SQLModel, col

from chat_app.core.access.permissions import Role
from chat_app.core.access.site import SiteRole
from chat_app.core.accounts.tables import User
from chat_app.core.ai.events import RunStopRequested
from chat_app.core.ai.tables import OPEN, AiRun
from chat_app.core.auth.events import SessionsRevoked
from chat_app.core.auth.factors.proof import prove_identity
from chat_app.core.auth.sessions.commands import end_access_elsewhere
from chat_app.core.auth.tables import UserSession
from chat_app.core.files.commands import forget_uploads
from chat_app.core.invitations.tables import InviteLink
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotSignedIn
from chat_app.core.live.events import PersonShown
from chat_app.core.mail.commands import forget_mails_to
from chat_app.core.messages.answer_tables import MessageContextSummary
from chat_app.core.messages.summaries import drop_summary
from chat_app.core.messages.tables import Message
from chat_app.core.payments.customers import cancel_subscriptions
from chat_app.core.personal.errors import LastAdmin, RoomsChanged, RoomsWithoutMaster
from chat_app.core.pictures.rows import release_pictures
from chat_app.core.rooms.access import advance, room_changed
from chat_app.core.rooms.commands import end_room
from chat_app.core.rooms.events import MemberLeft, RoomDeleted
from chat_app.core.rooms.help.commands import end_help_of, forget_words
from chat_app.core.rooms.members import pass_on
from chat_app.core.rooms.membership.joining import end_invitations, forget_request
from chat_app.core.rooms.membership.tables import JoinRequest
from chat_app.core.rooms.tables import InvitationStatus, Member, Room

NAMED: Final = 5
"""The number of rooms in the way that are named."""
_KEPT: Final = {"ai_runs", "token_balances", "token_transactions", "token_reservations"}
"""The tables that keep a reference to the person: runs belong to answers in others' rooms, and a ledger loses nothing.
Other rows are deleted.
"""

_IN_TURN: Final = (col(Room.parent_id).is_not(None), col(Room.id))
"""The order in which rooms are locked: parents before asides, as in the deletion of a parent."""


async def delete_account(ctx: Context, password: str, code: str = "") -> None:
    """Delete the actor's account: leave every room, end every session.

    The row stays, without a name. Raises as :func:`prove_identity` does, :class:`LastAdmin`, :class:`RoomsChanged` if
    they join a room at the same time, or :class:`RoomsWithoutMaster` while other people are in a room of which they are
    master.
    """
    await prove_identity(ctx, password, code)
    await end_account(ctx, ctx.me.user_id)


async def end_account(ctx: Context, user_id: UUID, *, pass_rooms: bool = False) -> User:
    """Delete a person's account; the caller has checked the permission.

    With ``pass_rooms`` others become masters of the person's rooms. Raises as :func:`delete_account` does, except for
    the proof.
    """
    held = await _lock_rooms(ctx, user_id)  # before the person: rooms are always locked first
    await _decline_all(ctx, user_id)
    user = await ctx.db.get_one(User, user_id, with_for_update=True, populate_existing=True)
    if user.deleted_at is not None:
        raise NotSignedIn()
    if {room.id for room, _ in held} != set(await ctx.db.scalars(_rooms_of(user_id, col(Room.id)))):
        raise RoomsChanged()
    await check_admins(ctx, user)
    if pass_rooms:
        await _pass_rooms(ctx, user_id, held)
    for room in (await ctx.db.scalars(select(Room).where(_summarised(user_id)))).all():
        await drop_summary(ctx, room)  # their name is in it
    rooms = await _leave_all(ctx, user_id, held)
    await _stop_runs(ctx, user_id)
    sessions = await ctx.db.scalars(
        select(col(UserSession.id)).where(col(UserSession.user_id) == user.id, col(UserSession.revoked_at).is_(None))
    )
    ctx.emit(SessionsRevoked(tuple(sessions)))
    await end_access_elsewhere(ctx, user.id)
    await _forget(ctx, user)
    ctx.emit(PersonShown(user.person(), tuple(rooms)))
    return user


async def check_admins(ctx: Context, user: User) -> None:
    """Raise :class:`LastAdmin` if no other admin exists. The user's row is locked."""
    others = select(func.count()).where(col(User.id) != user.id, col(User.deleted_at).is_(None))
    if SiteRole.ADMIN not in user.site_roles or not await ctx.db.scalar(others):
        return
    await ctx.lock_key("the last admin")  # of two concurrent deletions, the second counts the rest of the first
    others = others.where(col(User.suspended_at).is_(None))
    if not await ctx.db.scalar(others.where(col(User.site_roles).contains([SiteRole.ADMIN]))):
        raise LastAdmin()


def _rooms_of(user_id: UUID, *columns: Any) -> Select[Any]:
    mine = select(*columns).join(Member, col(Member.room_id) == col(Room.id))
    return mine.where(col(Member.user_id) == user_id, col(Room.deleted_at).is_(None)).order_by(*_IN_TURN)


def _summarised(user_id: UUID) -> ColumnElement[bool]:
    """Return the condition that a summary for models covers messages of the person in a room."""
    covered = col(Message.seq).between(col(MessageContextSummary.from_seq), col(MessageContextSummary.until_seq))
    theirs = exists().where(
        col(Message.room_id) == col(MessageContextSummary.room_id), col(Message.author_id) == user_id, covered
    )
    return col(Room.id).in_(select(col(MessageContextSummary.room_id)).where(theirs))


async def _lock_rooms(ctx: Context, user_id: UUID) -> list[tuple[Room, Member]]:
    """Lock and return the person's rooms and memberships.

    Also locks the rooms that they have requested to join, and rooms with a summary that covers their messages.
    """
    waits = select(col(JoinRequest.room_id)).where(col(JoinRequest.user_id) == user_id)
    near = or_(col(Room.id).in_(_rooms_of(user_id, col(Room.id))), col(Room.id).in_(waits), _summarised(user_id))
    await ctx.db.execute(select(col(Room.id)).where(near).order_by(*_IN_TURN).with_for_update())
    mine = _rooms_of(user_id, Room, Member).with_for_update(of=[Room, Member])
    rows = await ctx.db.execute(mine.execution_options(populate_existing=True))
    return [(row[0], row[1]) for row in rows]


async def _decline_all(ctx: Context, me: UUID) -> None:
    """Withdraw join requests and decline invitations."""
    for room_id in await ctx.db.scalars(select(col(JoinRequest.room_id)).where(col(JoinRequest.user_id) == me)):
        await forget_request(ctx, room_id, me)
    await end_invitations(ctx, InvitationStatus.DECLINED, user_id=me)


async def _pass_rooms(ctx: Context, user_id: UUID, rows: Sequence[tuple[Room, Member]]) -> None:
    """Make the member of the highest role, who joined first, master of each room of the person."""
    ranks = case({role.value: role.rank for role in Role}, value=col(Member.role))
    for room, member in rows:
        if member.role != Role.MASTER:
            continue
        others = select(Member).where(col(Member.room_id) == room.id, col(Member.user_id) != user_id)
        heir = await ctx.db.scalar(others.order_by(ranks.desc(), col(Member.joined_at), col(Member.user_id)).limit(1))
        if heir is not None:
            await pass_on(ctx, room, member, heir)


async def _leave_all(ctx: Context, me: UUID, rows: Sequence[tuple[Room, Member]]) -> list[UUID]:
    """Leave every room, and delete rooms without other members. Returns the remaining rooms."""
    ids = [room.id for room, _ in rows]
    others = set(
        await ctx.db.scalars(select(col(Member.room_id)).where(col(Member.room_id).in_(ids), col(Member.user_id) != me))
    )
    owned = [room.name for room, member in rows if member.role == Role.MASTER and room.id in others]
    if owned:
        raise RoomsWithoutMaster(rooms=", ".join(owned[:NAMED]) + ("…" if len(owned) > NAMED else ""))
    for room, member in rows:
        if not room.parent_id:  # the membership of an aside ends with that of its parent
            await ctx.db.delete(member)
        if room.id not in others:
            ctx.emit(RoomDeleted(room.id))
            await end_room(ctx, room)
            continue
        ctx.emit(MemberLeft(room.id, advance(room), me))
        await end_help_of(ctx, room, me)
        if room.pair:
            room.closed = True
            advance(room)
            ctx.emit(room_changed(room))
    return [room_id for room_id in ids if room_id in others]


async def _stop_runs(ctx: Context, user_id: UUID) -> None:
    live = (col(AiRun.asked_by_id) == user_id, col(AiRun.status).in_(OPEN))
    stopped = await ctx.db.scalars(update(AiRun).where(*live).values(stop_requested=True).returning(col(AiRun.id)))
    for run_id in stopped:
        ctx.emit(RunStopRequested(run_id))


async def _forget(ctx: Context, user: User) -> None:
    """Delete all rows that refer to the account, and clear the personal data in its own row."""
    await ctx.db.flush()
    await forget_mails_to(ctx, user.email)
    await forget_uploads(ctx, user.id)
    await cancel_subscriptions(ctx, user.id)
    await forget_words(ctx, user.id)
    await release_pictures(ctx, user_id=user.id)
    await ctx.db.execute(update(InviteLink).where(col(InviteLink.sent_to) == user.email).values(sent_to=None))
    for table in SQLModel.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name == "users" and key.ondelete == "CASCADE" and table.name not in _KEPT:
                await ctx.db.execute(delete(table).where(key.parent == user.id))
    user.email, user.username = f"{user.id}@deleted.invalid", f"deleted-{user.id.hex[-16:]}"
    user.email_verified_at, user.name, user.color, user.avatar, user.password_hash = None, "", "slate", None, None
    user.site_roles, user.deleted_at, user.kratos_identity_id = [], ctx.now, None
    await ctx.db.flush()
