"""Read tool servers."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.kernel.context import Context
from chat_app.core.tools.access import require_tool_manager
from chat_app.core.tools.servers import ToolEndpoint, ToolServers
from chat_app.core.tools.tables import ToolServer
from chat_app.core.tools.views import ToolServerView, open_tool_server, view_tool_server


async def list_tool_servers(ctx: Context, servers: ToolServers) -> list[ToolServerView]:
    """Return all tool servers, oldest first; for admins."""
    require_tool_manager(ctx)
    health = servers.health()
    return [view_tool_server(ctx, each, health) for each in await _stored(ctx)]


async def read_tool_endpoints(ctx: Context) -> list[ToolEndpoint]:
    """Return the enabled servers, with their tokens: for the toolbox."""
    return [open_tool_server(ctx, each) for each in await _stored(ctx) if each.enabled]


async def _stored(ctx: Context) -> Sequence[ToolServer]:
    return (await ctx.db.scalars(select(ToolServer).order_by(col(ToolServer.id)))).all()
