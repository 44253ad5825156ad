"""Take a conversation over as a supporter, and hand it back."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlmodel import col

from chat_app.core.access.permissions import Role
from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.accounts.queries import is_staff, people
from chat_app.core.accounts.tables import User
from chat_app.core.ai.events import RunEnded, RunStopRequested
from chat_app.core.ai.tables import AiRun, RunStatus
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, new_id, parse_id
from chat_app.core.messages.commands import announce
from chat_app.core.messages.tables import Message, Status
from chat_app.core.rooms.access import advance, lock_room
from chat_app.core.rooms.errors import RoomArchived
from chat_app.core.rooms.events import MemberJoined
from chat_app.core.rooms.help.commands import end_help, open_request, set_help
from chat_app.core.rooms.help.tables import HelpRequest
from chat_app.core.rooms.kinds.help import HelpEnd, HelpState
from chat_app.core.rooms.kinds.lines import LineKind
from chat_app.core.rooms.lines.writing import write_line
from chat_app.core.rooms.membership.joining import check_not_banned
from chat_app.core.rooms.tables import Member, Room
from chat_app.core.support.errors import NoHelpAsked, SessionTaken, SupportSessionNotFound
from chat_app.core.support.rules import check_note, has_ai

AWAY: Final = timedelta(minutes=10)
"""After so long without a connection, a supporter's conversations are handed back."""


async def take_over(ctx: Context, session_id: AnyId) -> UUID:
    """Take over a conversation whose people have asked for help, or any if the site's policy allows it.

    The supporter becomes a visible guest of the room for that time, and the AI is silent. A repetition has no effect; a
    second supporter gets an error that names the first. Raises :class:`SupportSessionNotFound`, :class:`SessionTaken`,
    :class:`NoHelpAsked`, ``RoomArchived`` or ``Banned``.
    """
    access_site(ctx, SitePermission.SUPPORT, SupportSessionNotFound)
    room = await _lock(ctx, session_id)
    request = await open_request(ctx, room.id)
    if room.help_state == HelpState.TAKEN and request:
        if request.taken_by_id == ctx.me.user_id:
            return room.id
        raise SessionTaken(name=await _name(ctx, request.taken_by_id))
    if room.archived_at:
        raise RoomArchived()
    if request is None:
        request = _join_unasked(ctx, room)
    request.taken_by_id, request.taken_at, request.seen_at = ctx.me.user_id, ctx.now, ctx.now
    request.joined = await _enter(ctx, room, request.asked_by_id)
    room.assisted = True
    await _stop_answers(ctx, room)
    await write_line(ctx, room, LineKind.HELP_TAKEN, ctx.me.person)
    await set_help(ctx, room, HelpState.TAKEN, ctx.me.user_id)
    record(ctx, Action.TAKE_OVER, user_id=request.asked_by_id or room.created_by, room_id=room.id)
    return room.id


async def release_session(ctx: Context, session_id: AnyId, note: str = "") -> None:
    """Hand a conversation back, with a note for the people there: the AI answers again.

    Does nothing if the actor has not taken it over. Raises :class:`SupportSessionNotFound` or :class:`InvalidHelp`.
    """
    access_site(ctx, SitePermission.SUPPORT, SupportSessionNotFound)
    note = check_note(note)
    room = await _lock(ctx, session_id)
    request = await open_request(ctx, room.id)
    if request is None or request.taken_by_id != ctx.me.user_id:
        return
    await end_help(ctx, room, HelpEnd.RELEASED, note=note)


async def note_helpers(ctx: Context, here: Collection[UUID]) -> None:
    """Record that these people, if they are helping, are connected."""
    helping = (col(HelpRequest.taken_by_id).in_(here), col(HelpRequest.ended_at).is_(None))
    await ctx.db.execute(update(HelpRequest).where(*helping).values(seen_at=ctx.now))


async def release_absent(ctx: Context) -> None:
    """Hand back the conversations of supporters who were disconnected for long, or are not supporters any more."""
    serving = select(col(User.id)).where(is_staff(SitePermission.SUPPORT), col(User.suspended_at).is_(None))
    staying = select(col(Member.user_id)).where(col(Member.room_id) == col(HelpRequest.room_id))
    helper = col(HelpRequest.taken_by_id)
    lost = helper.is_(None) | helper.not_in(serving) | helper.not_in(staying)
    gone = col(HelpRequest.seen_at) < ctx.now - AWAY
    held = (col(HelpRequest.taken_at).is_not(None), col(HelpRequest.ended_at).is_(None))
    found = await ctx.db.execute(select(col(HelpRequest.room_id), lost).where(*held, lost | gone))
    for room_id, is_lost in found.all():
        room = await lock_room(ctx, room_id)
        await end_help(ctx, room, HelpEnd.LEFT if is_lost else HelpEnd.AWAY)


async def _lock(ctx: Context, session_id: AnyId) -> Room:
    """Lock a conversation into which support may come, or could."""
    wanted = parse_id(session_id, SupportSessionNotFound)
    known = await ctx.db.scalar(select(col(Room.id)).where(col(Room.id) == wanted, col(Room.deleted_at).is_(None)))
    if known is None:
        raise SupportSessionNotFound()
    room = await lock_room(ctx, wanted)
    if room.deleted_at is not None or not (has_ai(room.kind, room.ai_rule) or room.help_state != HelpState.NONE):
        raise SupportSessionNotFound()
    if not room.assisted and room.help_state == HelpState.NONE and not ctx.policy.support_joins:
        asked = await ctx.db.scalar(select(col(HelpRequest.id)).where(col(HelpRequest.room_id) == room.id).limit(1))
        if asked is None:
            raise SupportSessionNotFound()
    return room


def _join_unasked(ctx: Context, room: Room) -> HelpRequest:
    if not ctx.policy.support_joins:
        raise NoHelpAsked()
    request = HelpRequest(id=new_id(), room_id=room.id, asked_at=ctx.now)
    ctx.db.add(request)
    return request


async def _enter(ctx: Context, room: Room, asker_id: UUID | None) -> bool:
    """Make the supporter a guest, who sees the same messages as the asker; return whether they were not a member
    before.
    """
    if await ctx.db.get(Member, (room.id, ctx.me.user_id), populate_existing=True):
        return False
    await check_not_banned(ctx, room.id, ctx.me.user_id)
    asker = await ctx.db.get(Member, (room.id, asker_id)) if asker_id else None
    start = asker.sees_after if asker else 0
    member = Member(room_id=room.id, user_id=ctx.me.user_id, role=Role.GUEST, sees_after=start, joined_at=ctx.now)
    member.last_read_seq = room.last_seq
    ctx.db.add(member)
    ctx.emit(MemberJoined(room.id, advance(room), ctx.me.person, member.role, start))
    return True


async def _stop_answers(ctx: Context, room: Room) -> None:
    """Stop the answers that have not begun, and those that are being written: their text so far remains."""
    await _stop_queued(ctx, room)
    running = (col(AiRun.room_id) == room.id, col(AiRun.status) == RunStatus.RUNNING)
    asked = update(AiRun).where(*running, ~col(AiRun.stop_requested)).values(stop_requested=True)
    for run_id in (await ctx.db.scalars(asked.returning(col(AiRun.id)))).all():
        ctx.emit(RunStopRequested(run_id))


async def _stop_queued(ctx: Context, room: Room) -> None:
    waiting = (col(AiRun.room_id) == room.id, col(AiRun.status) == RunStatus.QUEUED)
    stopped = update(AiRun).where(*waiting).values(status=RunStatus.STOPPED, finished_at=ctx.now)
    stopped = stopped.returning(col(AiRun.id), col(AiRun.message_id))
    for run_id, message_id in (await ctx.db.execute(stopped)).all():
        ctx.emit(RunEnded(run_id))
        message = await ctx.db.get_one(Message, message_id, populate_existing=True)
        if message.run_id == run_id:
            message.status, message.rev = Status.STOPPED, advance(room)
            await announce(ctx, message)


async def _name(ctx: Context, user_id: UUID | None) -> str:
    found = await people(ctx, [user_id]) if user_id else {}
    return found[user_id].name if user_id in found else ""
