"""Change the state of support's help in a locked room."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlmodel import col

from chat_app.core.access.site import SitePermission
from chat_app.core.accounts.queries import people, staff_ids
from chat_app.core.audit.log import AUTOMATIC, record
from chat_app.core.audit.tables import Action
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.rooms.access import advance, room_changed
from chat_app.core.rooms.events import HelpChanged, MemberLeft
from chat_app.core.rooms.help.tables import HelpRequest
from chat_app.core.rooms.kinds.help import HelpEnd, HelpState
from chat_app.core.rooms.kinds.lines import LineKind
from chat_app.core.rooms.lines.writing import write_line
from chat_app.core.rooms.tables import Member, Room


async def open_request(ctx: Context, room_id: UUID) -> HelpRequest | None:
    """Return the request of a locked room that has not ended."""
    wanted = (col(HelpRequest.room_id) == room_id, col(HelpRequest.ended_at).is_(None))
    return (await ctx.db.scalars(select(HelpRequest).where(*wanted))).first()


async def set_help(ctx: Context, room: Room, state: HelpState, by_id: UUID | None = None) -> None:
    """Set the state, the asker and the helper; publish it with the permissions that depend on it, and to support."""
    room.help_state, room.help_by_id = state, by_id
    advance(room)
    ctx.emit(room_changed(room))
    await ctx.db.flush()
    await ctx.lock_key("help")  # of two transactions, the second counts what the first has written
    staff = await staff_ids(ctx, SitePermission.VIEW_SUPPORT)
    ctx.emit(HelpChanged(room.id, tuple(staff), await waiting_requests(ctx)))


async def waiting_requests(ctx: Context) -> int:
    """Return the number of requests that no supporter has taken."""
    waiting = (col(HelpRequest.ended_at).is_(None), col(HelpRequest.taken_at).is_(None))
    return await ctx.db.scalar(select(func.count()).select_from(HelpRequest).where(*waiting)) or 0


async def end_help(ctx: Context, room: Room, ended: HelpEnd, *, note: str = "", by: Person | None = None) -> None:
    """End the open request of a locked room, if there is one: the supporter leaves, and the AI may speak again.

    The line in the room's history names ``by``, or the supporter, or the asker.
    """
    request = await open_request(ctx, room.id)
    if request is None:
        return
    request.ended, request.ended_at, request.note = ended, ctx.now, note
    if request.taken_at:
        _record_end(ctx, room, request, ended)
    named = by or await _first(ctx, request.taken_by_id, request.asked_by_id)
    if request.joined and request.taken_by_id:
        await _let_go(ctx, room, request.taken_by_id)
    kind = LineKind.HELP_RELEASED if request.taken_at else LineKind.HELP_WITHDRAWN
    if named:
        await write_line(ctx, room, kind, named, **({"name": note} if note else {}))
    await set_help(ctx, room, HelpState.NONE)


def _record_end(ctx: Context, room: Room, request: HelpRequest, ended: HelpEnd) -> None:
    """Record that a conversation is handed back: by the supporter, or automatically."""
    is_helper = ctx.actor is not None and ctx.actor.user_id == request.taken_by_id
    more: dict[str, Any] = {} if ended == HelpEnd.RELEASED else {"ended": ended.value}
    source, user_id = "" if is_helper else AUTOMATIC, request.asked_by_id or room.created_by
    record(ctx, Action.HAND_BACK, source=source, user_id=user_id, room_id=room.id, **more)


async def end_help_of(ctx: Context, room: Room, user_id: UUID) -> None:
    """End the open request of a locked room that this former member had made, or was helping with."""
    request = await open_request(ctx, room.id) if room.help_state != HelpState.NONE else None
    if request and user_id in (request.taken_by_id, request.asked_by_id):
        await end_help(ctx, room, HelpEnd.LEFT if user_id == request.taken_by_id else HelpEnd.CLOSED)


async def forget_words(ctx: Context, user_id: UUID) -> None:
    """Delete a person's texts of requests for help and of handing back, because their account is deleted."""
    asked, gave = col(HelpRequest.asked_by_id) == user_id, col(HelpRequest.taken_by_id) == user_id
    await ctx.db.execute(update(HelpRequest).where(asked).values(reason="", asked_by_id=None))
    await ctx.db.execute(update(HelpRequest).where(gave).values(note="", taken_by_id=None))


async def _let_go(ctx: Context, room: Room, user_id: UUID) -> None:
    member = await ctx.db.get(Member, (room.id, user_id), populate_existing=True)
    if member is not None and member not in ctx.db.deleted:
        await ctx.db.delete(member)
        ctx.emit(MemberLeft(room.id, advance(room), user_id))


async def _first(ctx: Context, *user_ids: UUID | None) -> Person | None:
    known = [user_id for user_id in user_ids if user_id]
    found = await people(ctx, known) if known else {}
    return next((found[user_id] for user_id in known if user_id in found), None)
