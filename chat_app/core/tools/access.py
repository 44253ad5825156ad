"""Load a tool server, as a site admin only."""

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.tools.errors import ToolServerNotFound
from chat_app.core.tools.tables import ToolServer


def require_tool_manager(ctx: Context) -> None:
    """Raise ``ToolServerNotFound`` unless the actor manages tools."""
    access_site(ctx, SitePermission.MANAGE_TOOLS, ToolServerNotFound)


async def access_tool_server(ctx: Context, server_id: AnyId, *, lock: bool = False) -> ToolServer:
    """Return a tool server, as an admin. Raises ``ToolServerNotFound``."""
    require_tool_manager(ctx)
    query = select(ToolServer).where(col(ToolServer.id) == parse_id(server_id, ToolServerNotFound))
    server = await ctx.db.scalar(query.with_for_update() if lock else query)
    if server is None:
        raise ToolServerNotFound()
    return server
