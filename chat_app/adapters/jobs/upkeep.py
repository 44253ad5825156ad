"""The queue's maintenance jobs: retry the jobs of dead processes, and delete old failures."""

import asyncio
from datetime import timedelta
from typing import Final

import structlog
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from chat_app.adapters.jobs.errors import keep_error
from chat_app.core.kernel.context import Clock
from chat_app.core.kernel.work.jobs import Handlers, JobAttempt, JobKind, Retry

STALLED_SECONDS: Final = 30.0
"""The seconds without a heartbeat, which comes every ten, after which a worker's jobs are taken over."""

GRACE_SECONDS: Final = 10.0
"""The seconds that a process whose database was away has to record results before its jobs are taken over."""

FAILED_KEPT: Final = timedelta(days=30)
_RETRY: Final = Retry(attempts=3, first=timedelta(minutes=1))

log = structlog.get_logger()


def upkeep(manager: JobManager, handlers: Handlers, clock: Clock) -> Handlers:
    """Return the maintenance handlers."""
    retries = {kind.name: kind.retry for kind in handlers}

    async def take_up_stalled(_: JobAttempt) -> None:
        if before := await _stalled(manager):
            await asyncio.sleep(GRACE_SECONDS)
            for job_id, job in (await _stalled(manager)).items():
                if job_id in before:
                    await _take_up(manager, job, retries.get(job.task_name, _RETRY), clock)

    async def forget_failed(_: JobAttempt) -> None:
        hours = FAILED_KEPT // timedelta(hours=1)
        await manager.delete_old_jobs(hours, include_failed=True, include_cancelled=True, include_aborted=True)

    return {
        JobKind("take_up_stalled", _RETRY, cron="* * * * *"): take_up_stalled,
        JobKind("forget_failed", _RETRY, cron="55 * * * *"): forget_failed,
    }


async def _stalled(manager: JobManager) -> dict[int | None, Job]:
    return {job.id: job for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS)}


async def _take_up(manager: JobManager, job: Job, retry: Retry, clock: Clock) -> None:
    """Retry a job, or fail it: one that kills every process that runs it must not be retried for ever."""
    last = retry.wait(job.attempts + 1) is None
    log.warning("job_stalled", kind=job.task_name, job=job.id, attempt=job.attempts + 1, last=last)
    try:
        if last:
            await keep_error(manager.connector, job, "ProcessLost", "its process ended, or lost the database")
            await manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            await manager.retry_job(job, retry_at=clock())
    except ConnectorException as error:  # its process was not dead, and has just finished it
        log.warning("job_not_taken_up", job=job.id, error=type(error).__name__)
