"""Report a message or a person."""

from typing import Final
from uuid import UUID

from limits import RateLimitItemPerHour
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.accounts.queries import get_user
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotAllowed
from chat_app.core.kernel.ids import AnyId, new_id, parse_id
from chat_app.core.kernel.texts.cleaning import clean_text
from chat_app.core.messages.errors import MessageDeleted, MessageNotFound
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.errors import RoomNotFound
from chat_app.core.safety.counting import publish_pending
from chat_app.core.safety.errors import InvalidReport
from chat_app.core.safety.tables import Reason, Report

REPORTS = RateLimitItemPerHour(30, namespace="reports")
NOTE_MAX: Final = 1000


async def report_message(ctx: Context, message_id: AnyId, reason: str, note: str = "") -> UUID:
    """Report a message that the actor can see to the site's admins.

    Returns the report's id. A repeated report is added to the pending one. Raises ``MessageNotFound``,
    ``MessageDeleted``, ``NotAllowed`` for the actor's own message, :class:`InvalidReport` or ``RateLimited``.
    """
    reason, note = _check(reason, note)
    wanted = parse_id(message_id, MessageNotFound)
    message = (await ctx.db.scalars(select(Message).where(col(Message.id) == wanted))).first()
    try:
        access = await access_room(ctx, message.room_id if message else None, Permission.VIEW)
    except RoomNotFound:
        raise MessageNotFound() from None
    assert message is not None, "a room was found by it"
    if message.event is not None or not access.sees(message.seq):
        raise MessageNotFound()
    if message.author_id == ctx.me.user_id:
        raise NotAllowed()
    if message.deleted_at is not None:
        raise MessageDeleted()
    return await _report(
        ctx, reason=reason, note=note, message_id=message.id, user_id=message.author_id, text=message.text
    )


async def report_user(ctx: Context, user_id: AnyId, reason: str, note: str = "") -> UUID:
    """Report a person to the site's admins. Returns the report's id. Raises as :func:`report_message` does."""
    reason, note = _check(reason, note)
    user = await get_user(ctx, parse_id(user_id, UserNotFound))
    if user.id == ctx.me.user_id:
        raise NotAllowed()
    return await _report(ctx, reason=reason, note=note, user_id=user.id)


def _check(reason: str, note: str) -> tuple[str, str]:
    if reason not in set(Reason):
        raise InvalidReport(field="reason")
    note = clean_text(note)
    if len(note) > NOTE_MAX:
        raise InvalidReport("report_note_long", field="note", maximum=NOTE_MAX)
    return reason, note


async def _report(ctx: Context, *, reason: str, note: str, **about: object) -> UUID:
    await ctx.limit(REPORTS, str(ctx.me.user_id))
    values = {"id": new_id(), "reporter_id": ctx.me.user_id, "created_at": ctx.now, "text": "", **about}
    once = insert(Report).values(**values, reason=reason, note=note)
    once = once.on_conflict_do_update(
        index_elements=["reporter_id", "message_id", "user_id"],
        index_where=col(Report.resolved_at).is_(None) & col(Report.reporter_id).is_not(None),
        set_={"reason": reason, "note": note},
    )
    report_id: UUID = (await ctx.db.scalars(once.returning(col(Report.id)))).one()
    await publish_pending(ctx)
    return report_id
