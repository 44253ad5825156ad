"""Resolve reports, as the site's admins. Nobody else can find them."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlmodel import col

from chat_app.core.access.site import SitePermission, SiteRole, access_site, site_can
from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.accounts.tables import User
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action, AuditEntry
from chat_app.core.auth.sessions import revoke_sessions
from chat_app.core.auth.tables import UserSession
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotAllowed
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.messages.commands import take_back
from chat_app.core.messages.errors import MessageNotFound
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.access import lock_room
from chat_app.core.safety.counting import publish_pending
from chat_app.core.safety.errors import ReportNotFound, ReportResolved
from chat_app.core.safety.tables import Report, Resolution

AUDIT_KEPT: Final = timedelta(days=730)


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

    Raises ``UserNotFound`` for a report of a message or a deleted account, ``NotAllowed`` for an admin, and for
    anybody of the staff where the actor does not manage people.
    """
    report = await _open_report(ctx, report_id)
    user = await _hold_user(ctx, report.user_id)
    manages = site_can(ctx.me.site_roles, SitePermission.MANAGE_PEOPLE)
    if user.site_roles and (SiteRole.ADMIN in user.site_roles or not manages):
        raise NotAllowed()
    user.suspended_at = user.suspended_at or ctx.now
    await revoke_sessions(ctx, col(UserSession.user_id) == user.id)
    await _resolve(ctx, report, Resolution.SUSPENDED)
    record(ctx, Action.SUSPEND_USER, user_id=user.id, message_id=report.message_id, report_id=report.id)


async def restore_user(ctx: Context, user_id: AnyId) -> None:
    """Restore a suspended person; do nothing for one who is not suspended."""
    access_site(ctx, SitePermission.MODERATE, ReportNotFound)
    user = await _hold_user(ctx, parse_id(user_id, UserNotFound))
    if user.suspended_at is not None:
        user.suspended_at = None
        record(ctx, Action.RESTORE_USER, user_id=user.id)


async def forget_audit(ctx: Context) -> None:
    """Delete very old entries of the log."""
    await ctx.db.execute(delete(AuditEntry).where(col(AuditEntry.at) < ctx.now - AUDIT_KEPT))


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


async def _hold_user(ctx: Context, user_id: UUID | None) -> User:
    there = (col(User.id) == user_id, col(User.deleted_at).is_(None))
    statement = select(User).where(*there).with_for_update(key_share=True)
    user = (await ctx.db.scalars(statement, execution_options={"populate_existing": True})).first()
    if user is None:
        raise UserNotFound()
    return user


async def _resolve(ctx: Context, report: Report, resolution: Resolution) -> None:
    report.resolved_at, report.resolved_by, report.resolution = ctx.now, ctx.me.user_id, resolution
    await publish_pending(ctx)
