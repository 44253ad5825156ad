"""The tools of all tool servers: listed now and then, and called by their ids."""

import asyncio
import hashlib
import re
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import structlog

from chat_app.core.tools.errors import ToolServerFailed
from chat_app.core.tools.ports import ToolInfo, ToolResult
from chat_app.core.tools.servers import ToolEndpoint, ToolServerHealth

if TYPE_CHECKING:
    from chat_app.adapters.tools.mcp.results import ServedTool

LIST_SECONDS: Final = 8.0
CALL_SECONDS: Final = 60.0
FRESH_SECONDS: Final = 300.0
AGAIN_SECONDS: Final = 30.0
"""The seconds until a server that has failed is listed again."""

MODEL_NAME_MAX: Final = 64

log = structlog.get_logger()

_WORDS: Final = {
    "tool_server_unreachable": "The tool server cannot be reached.",
    "tool_server_slow": "The tool server did not answer in time.",
    "tool_server_refused": "The tool server refuses the site's token.",
    "tool_server_redirects": "The tool server redirects elsewhere, which is not followed.",
    "tool_server_too_large": "The tool server answered more than can be taken.",
    "tool_server_failed": "The tool server has a problem of its own.",
    "tool_server_not_mcp": "The tool server did not answer as one of MCP.",
}


@dataclass(slots=True)
class _Server:
    endpoint: ToolEndpoint
    tools: "list[ServedTool]" = field(default_factory=list)
    problem: str | None = None
    until: float = 0.0
    """The time of the next listing, by the monotonic clock; 0 before the first listing."""
    listing: "asyncio.Task[None] | None" = None


class McpServers:
    """The enabled servers. Each call has its own session with a server, which ends with the call."""

    def __init__(self, *, list_seconds: float = LIST_SECONDS, call_seconds: float = CALL_SECONDS) -> None:
        self._servers: dict[str, _Server] = {}
        self._list_seconds, self._call_seconds = list_seconds, call_seconds

    def connect(self, endpoints: Collection[ToolEndpoint]) -> None:
        """Replace the servers. The tools of changed or tested servers are listed again."""
        before, self._servers = self._servers, {}
        for each in endpoints:
            known = before.pop(each.id, None)
            self._servers[each.id] = known if known and known.endpoint == each else _Server(each)
            if known and known is not self._servers[each.id]:
                _cancel(known)
        for gone in before.values():
            _cancel(gone)

    def health(self) -> Mapping[str, ToolServerHealth]:
        """Return the state of the servers that have been listed."""
        known = {id_: each for id_, each in self._servers.items() if each.until}
        return {id_: ToolServerHealth(len(each.tools), each.problem) for id_, each in known.items()}

    async def tools(self, taken: Collection[str] = ()) -> list[ToolInfo]:
        """Return the tools of all servers.

        The first list of a server is waited for; later lists are refreshed in the background. The names for models
        differ from the names in ``taken``.
        """
        now = time.monotonic()
        for server in self._servers.values():
            if server.until <= now and (server.listing is None or server.listing.done()):
                server.listing = asyncio.create_task(self._list(server), name="list-tools")
        unlisted = [each.listing for each in self._servers.values() if each.listing and not each.until]
        if unlisted:
            await asyncio.wait(unlisted)
        return _named([(each.endpoint, tool) for each in self._servers.values() for tool in each.tools], taken)

    def needs_approval(self, tool_id: str) -> bool:
        """Return whether calls of a tool wait for a person; for an unknown tool they do."""
        server, name = self._find(tool_id)
        if server is None or server.endpoint.approval == "always":
            return True
        if server.endpoint.approval == "never":
            return False
        return not any(tool.name == name and tool.read_only for tool in server.tools)

    async def call(self, tool_id: str, arguments: Mapping[str, Any]) -> ToolResult:
        """Call a tool. Every error becomes a failed result."""
        server, name = self._find(tool_id)
        if server is None:
            return ToolResult("The site has no such tool any more.", failed=True)
        session = await asyncio.to_thread(_load)
        try:
            result: ToolResult = await session.call_served(server.endpoint, name, arguments, self._call_seconds)
            return result
        except ToolServerFailed as error:
            return ToolResult(_WORDS.get(error.code, "The tool failed."), failed=True)

    async def probe(self, endpoint: ToolEndpoint) -> int:
        """Ask a server for its tools; return their number. Raises ``ToolServerFailed``."""
        session = await asyncio.to_thread(_load)
        tools = await session.list_served(endpoint, self._list_seconds)
        if not tools:
            raise ToolServerFailed("tool_server_no_tools")
        return len(tools)

    async def aclose(self) -> None:
        """End listings that are under way."""
        self.connect([])

    def _find(self, tool_id: str) -> tuple[_Server | None, str]:
        id_, _, name = tool_id.partition("/")
        return self._servers.get(id_), name

    async def _list(self, server: _Server) -> None:
        session = await asyncio.to_thread(_load)
        try:
            server.tools = await session.list_served(server.endpoint, self._list_seconds)
            server.problem, fresh = (None if server.tools else "tool_server_no_tools"), FRESH_SECONDS
        except ToolServerFailed as error:
            server.tools, server.problem, fresh = [], error.code, AGAIN_SECONDS
            log.info("tools_not_listed", server=server.endpoint.name, code=error.code)
        server.until = time.monotonic() + fresh


def _load() -> Any:
    """Import the SDK, which takes a second, only if there is a server."""
    from chat_app.adapters.tools.mcp import session as mcp_session

    return mcp_session


def _cancel(server: _Server) -> None:
    if server.listing:
        server.listing.cancel()


def _named(found: "list[tuple[ToolEndpoint, ServedTool]]", taken: Collection[str]) -> list[ToolInfo]:
    """Return the tools with their names for models.

    A name begins with the server's name, and is the same in every process. It differs from the names in ``taken``,
    because vendors refuse two tools with one name.
    """
    infos, used = [], set(taken)
    for endpoint, tool in found:
        id_ = f"{endpoint.id}/{tool.name}"
        name = f"{_part(endpoint.name)[:20] or 'tool'}_{_part(tool.name)}"
        if len(name) > MODEL_NAME_MAX or name in used:
            name = f"{name[: MODEL_NAME_MAX - 9]}_{hashlib.sha256(id_.encode()).hexdigest()[:8]}"
        used.add(name)
        infos.append(ToolInfo(id_, name, tool.label, tool.description, tool.parameters, endpoint.name))
    return infos


def _part(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]+", "_", name).strip("_")
