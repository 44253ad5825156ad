"""Two processes of a site, a room, and the faults of their database."""

from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from sqlalchemy.ext.asyncio import async_sessionmaker

from chat_app.adapters.jobs.procrastinate_queue import ProcrastinateQueue
from chat_app.adapters.postgres import DatabaseClock, open_engine
from chat_app.core.access.permissions import Role
from chat_app.core.ai.answers.writing.writer import AnswerWriter
from chat_app.core.ai.ports.gateway import LlmGateway
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.policy import Policy
from chat_app.core.rooms.tables import Room
from chat_app.worker import answers
from chat_app.worker.answers import AnswerWorker
from tests.core.ai.conftest import Ai, gateway_to
from tests.faults.database.processes import Fault, Process
from tests.support.factory import Factory
from tests.support.gate import Gate
from tests.support.postgres import Postgres, notice_soon
from tests.support.use_cases import Do
from tests.vendor.server import ScriptedVendor


@pytest.fixture(scope="module")
def vendor() -> Iterator[ScriptedVendor]:
    with ScriptedVendor() as vendor:
        yield vendor


@pytest.fixture(scope="module")
async def gateway(vendor: ScriptedVendor) -> AsyncIterator[LlmGateway]:
    gateway = gateway_to(vendor)
    await gateway.warm_up()
    yield gateway
    await gateway.aclose()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch, vendor: ScriptedVendor) -> None:
    """Shorten the waits of production; the model waits where the test says so."""
    vendor.hold()
    monkeypatch.setattr(answers, "STOP_SECONDS", 0.2)
    monkeypatch.setattr(answers, "POLL_SECONDS", 0.2)


@pytest.fixture
async def start(gateway: LlmGateway) -> AsyncIterator[Callable[[str], Process]]:
    """Makes a process on a database."""
    engines, started = [], []

    def start(url: str) -> Process:
        clock, events = DatabaseClock(), []
        engines.append(engine := open_engine(url, clock))

        async def keep(event: object) -> None:
            events.append(event)

        limiter, sessions = MovingWindowRateLimiter(MemoryStorage()), async_sessionmaker(engine, expire_on_commit=False)
        work = UnitOfWork(sessions, Policy(limited=False), limiter, [keep], clock, jobs=ProcrastinateQueue())
        writer = AnswerWriter(work, gateway)
        worker = AnswerWorker(writer)
        work.listeners += [writer.on_event, worker.on_event]
        started.append(ai := Ai(Do(work), writer, worker, events))
        return Process(work, events, Do(work), writer, ai)

    yield start
    for ai in started:
        await ai.stop()
    for engine in engines:
        await engine.dispose()


@pytest.fixture
async def here(server: Postgres, gate: Gate, start: Callable[[str], Process]) -> Process:
    """The process that is tried; only its own way to the database leads through the gate."""
    return start(server.url.replace(f":{server.port}/", f":{gate.port}/"))


@pytest.fixture
async def there(server: Postgres, start: Callable[[str], Process]) -> Process:
    """Another process of the site."""
    return start(server.url)


@pytest.fixture
async def aiko(there: Process) -> Actor:
    return await Factory(there.work).actor(username="aiko")


@pytest.fixture
async def room(there: Process, aiko: Actor) -> Room:
    return await Factory(there.work).room({Role.MASTER: aiko}, ai_rule="always")


@pytest.fixture(params=["killed", "frozen", "cut off"])
def fault(
    request: pytest.FixtureRequest, server: Postgres, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Fault]:
    with monkeypatch.context() as patch:

        def thaw() -> None:
            patch.undo()
            server.start()

        ways = {
            "killed": Fault(server.kill, server.start),
            "frozen": Fault(server.freeze, thaw),
            "cut off": Fault(gate.cut, gate.mend),
        }
        if request.param == "frozen":
            notice_soon(patch)
        yield ways[request.param]
        ways[request.param].end()
