"""One session with a tool server, by the MCP SDK. The SDK is imported late: the import takes a second and 25 MiB."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import mcp_types as types
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from chat_app.adapters.tools.mcp.guard import Guard, guarded_client
from chat_app.adapters.tools.mcp.results import ServedTool, result_of, served_tools
from chat_app.core.kernel.texts.cleaning import clean_text, cut
from chat_app.core.tools.errors import ToolServerFailed
from chat_app.core.tools.ports import ToolResult
from chat_app.core.tools.servers import ToolEndpoint

PAGES_MAX: Final = 5
FAREWELL_SECONDS: Final = 2.0
"""The seconds to wait for a server's answer to the end of a session."""

logging.getLogger("mcp").setLevel(logging.CRITICAL)  # it logs what servers answer, with traces


async def list_served(endpoint: ToolEndpoint, seconds: float) -> list[ServedTool]:
    """Return the tools of a server. Raises ``ToolServerFailed``."""
    found: list[types.Tool] = []
    async with _open(endpoint, seconds) as client:
        cursor = None
        for _ in range(PAGES_MAX):
            page = await client.session.send_request(
                types.ListToolsRequest(params=types.PaginatedRequestParams(cursor=cursor)), types.ListToolsResult
            )
            found += page.tools
            cursor = page.next_cursor
            if not cursor:
                break
    return served_tools(found)


async def call_served(endpoint: ToolEndpoint, name: str, arguments: Mapping[str, Any], seconds: float) -> ToolResult:
    """Call a tool of a server, and return its result. Raises ``ToolServerFailed``.

    What is answered is not compared with the schema that the server gives for it: checking may take for ever.
    """
    request = types.CallToolRequest(params=types.CallToolRequestParams(name=name, arguments=dict(arguments)))
    result = None
    async with _open(endpoint, seconds) as client:
        try:
            result = result_of(await client.session.send_request(request, types.CallToolResult))
        except MCPError as error:
            if error.code in (types.INVALID_PARAMS, types.METHOD_NOT_FOUND):  # it has understood, and declines
                result = ToolResult(f"The server declined: {cut(clean_text(error.message), 500)}", failed=True)
            else:
                raise
    assert result
    return result


@asynccontextmanager
async def _open(endpoint: ToolEndpoint, seconds: float) -> AsyncIterator[Client]:
    """Open a session, and end it. Any error of the server becomes a ``ToolServerFailed``."""
    guard, done = Guard(), False
    try:
        async with (
            asyncio.timeout(seconds + FAREWELL_SECONDS),  # for the leave that the SDK takes after a call was too slow
            asyncio.timeout(seconds) as deadline,
            guarded_client(guard, endpoint.headers, seconds) as http,
        ):
            transport = streamable_http_client(endpoint.url, http_client=http)
            async with Client(transport, cache=None, client_info=_US) as client:
                try:
                    yield client
                    done = True
                finally:  # it takes its leave after one that was cancelled too
                    if not deadline.expired():
                        deadline.reschedule(asyncio.get_running_loop().time() + FAREWELL_SECONDS)
    except TimeoutError as error:
        if not done:
            raise ToolServerFailed("tool_server_slow") from error
    except Exception as error:  # of any kind, also in groups: the SDK passes on errors that a server causes
        if not done:
            raise ToolServerFailed(guard.problem or "tool_server_not_mcp") from error


_US: Final = types.Implementation(name="parley", version="1")
