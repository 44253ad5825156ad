"""The adapter of tool servers."""

from collections.abc import AsyncIterator

import pytest

from chat_app.adapters.tools.mcp.servers import McpServers


@pytest.fixture
async def servers() -> AsyncIterator[McpServers]:
    servers = McpServers(list_seconds=5, call_seconds=5)
    yield servers
    await servers.aclose()
