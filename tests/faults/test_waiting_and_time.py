"""A room that stays locked, an exhausted pool, and processes with different clocks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker
from structlog.testing import capture_logs

from chat_app.adapters import postgres as adapter
from chat_app.adapters.jobs.procrastinate_queue import ProcrastinateQueue
from chat_app.adapters.llm.factory import LlmConfig, build_gateway
from chat_app.adapters.postgres import POOL, DatabaseClock, open_engine
from chat_app.api.app import guard
from chat_app.bootstrap import build
from chat_app.bootstrap.database import KNOWN
from chat_app.core.access.permissions import Permission, Role
from chat_app.core.ai.answers.writing.writer import LOOKS, AnswerWriter
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.ai.runs.changing import keep_alive
from chat_app.core.kernel import context
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.errors import Busy, Unavailable
from chat_app.core.kernel.ids import new_id
from chat_app.core.kernel.policy import Policy
from chat_app.core.kernel.work import turns
from chat_app.core.kernel.work.written import Written
from chat_app.core.messages.commands import edit_message
from chat_app.core.messages.marks.commands import react
from chat_app.core.messages.queries import history
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.access import access_room, lock_room
from chat_app.core.rooms.tables import Room
from chat_app.settings import Settings
from tests.api.conftest import Clients, pages
from tests.support.api import the_api
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.support.waiting import until


@pytest.fixture
async def pool(worker_database: str, engine: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    """The connections of a process as it has them; `engine` keeps the database empty."""
    pool = open_engine(worker_database, DatabaseClock())
    yield pool
    await pool.dispose()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the server of `pool`, if that comes after, end no wait: a busy machine may take seconds for the others."""
    monkeypatch.setattr(adapter, "_BEGIN", "SELECT clock_timestamp()")
    monkeypatch.setattr(adapter, "ANSWER_SECONDS", 60)


@pytest.fixture
def crowded(pool: AsyncEngine) -> Do:
    """Use cases on that pool."""
    limiter = MovingWindowRateLimiter(MemoryStorage())
    return Do(
        UnitOfWork(
            async_sessionmaker(pool, expire_on_commit=False), Policy(limited=False), limiter, jobs=ProcrastinateQueue()
        )
    )


@asynccontextmanager
async def locked(work: UnitOfWork, room: Room) -> AsyncIterator[None]:
    """Lock the room's row in another transaction."""
    async with work.begin() as ctx:
        await lock_room(ctx, room.id)
        yield


async def after(ctx: Context, statement: str, room: Room) -> None:
    """Lock a room after something else."""
    await ctx.db.execute(text(statement))
    await access_room(ctx, room.id, Permission.SEND, lock=True)


async def test_a_locked_room_does_not_touch_the_others(
    patient: None, crowded: Do, work: UnitOfWork, make: Factory, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(context, "PATIENCE_SECONDS", 60)
    aiko = await make.actor()
    shut, other = [await make.room({Role.MASTER: aiko}) for _ in range(2)]
    message = await make.message(shut, aiko)
    acts = [
        *(crowded(aiko, post_message, shut.id, f"{n}") for n in range(2 * POOL)),
        *(crowded(aiko, edit_message, message.id, f"{n}") for n in range(POOL)),
        *(crowded(aiko, react, message.id, "👍", on=True) for _ in range(POOL)),
    ]
    async with locked(work, shut):
        waiting = [asyncio.create_task(act) for act in acts]
        await until(lambda: crowded.work.sessions.kw["bind"].pool.checkedout() == turns.AT_ONCE)
        for n in range(10):
            await crowded(aiko, post_message, other.id, f"{n}")
            await crowded(aiko, history, shut.id)
        assert not any(task.done() for task in waiting)
    await asyncio.gather(*waiting)
    page = await crowded(aiko, history, shut.id)
    assert len(page.messages) > 2 * POOL


async def test_long_wait_for_a_locked_room_is_refused(
    crowded: Do, work: UnitOfWork, make: Factory, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(context, "PATIENCE_SECONDS", 0.2)
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    async with locked(work, room):
        sends = [asyncio.create_task(crowded(aiko, post_message, room.id, f"{n}")) for n in range(10)]
        await until(lambda: sum(task.done() for task in sends) == 10 - turns.AT_ONCE)
    results = await asyncio.gather(*sends, return_exceptions=True)
    assert sum(isinstance(result, Busy) for result in results) == 10 - turns.AT_ONCE


async def test_the_server_ends_the_wait_for_a_row(crowded: Do, work: UnitOfWork, make: Factory):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    async with locked(work, room):
        with pytest.raises(Busy):
            await crowded(aiko, after, "SET LOCAL lock_timeout = '50ms'", room)


async def test_writes_before_a_refused_wait_are_rolled_back(
    crowded: Do, work: UnitOfWork, make: Factory, monkeypatch: pytest.MonkeyPatch
):
    """The connection is only given back where nothing has been written on it."""
    monkeypatch.setattr(context, "HOLDING_SECONDS", 0.05)
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    async with locked(work, room):
        before = [asyncio.create_task(crowded(aiko, post_message, room.id, f"{n}")) for n in range(turns.AT_ONCE)]
        await until(lambda: crowded.work.turns.are_taken(room.id))
        with pytest.raises(Busy):
            await crowded(aiko, after, "UPDATE users SET name = 'Nobody'", room)
    await asyncio.gather(*before)
    async with work.begin() as ctx:
        assert await ctx.db.scalar(text("SELECT count(*) FROM users WHERE name = 'Nobody'")) == 0


async def test_a_used_up_pool_is_503_with_a_code_and_pages_still_load(
    worker_database: str, make: Factory, clock: Clock
):
    _, token = await make.signed_in()
    parts = build(Settings(_env_file=None, database_url=worker_database, ollama_base_url=None))
    parts.work.clock, parts.engine.pool._timeout = clock, 0.05
    clients = Clients(guard(the_api(), pages, parts))
    async with AsyncExitStack() as taken:
        for _ in range(POOL):
            await taken.enter_async_context(parts.engine.connect())
        answer = await clients(token).get("rooms")
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
        assert answer.json()["error"]["message"] == "The site is busy or restarting. Please try again."
        assert answer.headers["retry-after"] == "1"
        page = await clients.site(Cookie=f"{parts.auth.cookie}={token}").get("/")
        assert (page.status_code, page.text) == (200, "page")
        with pytest.raises(Unavailable):
            await Do(parts.work)(None, lock_room, new_id())
    assert (await clients(token).get("rooms")).status_code == 200
    await clients.close()
    await parts.stop()


def skewed(work: UnitOfWork, **ahead: float) -> UnitOfWork:
    """The same as a process whose clock is wrong has it."""

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(**ahead)

    return UnitOfWork(work.sessions, work.policy, work.limiter, [], clock, jobs=work.jobs)


async def test_messages_are_in_order_of_time_whatever_the_clocks_say(work: UnitOfWork, make: Factory):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko}, ai_rule="always")
    processes = [Do(skewed(work, seconds=ahead)) for ahead in (-15, 0, 15)]
    await asyncio.gather(*(processes[n % 3](aiko, post_message, room.id, f"{n}") for n in range(30)))
    async with work.begin() as ctx:
        times = list(await ctx.db.scalars(select(Message.created_at).order_by(Message.seq)))
    assert len(times) == 60
    assert times == sorted(set(times))


async def test_a_living_process_keeps_its_runs_whatever_the_clocks_say(work: UnitOfWork, make: Factory):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko}, ai_rule="always")
    behind, ahead = (
        AnswerWriter(skewed(work, seconds=each), build_gateway(LlmConfig(local_ollama=None))) for each in (-3600, 3600)
    )
    await Do(work)(aiko, post_message, room.id, "Hello")
    [run] = await behind.claim(1)
    for _ in range(3 * LOOKS):
        await Do(skewed(work, seconds=-3600))(None, keep_alive, {run: Written("")})
        await ahead.give_up_abandoned()
    async with work.begin() as ctx:
        assert list(await ctx.db.scalars(text("SELECT status FROM ai_runs"))) == ["running"]


async def test_a_process_takes_the_databases_time(worker_database: str):
    clock = DatabaseClock()
    clock.set(datetime(2020, 1, 1, tzinfo=UTC), 0)
    pool = open_engine(worker_database, clock)
    async with pool.connect() as connection:
        now = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
    await pool.dispose()
    assert abs(clock() - now) < timedelta(seconds=30)


async def test_server_that_lets_only_read_is_unavailable(work: UnitOfWork, make: Factory):
    room = await make.room({Role.MASTER: await make.actor()})

    async def write(ctx: Context) -> None:
        await ctx.db.execute(text("SET TRANSACTION READ ONLY"))  # as after a failover
        await lock_room(ctx, room.id)

    with pytest.raises(Unavailable):
        await Do(work)(None, write)


async def test_server_without_space_is_unavailable_and_in_the_log(work: UnitOfWork):
    async def write(ctx: Context) -> None:
        await ctx.db.execute(text("DO $$ BEGIN RAISE EXCEPTION 'of a table' USING ERRCODE = '53100'; END $$"))

    with capture_logs() as lines, pytest.raises(Unavailable):
        await Do(work)(None, write)
    assert [(line["event"], line["error"]) for line in lines] == [("database_lacks", "DiskFull")]


async def test_database_plans_what_new_connections_plan(pool: AsyncEngine):
    async with pool.connect() as connection:
        for statement in KNOWN:
            assert await connection.scalar(text(f"EXPLAIN {statement}".replace(":", "\\:")))


async def test_statement_of_other_tables_spoils_no_connection(worker_database: str):
    pool = open_engine(worker_database, DatabaseClock(), ("SELECT 1 FROM not_here",))
    async with pool.connect() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
    await pool.dispose()
