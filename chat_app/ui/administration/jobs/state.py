"""The state of the page ``/admin/jobs``. Every argument is hostile until a use case has checked it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import reflex as rx

from chat_app.core.access.site import SitePermission, site_can
from chat_app.core.administration.jobs import drop_failed_job, list_failed_jobs, retry_failed_job, shown_payload
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.work.jobs import FailedJob
from chat_app.ui.page_state import PageState, loading
from chat_app.ui.transport.answering import answering, say


@dataclass
class JobVar:
    """A job that failed after all attempts; ``about`` has a line for each value of its payload. Without a stored error,
    ``error`` is empty.
    """

    id: str
    kind: str
    attempts: int
    failed_at: str
    about: list[str] = field(default_factory=list)
    error: str = ""
    message: str = ""
    attempt: int = 0
    error_at: str = ""


class JobsState(PageState, rx.State):
    """The newest failed jobs."""

    jobs: list[JobVar] = []
    manages: bool = False
    """Whether the person may retry and delete them, besides seeing them."""
    _chosen: str = ""

    @rx.event
    async def load(self) -> None:
        """List the failed jobs."""
        async with loading(self) as ctx:
            await _list(self, ctx)

    @rx.event
    async def choose(self, job: str) -> None:
        """Select the job for the dialog that opens."""
        self._chosen = job

    @rx.event
    async def retry(self, job: str) -> None:
        """Start a job again."""
        await _act(self, retry_failed_job, job, "administration.retried")

    @rx.event
    async def drop(self) -> None:
        """Delete the chosen job."""
        await _act(self, drop_failed_job, self._chosen)


async def _act(
    state: JobsState, use_case: Callable[[Context, object], Awaitable[None]], job: str, said: str = ""
) -> None:
    async with answering(state, job) as ctx:
        await use_case(ctx, job)
        if said:
            say(ctx, state, said)
    async with loading(state) as ctx:
        await _list(state, ctx)


async def _list(state: JobsState, ctx: Context) -> None:
    state.manages = site_can(ctx.me.site_roles, SitePermission.MANAGE_JOBS)
    state.jobs = [_job_var(job) for job in await list_failed_jobs(ctx)]


def _job_var(job: FailedJob) -> JobVar:
    about = [f"{key}: {value}" for key, value in shown_payload(job.payload).items()]
    it = job.error
    error = (it.kind, it.message, it.attempt, it.at.isoformat()) if it else ()
    return JobVar(str(job.id), job.kind, job.attempts, job.failed_at.isoformat(), about, *error)
