"""Keep the tool servers as the database has them, in every process."""

from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.live.ports import Hub
from chat_app.core.tools.events import ToolServersChanged
from chat_app.core.tools.queries import read_tool_endpoints
from chat_app.core.tools.servers import ToolServers
from chat_app.worker.watching.channels import Watch


class ToolWatch(Watch):
    """Reloads the tool servers when they change."""

    channel, changes = "tools", ToolServersChanged

    def __init__(self, work: UnitOfWork, servers: ToolServers, hub: Hub) -> None:
        super().__init__(work, hub)
        self._servers = servers

    async def load(self) -> None:
        """Read the tool servers. Their tools are listed when they are needed."""
        async with self._work.begin() as ctx:
            endpoints = await read_tool_endpoints(ctx)
        self._servers.connect(endpoints)
