"""A change of tool servers reaches every process, and the tools of each are those of the servers."""

from collections.abc import AsyncIterator

import pytest

from chat_app.adapters.hub.redis_hub import RedisHub
from chat_app.adapters.tools.mcp.servers import McpServers
from chat_app.adapters.tools.toolbox import SiteToolbox
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.work.tasks import Endless
from chat_app.core.live.ports import Hub
from chat_app.core.tools.commands import add_tool_server, change_tool_server, remove_tool_server
from chat_app.worker.watching.tools import ToolWatch
from tests.support.factory import Factory
from tests.support.redis import RedisServer
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.tools_server.server import ToolServerThread


class Process:
    """A process: a toolbox of its own, and what keeps its servers."""

    def __init__(self, work: UnitOfWork, hub: Hub) -> None:
        self.toolbox = SiteToolbox([], McpServers())
        self.watch = ToolWatch(work, self.toolbox, hub)
        hub.subscribe(self.watch.hear, self.watch.missed)
        self.loop = Endless(self.watch.keep, "tools")

    async def sources(self) -> set[str]:
        return {info.source for info in await self.toolbox.tools()}


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
        await process.toolbox.aclose()


async def test_change_takes_effect_at_once_here_and_soon_in_other_processes(
    do: Do, make: Factory, processes: list[Process]
):
    here, there = processes
    admin = await make.actor(is_admin=True)

    async def has(process: Process, sources: set[str]) -> bool:
        return await process.sources() == sources

    with ToolServerThread() as server:
        added = await do(admin, add_tool_server, name="Glossary", url=server.url)
        assert await here.sources() == {"Glossary"}
        await until(lambda: has(there, {"Glossary"}))
        await do(admin, change_tool_server, added.id, name="Words")
        assert await here.sources() == {"Words"}
        await until(lambda: has(there, {"Words"}))
        await do(admin, remove_tool_server, added.id)
        assert await here.sources() == set()
        await until(lambda: has(there, set()))
