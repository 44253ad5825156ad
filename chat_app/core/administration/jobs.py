"""Jobs that failed for good: look at them, retry or drop them. The queue's port is ``core/kernel/work/jobs.py``."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotFound
from chat_app.core.kernel.work.jobs import FailedJob

NEWEST: Final = 100
VALUE_MAX: Final = 200
_SECRET: Final = re.compile(r"secret|token|password|key|code", re.IGNORECASE)


async def list_failed_jobs(ctx: Context) -> Sequence[FailedJob]:
    """Return the newest failed jobs. Raises ``NotFound`` without the permission to see them."""
    access_site(ctx, SitePermission.VIEW_JOBS)
    return await ctx.jobs.failed(ctx.db, NEWEST)


async def retry_failed_job(ctx: Context, job_id: object) -> None:
    """Start a failed job again. Raises ``NotFound``."""
    access_site(ctx, SitePermission.MANAGE_JOBS)
    if not await ctx.jobs.retry(ctx.db, number := _number(job_id)):
        raise NotFound()
    record(ctx, Action.RETRY_JOB, job=number)


async def drop_failed_job(ctx: Context, job_id: object) -> None:
    """Delete a failed job. Raises ``NotFound``."""
    access_site(ctx, SitePermission.MANAGE_JOBS)
    if not await ctx.jobs.drop(ctx.db, number := _number(job_id)):
        raise NotFound()
    record(ctx, Action.DROP_JOB, job=number)


def shown_payload(payload: Mapping[str, object]) -> dict[str, str]:
    """Return the payload of a job as the staff may see it: short, and without possible secrets.

    Payloads only have ids; this rule protects a payload that has more.
    """
    return {key: "•••" if _SECRET.search(key) else str(value)[:VALUE_MAX] for key, value in payload.items()}


def _number(job_id: object) -> int:
    number = str(job_id)
    if not (number.isascii() and number.isdigit() and len(number) < 19):  # a bigint of the database
        raise NotFound()
    return int(number)
