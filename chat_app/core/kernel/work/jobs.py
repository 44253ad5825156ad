"""The kinds of background work, and the port of their queue."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Retry:
    """The number of attempts at a failing job, and the waits between them."""

    attempts: int = 10
    first: timedelta = timedelta(minutes=1)
    longest: timedelta = timedelta(hours=6)

    def wait(self, attempt: int) -> timedelta | None:
        """Return the wait after an attempt, the first being 1: twice the last one; ``None`` after the last attempt."""
        return min(self.first * 2 ** (attempt - 1), self.longest) if attempt < self.attempts else None


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job. One that has a ``cron`` (UTC) enqueues itself, once for all processes."""

    name: str
    retry: Retry = Retry()
    cron: str = ""


@dataclass(frozen=True, slots=True)
class JobAttempt:
    """An attempt at a job: its number from 1 on, and whether the job fails for good when it fails."""

    number: int
    last: bool


Handler = Callable[..., Awaitable[None]]
"""Does a job: receives the attempt and the payload by name. After a crash it may be called again for the same job."""

Handlers = Mapping[JobKind, Handler]


@dataclass(frozen=True, slots=True)
class JobError:
    """The last error of a job: its kind, a short text without contents or secrets, the attempt and the time."""

    kind: str
    message: str
    attempt: int
    at: datetime


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that failed for good. Its payload stays in the queue: ids, and never contents or secrets.

    Without an ``error`` it failed before errors were kept.
    """

    id: int
    kind: str
    attempts: int
    failed_at: datetime
    payload: Mapping[str, str]
    error: JobError | None


@dataclass(frozen=True, slots=True)
class JobStanding:
    """Describes a job that is not done: whether it failed for good, its attempts, and its last error."""

    failed: bool
    attempts: int
    error: JobError | None


class JobQueue(Protocol):
    """Keeps jobs in the database; every method works in the caller's transaction."""

    async def add(self, db: AsyncSession, kind: JobKind, payload: Mapping[str, str], once: str | None) -> None:
        """Add a job. Of waiting jobs with the same ``once``, only the first is kept."""

    async def failed(self, db: AsyncSession, limit: int) -> Sequence[FailedJob]:
        """Return the newest jobs that failed for good."""

    async def standing(
        self, db: AsyncSession, kind: JobKind, about: str, values: Collection[str]
    ) -> Mapping[str, JobStanding]:
        """Return the states of the unfinished jobs of a kind, by the value of their payload that ``about`` names."""

    async def retry(self, db: AsyncSession, job_id: int) -> bool:
        """Start a failed job again; return whether there was one."""

    async def drop(self, db: AsyncSession, job_id: int) -> bool:
        """Delete a failed job; return whether there was one."""
