"""Count the pending reports, and publish the number to the people who decide on them."""

from typing import Final

from sqlalchemy import func, select
from sqlmodel import col

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.accounts.queries import staff_ids
from chat_app.core.kernel.context import Context
from chat_app.core.safety.errors import ReportNotFound
from chat_app.core.safety.events import ReportsChanged
from chat_app.core.safety.tables import Report

_PENDING: Final = select(func.count()).where(col(Report.resolved_at).is_(None))


async def pending_reports(ctx: Context) -> int:
    """Return the number of pending reports. Raises :class:`ReportNotFound` for all but moderators."""
    access_site(ctx, SitePermission.MODERATE, ReportNotFound)
    return await ctx.db.scalar(_PENDING) or 0


async def publish_pending(ctx: Context) -> None:
    """Publish the number of pending reports, which this transaction has changed."""
    await ctx.db.flush()
    await ctx.lock_key("reports")  # of two transactions, the second counts what the first has written
    ctx.emit(ReportsChanged(tuple(await staff_ids(ctx, SitePermission.MODERATE)), await ctx.db.scalar(_PENDING) or 0))
