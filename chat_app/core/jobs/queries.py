"""Read failed jobs."""

from collections.abc import Sequence
from typing import Final

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.jobs import FailedJob

NEWEST: Final = 100


async def list_failed_jobs(ctx: Context) -> Sequence[FailedJob]:
    """Return the newest failed jobs, for those who may; raises ``NotFound`` for everybody else."""
    access_site(ctx, SitePermission.VIEW_JOBS)
    return await ctx.jobs.failed(ctx.db, NEWEST)
