"""Write Procrastinate's tables in the caller's transaction.

Uses SQL rather than Procrastinate's client: there, a job that waits already would abort the transaction, database
errors would differ from all others, and the import takes a tenth of a second.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from chat_app.core.kernel.work.jobs import FailedJob, JobError, JobKind, JobStanding

# Each kind has its own queue, so a process of another version ignores kinds that it does not know.
_ADD: Final = text("""
    INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args) VALUES (:kind, :kind, :once, :payload)
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
    """).bindparams(bindparam("payload", type_=JSONB))

_FAILED: Final = text("""
    SELECT job.id, job.task_name, job.attempts, max(event.at), job.args,
        error.kind, error.message, error.attempt, error.at
    FROM procrastinate_jobs job
    JOIN procrastinate_events event ON event.job_id = job.id AND event.type IN ('failed', 'aborted')
    LEFT JOIN procrastinate_errors error ON error.job_id = job.id
    WHERE job.status IN ('failed', 'aborted') GROUP BY job.id, error.job_id ORDER BY job.id DESC LIMIT :limit
    """)

_STANDING: Final = text("""
    SELECT job.args ->> CAST(:about AS text), job.status IN ('failed', 'aborted'), job.attempts,
        error.kind, error.message, error.attempt, error.at
    FROM procrastinate_jobs job LEFT JOIN procrastinate_errors error ON error.job_id = job.id
    WHERE job.task_name = :kind AND job.args ->> CAST(:about AS text) = ANY(CAST(:values AS text[])) ORDER BY job.id
    """)

_RETRY: Final = text("""
    UPDATE procrastinate_jobs
    SET status = 'todo', attempts = 0, scheduled_at = NULL, queueing_lock = NULL, abort_requested = false
    WHERE id = :id AND status IN ('failed', 'aborted') RETURNING id
    """)

_DROP: Final = text("DELETE FROM procrastinate_jobs WHERE id = :id AND status IN ('failed', 'aborted') RETURNING id")


class ProcrastinateQueue:
    """Keeps jobs until the worker of a process takes them: within milliseconds of the commit, by ``NOTIFY``."""

    async def add(self, db: AsyncSession, kind: JobKind, payload: Mapping[str, str], once: str | None) -> None:
        """Add a job."""
        await db.execute(_ADD, {"kind": kind.name, "once": once, "payload": dict(payload)})

    async def failed(self, db: AsyncSession, limit: int) -> Sequence[FailedJob]:
        """Return the newest jobs that failed for good."""
        rows = await db.execute(_FAILED, {"limit": limit})
        return [_failed(*row) for row in rows]

    async def standing(
        self, db: AsyncSession, kind: JobKind, about: str, values: Collection[str]
    ) -> Mapping[str, JobStanding]:
        """Return the states of jobs; of several jobs about the same subject only the newest.

        Finished jobs are not included.
        """
        rows = await db.execute(_STANDING, {"kind": kind.name, "about": about, "values": list(values)})
        return {value: JobStanding(failed, attempts, _error(error)) for value, failed, attempts, *error in rows}

    async def retry(self, db: AsyncSession, job_id: int) -> bool:
        """Start a failed job again, at the next poll of a worker."""
        return await _one(db, _RETRY, job_id)

    async def drop(self, db: AsyncSession, job_id: int) -> bool:
        """Delete a failed job."""
        return await _one(db, _DROP, job_id)


def _failed(*row: Any) -> FailedJob:
    number, kind, attempts, failed_at, payload, *error = row
    return FailedJob(number, kind, attempts, failed_at, payload, _error(error))


def _error(values: Sequence[Any]) -> JobError | None:
    return JobError(*values) if values[0] else None


async def _one(db: AsyncSession, statement: TextClause, job_id: int) -> bool:
    found: Any = await db.scalar(statement, {"id": job_id})
    return found is not None
