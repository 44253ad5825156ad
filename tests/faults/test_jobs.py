"""Jobs while PostgreSQL is killed, frozen and cut off, and while a process dies: each is done, by one process."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog.testing
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from chat_app.adapters import postgres as adapter
from chat_app.adapters.jobs import procrastinate_worker, upkeep
from chat_app.adapters.jobs.procrastinate_queue import ProcrastinateQueue
from chat_app.adapters.jobs.runner import JobRunner
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.policy import Policy
from chat_app.core.kernel.work.jobs import JobAttempt, JobKind
from tests.support.gate import Gate
from tests.support.jobs import running
from tests.support.postgres import Postgres
from tests.support.use_cases import Do
from tests.support.waiting import until

PLAIN = JobKind("plain")

Start = Callable[..., Awaitable[None]]

BUSY_DISK = 60
"""The seconds that a server which was killed may take to read its files again."""


@pytest.fixture
async def do(server: Postgres) -> AsyncIterator[Do]:
    """Use cases past the gate."""
    engine = create_async_engine(server.url, pool_pre_ping=True)
    limiter = MovingWindowRateLimiter(MemoryStorage())
    do = Do(UnitOfWork(async_sessionmaker(engine), Policy(), limiter, jobs=ProcrastinateQueue()))
    yield do
    await engine.dispose()


@pytest.fixture
def done() -> list[str]:
    """Return the jobs that were done, and by which process."""
    return []


@pytest.fixture
async def start(server: Postgres, done: list[str]) -> AsyncIterator[Start]:
    """Starts the runner of a process."""
    started = AsyncExitStack()

    async def start(name: str = "one", *, port: int = server.port, cron: str = "") -> None:
        async def do(_: JobAttempt, number: str = "") -> None:
            done.append(name + number)

        url = server.url.replace(f":{server.port}/", f":{port}/")
        kinds = {PLAIN: do} | ({JobKind("periodic", cron=cron): do} if cron else {})
        await started.enter_async_context(running(JobRunner(url, kinds, lambda: datetime.now(UTC))))

    async with started:
        yield start


async def execute(ctx: Context, statement: str) -> None:
    await ctx.db.execute(text(statement))


async def enqueue(ctx: Context, number: int = 0) -> None:
    await ctx.enqueue(PLAIN, number=str(number))


async def workers(ctx: Context) -> int:
    return await ctx.db.scalar(text("SELECT count(*) FROM procrastinate_workers"))


async def listening(do: Do, count: int = 1) -> None:
    """Wait until so many workers listen for notifications."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"

    async def there(ctx: Context) -> bool:
        return await ctx.db.scalar(text(asked)) >= count

    await until(lambda: do(None, there))


async def test_two_workers_run_each_job_once(do: Do, start: Start, done: list[str]):
    await start("one")
    await start("two")
    await until(lambda: do(None, workers))
    for number in range(40):
        await do(None, enqueue, number)
    await until(lambda: len(done) == 40)
    assert len({each[3:] for each in done}) == 40


async def test_periodic_job_is_run_once_by_two_processes(do: Do, start: Start, done: list[str]):
    this_minute = f"{datetime.now(UTC):%M %H} * * *"
    await start("one", cron=this_minute)
    await start("two", cron=this_minute)
    await listening(do, 2)
    await until(lambda: done)  # a worker begins with what has come due in the last minutes
    await do(None, enqueue)
    await until(lambda: len(done) >= 2)
    assert len(done) == 2


async def test_jobs_are_run_after_the_database_was_killed(
    do: Do, server: Postgres, start: Start, done: list[str], monkeypatch: pytest.MonkeyPatch
):
    def noted() -> list[Any]:
        return [line for line in lines if line["event"] == "jobs_interrupted"]

    with structlog.testing.capture_logs() as lines:
        with monkeypatch.context() as patch:
            patch.setattr(procrastinate_worker, "CONNECTION_SECONDS", 0.5)
            await start()
            await listening(do)
            server.kill()
            await until(noted, BUSY_DISK)  # a server that is back at once interrupts nothing
        server.start()
        await until(lambda: accepted(do), BUSY_DISK)
        await until(lambda: done, BUSY_DISK)
    assert [line for line in noted() if line["error"] == "NoneType"] == []
    assert [line for line in noted() if line["error"] == "WorkerStopped" and line["reason"] == "unknown"] == []


async def accepted(do: Do) -> bool:
    try:
        await do(None, enqueue)
    except Exception:
        return False
    return True


async def test_jobs_are_done_after_the_database_was_frozen_or_cut_off(
    do: Do, gate: Gate, start: Start, done: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(adapter, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(procrastinate_worker, "CONNECTION_SECONDS", 0.5)
    await start(port=gate.port)
    await listening(do)
    for number, fault in enumerate((gate.stall, gate.cut)):
        fault()
        await do(None, enqueue, number)
        with pytest.raises(TimeoutError):
            await until(lambda job=f"one{number}": job in done, seconds=0.7)
        gate.mend()
        await until(lambda job=f"one{number}": job in done, seconds=20)


async def test_job_whose_notification_is_lost_is_found_by_the_next_look(
    do: Do, start: Start, done: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(procrastinate_worker, "POLL_SECONDS", 0.2)
    await start()
    await listening(do)
    silent = "ALTER TABLE procrastinate_jobs {} TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1"
    await do(None, execute, silent.format("DISABLE"))
    await do(None, enqueue)
    await do(None, execute, silent.format("ENABLE"))
    await until(lambda: done)


async def test_job_of_a_process_that_died_is_taken_up_again(
    do: Do, start: Start, done: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(upkeep, "GRACE_SECONDS", 0.1)
    monkeypatch.setattr(procrastinate_worker, "POLL_SECONDS", 0.2)  # nothing notifies of a job that is retried
    await do(None, execute, "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute')")
    await do(
        None,
        execute,
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id)"
        " SELECT 'plain', 'plain', 'doing', id FROM procrastinate_workers",
    )
    await start()
    await until(lambda: done)  # the look for such jobs is made every minute, and at the start
