"""A change of connections reaches every process, whatever becomes of notifications and of the database."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from chat_app.adapters.hub.redis_hub import RedisHub
from chat_app.adapters.llm.factory import Gateway, LlmConfig, build_gateway
from chat_app.core.connections.commands import create_connection, delete_connection
from chat_app.core.connections.models import choose_transcriber
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.errors import Unavailable
from chat_app.core.kernel.work.tasks import Endless
from chat_app.core.live.ports import Hub
from chat_app.worker.watching import channels, connections
from chat_app.worker.watching.connections import ConnectionWatch
from tests.support.factory import Factory
from tests.support.redis import RedisServer
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor


class Process:
    """A process: a gateway of its own, and what keeps its connections."""

    def __init__(self, work: UnitOfWork, hub: Hub) -> None:
        self.gateway: Gateway = build_gateway(LlmConfig(local_ollama=None))
        self.watch = ConnectionWatch(work, self.gateway, self.gateway, hub)
        self.notified: list[list[str]] = []
        self.writers: list[str | None] = []
        hub.subscribe(self.watch.hear, self.watch.missed)
        self.watch.listeners.append(self.note)
        self.loop = Endless(self.watch.keep, "connections")

    async def note(self) -> None:
        self.notified.append(await self.offered())
        self.writers.append(self.gateway.transcriber())

    async def offered(self) -> list[str]:
        return [model.id for model in await self.gateway.models()]


@pytest.fixture
async def processes(work: UnitOfWork, redis_server: RedisServer) -> AsyncIterator[list[Process]]:
    """Two processes, of which the first hears the events of ``work``."""
    hubs = [RedisHub(redis_server.url) for _ in range(2)]
    processes = [Process(work, hub) for hub in hubs]
    work.listeners.append(processes[0].watch.on_event)
    for hub, process in zip(hubs, processes, strict=True):
        await hub.start()
        await process.watch.begin()
        process.loop.start()
    yield processes
    for hub, process in zip(hubs, processes, strict=True):
        await process.loop.stop()
        await hub.stop()
        await process.gateway.aclose()


async def test_change_takes_effect_at_once_here_and_soon_in_other_processes(
    do: Do, make: Factory, processes: list[Process]
):
    here, there = processes
    admin = await make.actor(is_admin=True)
    assert await here.offered() == ["demo"]
    with ScriptedVendor() as vendor:
        connection = await do(admin, create_connection, kind="compatible", name="Own", base_url=vendor.url)
        assert await here.offered() == ["own/scripted"]
        await until(lambda: there.notified[-1:] == [["own/scripted"]])
        assert here.notified[-1] == ["own/scripted"]
        await do(admin, delete_connection, connection.id)
        assert await here.offered() == ["demo"]
        await until(lambda: there.notified[-1:] == [["demo"]])


async def test_change_whose_notification_is_lost_is_found_by_the_next_look(
    do: Do, make: Factory, work: UnitOfWork, processes: list[Process], monkeypatch: pytest.MonkeyPatch
):
    _, there = processes
    work.listeners.clear()
    monkeypatch.setattr(channels, "RELOAD_SECONDS", 0.05)
    there.watch.missed()
    with ScriptedVendor() as vendor:
        admin = await make.actor(is_admin=True)
        await do(admin, create_connection, kind="compatible", name="Own", base_url=vendor.url)
        await until(lambda: there.notified[-1:] == [["own/scripted"]])


async def test_database_that_is_away_is_read_when_it_is_back(
    do: Do, make: Factory, work: UnitOfWork, processes: list[Process], monkeypatch: pytest.MonkeyPatch
):
    _, there = processes
    monkeypatch.setattr(channels, "AGAIN_SECONDS", 0.01)
    away = asyncio.Event()

    async def read(ctx: Context) -> Any:
        away.set()
        raise Unavailable()

    with ScriptedVendor() as vendor, monkeypatch.context() as fault:
        fault.setattr(connections, "read_endpoints", read)
        admin = await make.actor(is_admin=True)
        await do(admin, create_connection, kind="compatible", name="Own", base_url=vendor.url)
        await away.wait()
        fault.undo()
        await until(lambda: there.notified[-1:] == [["own/scripted"]])


async def test_another_model_that_writes_down_what_is_said_is_told_too(do: Do, make: Factory, processes: list[Process]):
    here, there = processes
    admin = await make.actor(is_admin=True)
    await do(admin, choose_transcriber, ["own"], "own/whisper-1")
    await until(lambda: there.writers[-1:] == ["own/whisper-1"])
    await do(admin, choose_transcriber, ["own"], "")
    await until(lambda: there.writers[-1:] == [None])
    assert here.writers[-1] is None
