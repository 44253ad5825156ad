"""Test a tool server: list its tools, and store the outcome. No transaction is open during the request."""

from typing import Final

from limits import RateLimitItemPerMinute

from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import AnyId
from chat_app.core.tools.access import access_tool_server
from chat_app.core.tools.commands import note_test
from chat_app.core.tools.errors import ToolServerFailed
from chat_app.core.tools.servers import ToolServerHealth, ToolServers
from chat_app.core.tools.views import ToolServerView, open_tool_server, view_tool_server

TESTS: Final = RateLimitItemPerMinute(60, namespace="tool-server-tests")


async def check_tool_server(
    work: UnitOfWork, servers: ToolServers, actor: Actor | None, server_id: AnyId
) -> ToolServerView:
    """Ask a server for its tools, and return it with the outcome."""
    async with work.begin(actor) as ctx:
        server = await access_tool_server(ctx, server_id)
        await ctx.limit(TESTS, str(ctx.me.user_id))
        endpoint = open_tool_server(ctx, server)
    tools, failure = 0, None
    try:
        tools = await servers.probe(endpoint)
    except ToolServerFailed as error:
        failure = error
    async with work.begin(actor) as ctx:
        server = await note_test(ctx, server_id, failure)
        health = ToolServerHealth(tools, failure.code if failure else None)
        return view_tool_server(ctx, server, {endpoint.id: health})
