"""Doing jobs without waiting for a worker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy import text

from chat_app.adapters.jobs.procrastinate_worker import opened, run
from chat_app.adapters.jobs.runner import JobRunner
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.work.tasks import Endless


@asynccontextmanager
async def running(jobs: JobRunner) -> AsyncIterator[None]:
    """Have jobs done as a process does them."""
    loop = Endless(jobs.run, "jobs")
    loop.start()
    try:
        yield
    finally:
        await loop.stop()


async def run_due(jobs: JobRunner) -> None:
    """Do the jobs that are due, retries included: to the database, a test's clock is in the past."""
    known = {kind.name for kind in jobs.handlers}
    async with opened(jobs.url, jobs.handlers, jobs.clock, periodic=False) as app:
        while any(
            job.task_name in known and (job.scheduled_at is None or job.scheduled_at <= datetime.now(UTC))
            for job in await app.job_manager.list_jobs_async(status="todo")
        ):
            await run(app, wait=False)


async def failed_job(ctx: Context) -> str:
    """A job that has failed for good, by its id."""
    begun = "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('x', 'send_mail', 'doing')"
    number = await ctx.db.scalar(text(f"{begun} RETURNING id"))
    await ctx.db.execute(text("SELECT procrastinate_finish_job_v1(:id, 'failed', false)"), {"id": number})
    return str(number)
