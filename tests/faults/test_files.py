"""Files while PostgreSQL is killed and frozen: in their examination, and while they are swept."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from sqlalchemy.ext.asyncio import async_sessionmaker

from chat_app.adapters.jobs.procrastinate_queue import ProcrastinateQueue
from chat_app.adapters.media.process_examiner import ProcessExaminer
from chat_app.adapters.postgres import DatabaseClock, open_engine
from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.core.access.permissions import Role
from chat_app.core.files.commands import delete_file
from chat_app.core.files.objects import leases
from chat_app.core.files.objects.sweeping import sweep_files
from chat_app.core.files.objects.uploads import Uploads
from chat_app.core.files.storage.ports import Examined
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import Unavailable
from chat_app.core.kernel.policy import Policy
from tests.core.files.conftest import Desk, png
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.postgres import Postgres, notice_soon
from tests.support.refusal import code_of
from tests.support.use_cases import Do
from tests.support.waiting import until


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def work(server: Postgres, clock: Clock) -> AsyncIterator[UnitOfWork]:
    """A unit of work on a server that may fail."""
    engine = open_engine(server.url, DatabaseClock())
    limiter = MovingWindowRateLimiter(MemoryStorage())
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    yield UnitOfWork(sessions, Policy(), limiter, clock=clock, jobs=ProcrastinateQueue())
    await engine.dispose()


class Slow(ProcessExaminer):
    """Has begun, and goes on when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.may = asyncio.Event(), asyncio.Event()

    async def examine(self, path: Path, *, name: str, declared: str, into: Path) -> Examined:
        self.begun.set()
        await self.may.wait()
        return await super().examine(path, name=name, declared=declared, into=into)


@pytest.fixture
async def slow() -> AsyncIterator[Slow]:
    slow = Slow()
    yield slow
    await slow.aclose()


@pytest.fixture
async def desk(work: UnitOfWork, slow: Slow, tmp_path: Path) -> AsyncIterator[Desk]:
    storage = DiskStorage(tmp_path, bytes(32))
    yield Desk(Uploads(work, storage, slow, None), storage, tmp_path)
    await storage.aclose()


@pytest.mark.parametrize("fault", ["kill", "freeze"])
async def test_an_examination_outlives_the_database(
    work: UnitOfWork,
    server: Postgres,
    desk: Desk,
    slow: Slow,
    clock: Clock,
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(leases, "RENEWAL_SECONDS", 0.05)
    make, do = Factory(work), Do(work)
    aiko = await make.actor(username=fault)
    room = await make.room({Role.MASTER: aiko})
    file, gone = [(await desk.begin(aiko, room, png()))["id"] for _ in range(2)]
    await do(aiko, delete_file, gone)
    with monkeypatch.context() as patch:
        notice_soon(patch)
        attempt = asyncio.create_task(desk.uploads.complete(aiko, file))
        await slow.begun.wait()
        getattr(server, fault)()
        with pytest.raises(Unavailable):
            await sweep_files(work, desk.storage)
        slow.may.set()
        with pytest.raises(Unavailable):
            await attempt
        with pytest.raises(Unavailable):
            await desk.uploads.complete(aiko, file)
    server.start()
    assert await until(lambda: swept(work, desk)) == [1]
    assert await code_of(desk.uploads.complete(aiko, file)) in {None, "file_is_checked"}
    clock.advance(minutes=1)
    done = await desk.uploads.complete(aiko, file)
    assert done["status"] == "ready"
    assert await desk.served(done["url"] or "")
    assert await sweep_files(work, desk.storage) == 0


async def swept(work: UnitOfWork, desk: Desk) -> list[int]:
    """Return how many files were swept, as soon as the database is there."""
    try:
        return [await sweep_files(work, desk.storage)]
    except Unavailable:
        return []
