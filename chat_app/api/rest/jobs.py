"""Jobs that failed for good, for the site's admins. Nobody else finds them."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from chat_app.api.auth import SignedIn
from chat_app.api.shapes import Moment
from chat_app.core.jobs.commands import drop_failed_job, retry_failed_job
from chat_app.core.jobs.queries import list_failed_jobs
from chat_app.core.kernel.jobs import FailedJob

router = APIRouter(tags=["site"])


class FailedJobOut(BaseModel):
    """A job that will not be tried again by itself."""

    id: str
    kind: str
    attempts: int
    failed_at: Moment


class FailedJobsOut(BaseModel):
    """The newest failed jobs."""

    jobs: list[FailedJobOut]


@router.get("/admin/jobs/failed", response_model=FailedJobsOut)
async def read_failed_jobs(ctx: SignedIn) -> Any:
    """What the site could not do, however often it tried."""
    return {"jobs": [_job_json(job) for job in await list_failed_jobs(ctx)]}


@router.post("/admin/jobs/failed/{job_id}/retry", status_code=204)
async def retry_job(ctx: SignedIn, job_id: str) -> None:
    """Let a failed job begin anew."""
    await retry_failed_job(ctx, job_id)


@router.delete("/admin/jobs/failed/{job_id}", status_code=204)
async def drop_job(ctx: SignedIn, job_id: str) -> None:
    """Give a failed job up."""
    await drop_failed_job(ctx, job_id)


def _job_json(job: FailedJob) -> dict[str, object]:
    at = job.failed_at.isoformat(timespec="milliseconds")
    return {"id": str(job.id), "kind": job.kind, "attempts": job.attempts, "failed_at": at}
