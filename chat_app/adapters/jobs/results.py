"""Write what became of a job, also where a connection breaks meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import psycopg
import structlog
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager
from psycopg_pool import PoolTimeout

TRIES: Final = 3
PAUSE_SECONDS: Final = 0.2

log = structlog.get_logger()


class Results(JobManager):
    """Procrastinate's manager of jobs, but a result whose connection breaks is written on another.

    Else its job would count as running as long as its process lives, and nobody would try it again. While the whole
    database is away, the worker stops, and another takes its jobs.
    """

    async def finish_job(self, *args: Any, **kwargs: Any) -> None:
        """Write that a job has ended."""
        await _again(super().finish_job, *args, **kwargs)

    async def retry_job(self, *args: Any, **kwargs: Any) -> None:
        """Write that a job is to be tried again."""
        await _again(super().retry_job, *args, **kwargs)


async def _again(write: Callable[..., Awaitable[None]], *args: Any, **kwargs: Any) -> None:
    for left in reversed(range(TRIES)):
        try:
            await write(*args, **kwargs)
        except ConnectorException as error:
            is_broken = isinstance(error.__cause__, psycopg.OperationalError | psycopg.InterfaceError)
            if not left or not is_broken or isinstance(error.__cause__, PoolTimeout):
                raise
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return


def watch_result(kind: str, job_id: int | None) -> None:
    """Log where the result of the job of this task cannot be written: the library leaves that to the collector."""

    def look(task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and (error := task.exception()):
            log.warning("job_result_not_written", kind=kind, job=job_id, error=type(error).__name__)

    if task := asyncio.current_task():
        task.add_done_callback(look)
