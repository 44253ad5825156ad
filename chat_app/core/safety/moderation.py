"""Resolve reports, as the site's admins. Other people get not found."""

from sqlalchemy import update
from sqlmodel import col

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.messages.commands import take_back
from chat_app.core.messages.errors import MessageNotFound
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.access import lock_room
from chat_app.core.safety.counting import publish_pending
from chat_app.core.safety.errors import ReportNotFound, ReportResolved
from chat_app.core.safety.suspending import lock_user, suspend
from chat_app.core.safety.tables import Report, Resolution


async def dismiss_report(ctx: Context, report_id: AnyId) -> None:
    """Dismiss a report. Raises :class:`ReportNotFound` or :class:`ReportResolved`."""
    report = await _open_report(ctx, report_id)
    await _resolve(ctx, report, Resolution.DISMISSED)
    record(ctx, Action.DISMISS_REPORT, user_id=report.user_id, message_id=report.message_id, report_id=report.id)


async def delete_reported_message(ctx: Context, report_id: AnyId) -> None:
    """Delete the reported message for everybody, which resolves all reports of it.

    Raises ``MessageNotFound`` for a report of a person, or of a message whose room is deleted.
    """
    seen = await _report(ctx, report_id)
    message = await ctx.db.get(Message, seen.message_id) if seen.message_id else None
    if message is None:
        raise MessageNotFound()
    room = await lock_room(ctx, message.room_id)
    report = await _open_report(ctx, report_id)
    await ctx.db.refresh(message)
    if message.deleted_at is None:
        await take_back(ctx, room, message)
    await ctx.db.execute(
        update(Report)
        .where(col(Report.message_id) == message.id, col(Report.resolved_at).is_(None))
        .values(resolved_at=ctx.now, resolved_by=ctx.me.user_id, resolution=Resolution.DELETED)
    )
    await publish_pending(ctx)
    record(ctx, Action.DELETE_MESSAGE, user_id=report.user_id, message_id=report.message_id, report_id=report.id)


async def suspend_reported_user(ctx: Context, report_id: AnyId) -> None:
    """Suspend the reported person until they are restored: all their sessions end at once.

    Raises ``UserNotFound`` for a report of a message or a deleted account, ``NotAllowed`` for an admin, and for any
    member of the staff if the actor may not manage people.
    """
    report = await _open_report(ctx, report_id)
    user = await lock_user(ctx, report.user_id)
    await suspend(ctx, user)
    await _resolve(ctx, report, Resolution.SUSPENDED)
    record(ctx, Action.SUSPEND_USER, user_id=user.id, message_id=report.message_id, report_id=report.id)


async def _report(ctx: Context, report_id: AnyId, *, lock: bool = False) -> Report:
    access_site(ctx, SitePermission.MODERATE, ReportNotFound)
    report = await ctx.db.get(Report, parse_id(report_id, ReportNotFound), with_for_update=lock, populate_existing=lock)
    if report is None:
        raise ReportNotFound()
    return report


async def _open_report(ctx: Context, report_id: AnyId) -> Report:
    """Lock and return the report; of two admins at once, the second finds it resolved."""
    report = await _report(ctx, report_id, lock=True)
    if report.resolved_at is not None:
        raise ReportResolved()
    return report


async def _resolve(ctx: Context, report: Report, resolution: Resolution) -> None:
    report.resolved_at, report.resolved_by, report.resolution = ctx.now, ctx.me.user_id, resolution
    await publish_pending(ctx)
