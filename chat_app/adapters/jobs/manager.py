"""Fetch jobs so that no kind delays the others, and write what became of them, also where a connection breaks."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any, Final

import psycopg
import structlog
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.manager import JobManager, NotificationCallback
from psycopg_pool import PoolTimeout

OF_A_KIND: Final = 2
"""The jobs of one kind that a worker runs at once: those that wait for a server that is away leave places to others."""

WAIT_SECONDS: Final = 5.0
"""The seconds between looks for jobs while there are enough of some kind."""

TRIES: Final = 3
PAUSE_SECONDS: Final = 0.2

log = structlog.get_logger()


class FairManager(JobManager):
    """Procrastinate's manager of jobs, but of each kind, which is a queue of its own, only a few run at once.

    A result whose connection breaks is written on another. Else its job would count as running as long as its process
    lives, and nobody would try it again. While the database is away for all, the worker stops; another takes its jobs.
    """

    def __init__(self, connector: Any) -> None:
        super().__init__(connector)
        self._running: Counter[str] = Counter()
        self._changed = asyncio.Event()

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """Take a job of a kind of which not enough run. If there is none, look again when one has ended, or come."""
        known = list(queues or ())
        with suppress(TimeoutError):
            while True:
                self._changed.clear()
                open_to_more = [name for name in known if self._running[name] < OF_A_KIND]
                if job := await super().fetch_job(open_to_more, worker_id):
                    self._running[job.queue] += 1
                    return job
                if len(open_to_more) == len(known):
                    break
                await asyncio.wait_for(self._changed.wait(), WAIT_SECONDS)
        return None

    def note_end(self, kind: str) -> None:
        """Note that a job has ended, whatever became of it."""
        self._running[kind] -= 1
        self._changed.set()

    async def listen_for_jobs(
        self, *, on_notification: NotificationCallback, queues: Iterable[str] | None = None
    ) -> None:
        """Listen to notifications of new jobs."""

        async def hear(**notice: Any) -> None:
            self._changed.set()
            await on_notification(**notice)

        await super().listen_for_jobs(on_notification=hear, queues=queues)

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


def watch(manager: FairManager, kind: str, job_id: int | None) -> None:
    """Note the end of the job of this task, and log where its result cannot be written, which the library leaves to
    the collector.
    """

    def look(task: asyncio.Task[Any]) -> None:
        manager.note_end(kind)
        if not task.cancelled() and (error := task.exception()):
            log.warning("job_result_not_written", kind=kind, job=job_id, error=type(error).__name__)

    if task := asyncio.current_task():
        task.add_done_callback(look)
