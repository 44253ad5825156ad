"""Load a tool server, as a site admin only."""

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.tools.errors import ToolServerNotFound
from chat_app.core.tools.tables import ToolServer


def require_admin(ctx: Context) -> None:
    """Raise ``ToolServerNotFound`` unless the actor is an admin of the site."""
    if not ctx.me.is_admin:
        raise ToolServerNotFound()


async def access_tool_server(ctx: Context, server_id: AnyId, *, lock: bool = False) -> ToolServer:
    """Return a tool server, as an admin. Raises ``ToolServerNotFound``."""
    require_admin(ctx)
    query = select(ToolServer).where(col(ToolServer.id) == parse_id(server_id, ToolServerNotFound))
    server = await ctx.db.scalar(query.with_for_update() if lock else query)
    if server is None:
        raise ToolServerNotFound()
    return server
