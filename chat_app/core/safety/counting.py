"""Count the pending reports, and publish the number to the site's admins."""

from typing import Final

from sqlalchemy import func, select
from sqlmodel import col

from chat_app.core.accounts.queries import admin_ids
from chat_app.core.kernel.context import Context
from chat_app.core.safety.errors import ReportNotFound
from chat_app.core.safety.events import ReportsChanged
from chat_app.core.safety.tables import Report

_PENDING: Final = select(func.count()).where(col(Report.resolved_at).is_(None))


def require_admin(ctx: Context) -> None:
    """Raise :class:`ReportNotFound` unless the actor is an admin of the site."""
    if not ctx.me.is_admin:
        raise ReportNotFound()


async def pending_reports(ctx: Context) -> int:
    """Return the number of pending reports, as an admin."""
    require_admin(ctx)
    return await ctx.db.scalar(_PENDING) or 0


async def publish_pending(ctx: Context) -> None:
    """Publish the number of pending reports, which this transaction has changed."""
    await ctx.db.flush()
    await ctx.lock_key("reports")  # of two transactions, the second counts what the first has written
    ctx.emit(ReportsChanged(tuple(await admin_ids(ctx)), await ctx.db.scalar(_PENDING) or 0))
