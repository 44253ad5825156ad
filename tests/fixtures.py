"""Provide every test with a real database, a unit of work on it, a clock, people and rooms.

The code under test commits as it does in life; after each test the rows are deleted, which takes milliseconds and is
more honest than a transaction around each test would be.
"""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from structlog.dev import plain_traceback

from chat_app.adapters.jobs.procrastinate_queue import ProcrastinateQueue
from chat_app.adapters.media.process_examiner import ProcessExaminer
from chat_app.adapters.postgres import DatabaseClock
from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.bootstrap import adapters
from chat_app.bootstrap.database import open_database
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.policy import Policy
from chat_app.core.pictures.pictures import Pictures
from chat_app.core.rooms.events import LineWritten
from chat_app.settings import Settings
from tests.support import databases as run
from tests.support.clock import Clock
from tests.support.databases import Databases
from tests.support.factory import Factory
from tests.support.redis import RedisServer
from tests.support.use_cases import Do

Connections = tuple[AsyncEngine, DatabaseClock]

ROOTS = (
    *("payment_history", "payment_events"),
    *("rooms", "users", "reports", "audit_log", "mails", "llm_connections", "llm_models", "tool_servers"),
    *("oauth_applications", "oauth_requests", "oauth_signing_keys"),
    *("kept_assertions", "message_attachments", "ai_places", "pictures", "token_usage", "token_usage_days"),
    *("site_settings", "site_invitations", "alert_attempts"),
    *("procrastinate_jobs", "procrastinate_periodic_defers"),
)
"""The tables whose rows go by themselves, in this order; those of the others go with them."""
DELETES = " ".join(f"DELETE FROM {table};" for table in ROOTS)
MAKE_EMPTY_ALL = f"CREATE FUNCTION empty_all() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {DELETES} END $$"
EMPTY_ALL = "SELECT empty_all()"
"""One statement, planned once a connection: thousands of tests wait for it."""

settings.register_profile("patient", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")  # how long an example takes on a busy machine proves nothing

structlog.configure(  # as it is without, but for tracebacks: drawn with frames and locals, each takes half a second
    [*structlog.get_config()["processors"][:-1], structlog.dev.ConsoleRenderer(exception_formatter=plain_traceback)]
)


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """The run's PostgreSQL. `create()` gives a database of one's own, for a server process or a crowd."""
    with run.run_databases() as databases:
        yield databases


@pytest.fixture(scope="session")
def worker_database(databases: Databases) -> str:
    """URL of the database that the tests of this process share, one after the other."""
    return databases.create(f"worker_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}")


@pytest.fixture
def fresh_database(databases: Databases) -> Iterator[str]:
    """URL of an empty database of this test alone."""
    url = databases.create()
    yield url
    databases.drop(url)


@pytest.fixture(scope="session")
async def worker_engine(worker_database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(worker_database, pool_size=16, max_overflow=16, pool_use_lifo=True)
    async with engine.begin() as connection:
        await connection.execute(text(MAKE_EMPTY_ALL))
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
async def app_connections(worker_database: str) -> AsyncIterator[Connections]:
    """Connections for the `parts` of all tests of this process: a new connection would plan all statements again."""
    async with AsyncExitStack() as stops:
        yield open_database(Settings(_env_file=None, database_url=worker_database), stops)


@contextmanager
def kept(connections: Connections) -> Iterator[None]:
    """Have processes that are built meanwhile use these connections, and leave them open at their end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adapters, "open_database", lambda *_: connections)
        yield


@pytest.fixture
async def engine(worker_engine: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    """A pool of real connections to a database that is empty at the start of the test."""
    yield worker_engine
    async with worker_engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text(EMPTY_ALL))


@pytest.fixture
def clock() -> Clock:
    """The time of `work`."""
    return Clock()


@pytest.fixture
def events() -> list[object]:
    """Return the events that `work` has published, in order, without lines about rooms: they come beside much else."""
    return []


@pytest.fixture
def everything() -> list[object]:
    """Return the events that `work` has published, in order."""
    return []


@pytest.fixture
def work(engine: AsyncEngine, clock: Clock, events: list[object], everything: list[object]) -> UnitOfWork:
    """A unit of work as the app has it, with rate limits of its own and a listener that keeps the `events`."""

    async def keep(event: object) -> None:
        everything.append(event)
        if not isinstance(event, LineWritten):
            events.append(event)

    limiter = MovingWindowRateLimiter(MemoryStorage())
    return UnitOfWork(
        async_sessionmaker(engine, expire_on_commit=False), Policy(), limiter, [keep], clock, jobs=ProcrastinateQueue()
    )


@pytest.fixture
def make(work: UnitOfWork) -> Factory:
    """Makes people, rooms and messages."""
    return Factory(work)


@pytest.fixture
def do(work: UnitOfWork) -> Do:
    """Calls a use case as somebody: `await do(actor, create_room, name="Tea")`, one transaction each."""
    return Do(work)


@pytest.fixture(scope="session")
async def cropper() -> AsyncIterator[ProcessExaminer]:
    """Crops pictures, by a real child process."""
    cropper = ProcessExaminer()
    yield cropper
    await cropper.aclose()


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[DiskStorage]:
    """A folder of this test."""
    storage = DiskStorage(tmp_path / "storage", bytes(32))
    yield storage
    await storage.aclose()


@pytest.fixture
def pictures(work: UnitOfWork, storage: DiskStorage, cropper: ProcessExaminer) -> Pictures:
    """Keeps pictures."""
    return Pictures(work, storage, cropper)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A real Redis."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()
