"""Jobs on a real database: enqueued with what calls for them, tried again, listed when they failed for good."""

import asyncio
import gc
import re
from datetime import datetime, timedelta

import pytest
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager
from psycopg import OperationalError
from sqlalchemy import text
from structlog.testing import capture_logs

from chat_app.adapters.jobs import procrastinate_worker
from chat_app.adapters.jobs import runner as module
from chat_app.adapters.jobs.manager import OF_A_KIND
from chat_app.adapters.jobs.runner import JobRunner
from chat_app.core.administration.jobs import drop_failed_job, list_failed_jobs, retry_failed_job
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotFound
from chat_app.core.kernel.work.jobs import JobAttempt, JobKind, Retry
from tests.adapters.jobs.conftest import NewRunner
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.jobs import run_due, running
from tests.support.use_cases import Do
from tests.support.waiting import until

OTHER = JobKind("other")
PLAIN = JobKind("plain", Retry(attempts=4, first=timedelta(seconds=10), longest=timedelta(seconds=30)))


class Done:
    """A handler that records its payloads, and fails while `fails` is set."""

    def __init__(self) -> None:
        self.calls: list[tuple[JobAttempt, dict[str, str]]] = []
        self.failing = False

    async def __call__(self, attempt: JobAttempt, **payload: str) -> None:
        self.calls.append((attempt, payload))
        if self.failing:
            raise ValueError("what Aiko wrote")


async def enqueue(ctx: Context, once: str | None = None, **payload: str) -> None:
    await ctx.enqueue(PLAIN, once=once, **payload)


async def scheduled(ctx: Context) -> list[datetime]:
    """When further attempts were put to, in order."""
    statement = text("SELECT at FROM procrastinate_events WHERE type = 'scheduled' ORDER BY id")
    return list(await ctx.db.scalars(statement))


async def left(ctx: Context) -> int:
    return await ctx.db.scalar(text("SELECT count(*) FROM procrastinate_jobs"))


async def errors_left(ctx: Context) -> int:
    return await ctx.db.scalar(text("SELECT count(*) FROM procrastinate_errors"))


async def listeners(ctx: Context) -> int:
    """Return how many connections of this database wait for notifications."""
    idle = "datname = current_database() AND state = 'idle' AND query ILIKE 'LISTEN%'"
    return await ctx.db.scalar(text(f"SELECT count(*) FROM pg_stat_activity WHERE {idle}"))


async def test_enqueued_job_runs_with_its_payload_and_leaves_nothing(do: Do, runner: NewRunner):
    done = Done()
    await do(None, enqueue, mail="17")
    await run_due(runner(PLAIN, done))
    assert done.calls == [(JobAttempt(1, last=False), {"mail": "17"})]
    assert await do(None, left) == 0


@pytest.mark.parametrize("times", [1, 9])
async def test_result_whose_connection_breaks_is_written_on_another(
    times: int, do: Do, runner: NewRunner, monkeypatch: pytest.MonkeyPatch
):
    write, unseen, broken = JobManager.finish_job_by_id_async, list[object](), list[None]()

    async def break_first(self: JobManager, *args: object, **kwargs: object) -> None:
        if len(broken) < times:
            broken.append(None)
            raise ConnectorException from OperationalError()
        await write(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(JobManager, "finish_job_by_id_async", break_first)
    asyncio.get_running_loop().set_exception_handler(lambda _, about: unseen.append(about["message"]))
    await do(None, enqueue)
    with capture_logs() as lines:
        await run_due(runner(PLAIN, done := Done()))
        gc.collect()
    assert (len(done.calls), await do(None, left)) == (1, 0 if times == 1 else 1)
    assert [line["event"] for line in lines] == ([] if times == 1 else ["job_result_not_written"])
    assert unseen == []
    await do(None, forget)


async def test_jobs_of_a_kind_that_wait_leave_places_to_others(do: Do, worker_database: str, clock: Clock):
    begun, ended, go_on = list[str](), list[str](), asyncio.Event()

    async def wait(_: JobAttempt, number: str) -> None:
        begun.append(number)
        await go_on.wait()
        ended.append(number)

    async def enqueue_all(ctx: Context) -> None:
        for number in range(20):
            await ctx.enqueue(PLAIN, number=str(number))

    async def enqueue_other(ctx: Context) -> None:
        await ctx.enqueue(OTHER)

    async with running(JobRunner(worker_database, {PLAIN: wait, OTHER: (other := Done())}, clock)):
        await do(None, enqueue_all)
        await until(lambda: len(begun) == OF_A_KIND)
        await do(None, enqueue_other)
        await until(lambda: other.calls)
        assert len(begun) == OF_A_KIND
        go_on.set()
        await until(lambda: len(ended) == 20)  # each is begun when another has ended, not at the next look


async def forget(ctx: Context) -> None:
    await ctx.db.execute(text("DELETE FROM procrastinate_jobs"))


async def test_job_of_a_transaction_that_rolls_back_does_not_exist(do: Do, runner: NewRunner):
    async def in_vain(ctx: Context) -> None:
        await enqueue(ctx)
        raise NotFound()

    with pytest.raises(NotFound):
        await do(None, in_vain)
    await run_due(runner(PLAIN, done := Done()))
    assert done.calls == []


async def test_running_worker_begins_a_job_when_it_is_committed(
    do: Do, runner: NewRunner, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(procrastinate_worker, "POLL_SECONDS", 600)
    jobs = runner(PLAIN, done := Done())
    async with running(jobs):
        await until(lambda: do(None, listeners))
        for number in range(1, 4):
            await do(None, enqueue, number=str(number))
            await until(lambda number=number: len(done.calls) == number)


async def test_failing_job_waits_longer_each_time_and_ends_in_the_list(
    do: Do, make: Factory, runner: NewRunner, clock: Clock
):
    jobs = runner(PLAIN, done := Done())
    done.failing = True
    await do(None, enqueue)
    await run_due(jobs)  # the test's clock stands in the past, so no wait is one for the database
    assert [call[0] for call in done.calls] == [JobAttempt(number, last=number == 4) for number in range(1, 5)]
    waits = [(at - clock()).total_seconds() for at in await do(None, scheduled)]
    assert list(dict.fromkeys(waits)) == [10, 20, 30]  # a worker that goes touches the row, which is noted anew
    [failed] = await do(await make.actor(is_admin=True), list_failed_jobs)
    assert (failed.kind, failed.attempts) == ("plain", 4)
    error = failed.error
    assert error is not None
    assert (error.kind, error.attempt) == ("ValueError", 4)
    assert re.fullmatch(r"chat_app/adapters/jobs/runner\.py:\d+", error.message)  # and not what Aiko wrote


async def test_admin_retries_and_drops_failed_jobs(do: Do, make: Factory, runner: NewRunner):
    admin, jobs = await make.actor(is_admin=True), runner(PLAIN, done := Done())
    done.failing = True
    for number in "12":
        await do(None, enqueue, number=number)
    await run_due(jobs)
    second, first = await do(admin, list_failed_jobs)
    done.failing, done.calls = False, []
    await do(admin, retry_failed_job, first.id)
    await do(admin, drop_failed_job, second.id)
    await run_due(jobs)
    assert await do(None, errors_left) == 0
    assert done.calls == [(JobAttempt(1, last=False), {"number": "1"})]
    assert await do(admin, list_failed_jobs) == []
    for use_case in (retry_failed_job, drop_failed_job):
        with pytest.raises(NotFound):
            await do(admin, use_case, first.id)


async def test_waiting_jobs_of_the_same_key_are_one(do: Do, runner: NewRunner):
    jobs = runner(PLAIN, done := Done())
    for number in "12":
        await do(None, enqueue, once="digest", number=number)
    await run_due(jobs)
    await do(None, enqueue, once="digest", number="3")
    await run_due(jobs)
    assert [payload["number"] for _, payload in done.calls] == ["1", "3"]


async def test_kind_that_this_version_does_not_know_is_left_alone(do: Do, runner: NewRunner):
    await do(None, enqueue)
    await run_due(runner(JobKind("another"), Done()))
    assert await do(None, left) == 1


async def test_failure_is_logged_without_contents(do: Do, runner: NewRunner):
    jobs = runner(PLAIN, done := Done())
    done.failing = True
    await do(None, enqueue, address="ben@example.com")
    with capture_logs() as logs:
        await run_due(jobs)
    said = [{key: each[key] for key in each if key != "job"} for each in logs]
    one = {"event": "job_failed", "kind": "plain", "log_level": "error", "exc_info": True}
    assert said == [one | {"attempt": number, "last": number == 4} for number in range(1, 5)]


async def test_job_that_a_stop_cuts_off_goes_on_elsewhere(do: Do, runner: NewRunner, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "STOP_SECONDS", 0.1)
    begun = asyncio.Event()

    async def never_ends(_: JobAttempt) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with running(runner(PLAIN, never_ends)):
        await do(None, enqueue)
        await begun.wait()
    await run_due(runner(PLAIN, done := Done()))
    assert done.calls == [(JobAttempt(2, last=False), {})]
