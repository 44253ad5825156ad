"""Run handlers as Procrastinate's tasks, in its worker.

The import takes a tenth of a second, so the runner does it in a thread.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final

import structlog
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.jobs import Job
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import make_url

from chat_app.adapters.jobs.errors import keep_error
from chat_app.adapters.jobs.manager import FairManager, watch
from chat_app.adapters.jobs.upkeep import upkeep
from chat_app.adapters.postgres import GuardedConnection, begin, network_of
from chat_app.core.kernel.context import Clock
from chat_app.core.kernel.work.failures import describe_failure
from chat_app.core.kernel.work.jobs import Handler, Handlers, JobAttempt, JobKind, Retry

CONNECTIONS: Final = 4
CONNECTION_SECONDS: Final = 5.0
AT_ONCE: Final = 6
POLL_SECONDS: Final = 5.0
"""The seconds between polls of the queue, which find retries and lost notifications."""

log = structlog.get_logger()


class WorkerStopped(Exception):
    """The worker has stopped, because a part of it failed: ``reason`` is the part and the kind of error."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _FailedParts(logging.Handler):
    """Records why the worker stops: Procrastinate only writes the reason to its log.

    Logs nothing itself. Procrastinate's log lines contain the payloads of jobs; failures of jobs are logged here.
    """

    reason = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the name of the part that failed, and the kind of error."""
        if getattr(record, "action", "") in _ACTIONS and record.exc_info and record.exc_info[0]:
            kinds = [record.exc_info[0], type(record.exc_info[1].__cause__)] if record.exc_info[1] else []
            part = str(getattr(record, "task_name", "worker"))
            self.reason = ": ".join([part, *(each.__name__ for each in kinds if each is not type(None))])


_ACTIONS: Final = ("side_task_failed", "side_task_monitor_failed")
_failed = _FailedParts(logging.ERROR)
_library = logging.getLogger("procrastinate")
_library.setLevel(logging.ERROR)
_library.propagate = False
_library.addHandler(_failed)


@asynccontextmanager
async def opened(url: str, handlers: Handlers, clock: Clock, *, periodic: bool = True) -> AsyncIterator[App]:
    """Open the queue with its own connections, which are created when they are first needed."""
    pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
        make_url(url).set(drivername="postgresql", query={}).render_as_string(hide_password=False),
        kwargs=network_of(url),
        connection_class=GuardedConnection,
        configure=begin,
        check=AsyncConnectionPool.check_connection,
        min_size=1,
        max_size=CONNECTIONS,
        timeout=CONNECTION_SECONDS,
        open=False,
    )
    async with pool:
        app = App(connector=PsycopgConnector(configure=begin))  # one connection is for the listener
        await app.open_async(pool)
        app.job_manager = FairManager(app.connector)
        for kind, handler in {**handlers, **upkeep(app.job_manager, handlers, clock)}.items():
            retry = _Retries(kind.retry, clock)
            task = app.task(name=kind.name, queue=kind.name, pass_context=True, retry=retry)(_task(kind, handler))
            if kind.cron and periodic:
                app.periodic(cron=kind.cron, queueing_lock=kind.name)(task)
        yield app


async def run(app: App, *, wait: bool = True) -> None:
    """Run jobs until cancelled, or without ``wait`` as long as some are due.

    Raises :class:`WorkerStopped`, or what has failed, when the database is away.
    """
    _failed.reason = ""
    queues = [name for name in app.tasks if "." not in name]  # without Procrastinate's own
    await app.run_worker_async(
        queues=queues,
        concurrency=AT_ONCE,
        wait=wait,
        fetch_job_polling_interval=POLL_SECONDS,
        delete_jobs="successful",
        install_signal_handlers=False,
        listen_notify=wait,
    )
    if wait:
        raise WorkerStopped(_failed.reason or "unknown")


def _task(kind: JobKind, handler: Handler) -> Callable[..., Awaitable[None]]:
    async def call(context: JobContext, timestamp: int = 0, **payload: str) -> None:
        watch(context.app.job_manager, kind.name, context.job.id)  # type: ignore[arg-type]
        number = context.job.attempts + 1
        attempt = JobAttempt(number, last=kind.retry.wait(number) is None)
        try:
            await handler(attempt, **payload)
        except Exception as error:
            log.exception("job_failed", kind=kind.name, job=context.job.id, attempt=number, last=attempt.last)
            await keep_error(context.app.connector, context.job, *describe_failure(error))
            raise

    return call


class _Retries(BaseRetryStrategy):
    """Decides when a failed job is retried, by the database's clock."""

    def __init__(self, retry: Retry, clock: Clock) -> None:
        self._retry, self._clock = retry, clock

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return the time of the retry; ``None`` for never. A job whose process ended is retried elsewhere at once."""
        cut_off = isinstance(exception, asyncio.CancelledError)
        wait = timedelta() if cut_off else self._retry.wait(job.attempts + 1)
        return None if wait is None else RetryDecision(retry_at=self._clock() + wait)
