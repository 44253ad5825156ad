"""Paid work while PostgreSQL is cut off: results are kept, and nothing stays reserved."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker

from chat_app.adapters.jobs.procrastinate_queue import ProcrastinateQueue
from chat_app.adapters.media.process_examiner import ProcessExaminer
from chat_app.adapters.postgres import DatabaseClock, open_engine
from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.core.access.permissions import Role
from chat_app.core.ai.claimed import ClaimedRun
from chat_app.core.ai.costs.holding import HeldReservation, hold
from chat_app.core.ai.ports.gateway import ToolCall
from chat_app.core.ai.tool_use.making import CallPatience, Maker
from chat_app.core.ai.tool_use.rules import CheckedCall
from chat_app.core.ai.transcription import transcribing
from chat_app.core.billing.ledger.changing import credit
from chat_app.core.billing.tables import TokenReservation
from chat_app.core.files.objects.made import MadeFiles
from chat_app.core.files.storage.ports import Examined
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import new_id
from chat_app.core.kernel.policy import Policy
from chat_app.core.rooms.tables import Room
from chat_app.core.tools.ports import ToolInfo, ToolResult
from tests.core.billing.ledger import balance
from tests.core.files.conftest import png
from tests.support.factory import Factory
from tests.support.files import make_file
from tests.support.gate import Gate
from tests.support.postgres import Postgres
from tests.support.waiting import until

MUCH = 10**9
DRAW = ToolInfo("test/draw", "draw", "Draw", "Draws.", {"type": "object"})


class Drawing:
    """A tool that costs a tenth of a dollar. When it has drawn, the database is cut off."""

    def __init__(self, gate: Gate) -> None:
        self._gate, self.drawn = gate, asyncio.Event()

    async def price(self, _: str) -> int:
        return 100_000

    async def call(self, _: str, arguments: Mapping[str, Any]) -> ToolResult:
        self._gate.cut()
        self.drawn.set()
        return ToolResult("drawn")


class CutsOff(ProcessExaminer):
    """Examines a file; then the database is cut off."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self._gate, self.done = gate, asyncio.Event()

    async def examine(self, path: Path, *, name: str, declared: str, into: Path) -> Examined:
        found = await super().examine(path, name=name, declared=declared, into=into)
        self._gate.cut()
        self.done.set()
        return found


@pytest.fixture
async def work(server: Postgres, gate: Gate) -> AsyncIterator[UnitOfWork]:
    """A unit of work that leads through the gate, of a site where people pay."""
    engine = open_engine(server.url.replace(f":{server.port}/", f":{gate.port}/"), DatabaseClock())
    limiter = MovingWindowRateLimiter(MemoryStorage())
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    yield UnitOfWork(sessions, Policy(billing="on", limited=False), limiter, jobs=ProcrastinateQueue())
    await engine.dispose()


@pytest.fixture
async def aiko(work: UnitOfWork) -> Actor:
    aiko = await Factory(work).actor(username="aiko")
    async with work.begin() as ctx:
        await credit(ctx, aiko.user_id, MUCH, "grant", "g")
    return aiko


@pytest.fixture
async def room(work: UnitOfWork, aiko: Actor) -> Room:
    return await Factory(work).room({Role.MASTER: aiko})


def attempts(lines: list[Any]) -> int:
    return sum(line["event"] == "not_written_yet" for line in lines)


async def test_a_picture_of_an_answer_waits_for_the_database_and_is_not_lost(
    work: UnitOfWork, gate: Gate, aiko: Actor, room: Room
):
    drawing = Drawing(gate)
    maker = Maker(work, drawing, CallPatience(tool=0.5))  # type: ignore[arg-type]
    claim = ClaimedRun(new_id(), room.id, new_id(), 2, "m", False, (), asker=aiko.user_id)
    gate.cut()
    with structlog.testing.capture_logs() as lines:
        call = asyncio.create_task(maker._called(claim, CheckedCall(ToolCall("1", "draw", "{}"), DRAW, {})))
        await until(lambda: attempts(lines))
        gate.mend()
        await drawing.drawn.wait()
        lines.clear()
        await until(lambda: attempts(lines) > 3)  # for longer than a tool may take
    gate.mend()
    end = await call
    assert (end.status, end.result) == ("done", "drawn")
    assert await balance(work, aiko.user_id) == (MUCH, 0)


async def test_a_picture_that_is_drawn_is_kept_when_the_database_is_back(
    work: UnitOfWork, gate: Gate, aiko: Actor, room: Room, tmp_path: Path
):
    storage = DiskStorage(tmp_path, bytes(32))
    files = MadeFiles(work, storage, examiner := CutsOff(gate))
    gate.cut()
    with structlog.testing.capture_logs() as lines:
        keeping = asyncio.create_task(files.keep(room.id, aiko.user_id, "tea.png", "image/png", png()))
        await until(lambda: attempts(lines))
        gate.mend()
        await examiner.done.wait()
        lines.clear()
        await until(lambda: attempts(lines))
    gate.mend()
    file_id = await keeping
    async with work.begin() as ctx:
        [file] = await ctx.db.scalars(select(Attachment))
    assert (file.id, file.status) == (file_id, "ready")
    await examiner.aclose()
    await storage.aclose()


async def test_a_recording_that_is_sent_is_written_down_when_the_database_is_back(
    work: UnitOfWork, gate: Gate, aiko: Actor, room: Room, monkeypatch: pytest.MonkeyPatch
):
    async def price(*_: object, **__: object) -> int:
        gate.cut()
        return 100_000

    async def fetch(_: str, into: Path) -> None:
        await asyncio.to_thread(into.write_bytes, b"sound")

    async def write_down(*_: object) -> str:
        return "words"

    monkeypatch.setattr(transcribing, "write_down", write_down)
    gateway, storage = SimpleNamespace(price=price, transcriber=lambda: "m"), SimpleNamespace(fetch=fetch)
    message = await Factory(work).message(room, aiko, "Hear")
    kind = {"declared_type": "audio/webm", "mime_type": "audio/webm", "message_id": message.id}
    file = await make_file(work, room, aiko, "Voice.webm", **kind)
    with structlog.testing.capture_logs() as lines:
        transcriber = transcribing.Transcriber(work, gateway, storage)  # type: ignore[arg-type]
        writing = asyncio.create_task(transcriber.transcribe(file.id))
        await until(lambda: attempts(lines))
    gate.mend()
    await writing
    async with work.begin() as ctx:
        assert (await ctx.db.get_one(Attachment, file.id)).transcript == {"status": "done", "text": "words"}
    assert await balance(work, aiko.user_id) == (MUCH - 100_000_000, 0)


async def test_repeated_reservation_after_a_lost_commit_reserves_once(work: UnitOfWork, aiko: Actor, room: Room):
    held = HeldReservation(new_id(), room.id, aiko.user_id)
    for _ in range(2):
        async with work.begin() as ctx:
            assert (await hold(ctx, held, 100_000)).kept
    async with work.begin() as ctx:
        [kept] = await ctx.db.scalars(select(TokenReservation))
    assert kept.amount == 100_000_000
