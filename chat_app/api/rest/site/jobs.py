"""Manage jobs that failed permanently, as a site admin. Other people get not found."""

from fastapi import APIRouter
from typing_extensions import TypedDict

from chat_app.api.auth import InSession, Reading
from chat_app.api.cursors import whole
from chat_app.core.administration.jobs import drop_failed_job, list_failed_jobs, retry_failed_job, shown_payload
from chat_app.core.kernel.wire import PageJson, Timestamp, timestamp
from chat_app.core.kernel.work.jobs import FailedJob, JobError

router = APIRouter(tags=["site"])


class JobErrorOut(TypedDict):
    """The last error of a job: its kind, and a short text without contents or secrets."""

    kind: str
    message: str
    attempt: int
    at: Timestamp


class FailedJobOut(TypedDict):
    """A job that will not be retried automatically. `payload` has the ids of its subject. `error` is null if the job
    failed before errors were kept.
    """

    id: str
    kind: str
    attempts: int
    failed_at: Timestamp
    payload: dict[str, str]
    error: JobErrorOut | None


@router.get("/admin/jobs")
async def read_failed_jobs(ctx: Reading) -> PageJson[FailedJobOut]:
    """List the failed jobs."""
    return whole([_job_json(job) for job in await list_failed_jobs(ctx)])


@router.post("/admin/jobs/{job_id}/retry", status_code=204)
async def retry_job(ctx: InSession, job_id: str) -> None:
    """Retry a failed job."""
    await retry_failed_job(ctx, job_id)


@router.delete("/admin/jobs/{job_id}", status_code=204)
async def drop_job(ctx: InSession, job_id: str) -> None:
    """Delete a failed job."""
    await drop_failed_job(ctx, job_id)


def _job_json(job: FailedJob) -> FailedJobOut:
    return {
        "id": str(job.id),
        "kind": job.kind,
        "attempts": job.attempts,
        "failed_at": timestamp(job.failed_at),
        "payload": shown_payload(job.payload),
        "error": _error_json(job.error) if job.error else None,
    }


def _error_json(error: JobError) -> JobErrorOut:
    return {"kind": error.kind, "message": error.message, "attempt": error.attempt, "at": timestamp(error.at)}
