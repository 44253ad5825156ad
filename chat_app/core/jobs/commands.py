"""Retry and delete failed jobs."""

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotFound


async def retry_failed_job(ctx: Context, job_id: object) -> None:
    """Start a failed job again. Raises ``NotFound``."""
    access_site(ctx, SitePermission.MANAGE_JOBS)
    if not await ctx.jobs.retry(ctx.db, _number(job_id)):
        raise NotFound()


async def drop_failed_job(ctx: Context, job_id: object) -> None:
    """Delete a failed job. Raises ``NotFound``."""
    access_site(ctx, SitePermission.MANAGE_JOBS)
    if not await ctx.jobs.drop(ctx.db, _number(job_id)):
        raise NotFound()


def _number(job_id: object) -> int:
    number = str(job_id)
    if not (number.isascii() and number.isdigit() and len(number) < 19):  # a bigint of the database
        raise NotFound()
    return int(number)
