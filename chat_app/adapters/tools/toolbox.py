"""All tools of the site: built-in tools, then tools of tool servers."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import structlog

from chat_app.adapters.tools.built_in import BuiltIn
from chat_app.adapters.tools.draw_picture import DrawPicture
from chat_app.adapters.tools.mcp.servers import McpServers
from chat_app.core.tools.ports import ToolInfo, ToolResult
from chat_app.core.tools.servers import ToolEndpoint, ToolServerHealth

log = structlog.get_logger()


class SiteToolbox:
    """The port of tools, and the port of tool servers."""

    def __init__(self, built_in: Collection[BuiltIn], servers: McpServers) -> None:
        self._built_in, self._servers = {each.info.id: each for each in built_in}, servers

    async def tools(self) -> list[ToolInfo]:
        """Return the tools that rooms may have now."""
        there = [each.info for each in self._built_in.values() if await each.is_there()]
        own = self.built_in()
        return [*there, *await self._servers.tools({each.name for each in own})]

    def needs_approval(self, tool_id: str, arguments: Mapping[str, Any]) -> bool:
        """Return whether a person has to approve this call."""
        own = self._built_in.get(tool_id)
        return own.needs_approval(arguments) if own else self._servers.needs_approval(tool_id)

    async def price(self, tool_id: str) -> int:
        """Return the maximum cost of a call: only pictures cost something here."""
        own = self._built_in.get(tool_id)
        return await own.price() if isinstance(own, DrawPicture) else 0

    async def call(self, tool_id: str, arguments: Mapping[str, Any]) -> ToolResult:
        """Call the tool."""
        own = self._built_in.get(tool_id)
        if own is None:
            return await self._servers.call(tool_id, arguments)
        try:
            async with asyncio.timeout(own.seconds):
                return await own.call(arguments)
        except TimeoutError:
            return ToolResult("The tool did not answer in time.", failed=True)
        except Exception:
            log.exception("tool_failed", tool=tool_id)
            return ToolResult("The tool failed.", failed=True)

    def connect(self, endpoints: Collection[ToolEndpoint]) -> None:
        """Replace the tool servers that are enabled."""
        self._servers.connect(endpoints)

    def health(self) -> Mapping[str, ToolServerHealth]:
        """Return the state of the tool servers that have been asked."""
        return self._servers.health()

    def built_in(self) -> Sequence[ToolInfo]:
        """Return the tools that are built in here."""
        return [each.info for each in self._built_in.values()]

    async def probe(self, endpoint: ToolEndpoint) -> int:
        """Ask a tool server for its tools; return their number."""
        return await self._servers.probe(endpoint)

    async def aclose(self) -> None:
        """Release connections."""
        await self._servers.aclose()
