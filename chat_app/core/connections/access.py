"""Load a connection, as a site admin only."""

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.connections.errors import ConnectionNotFound
from chat_app.core.connections.tables import Connection
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id


def require_model_manager(ctx: Context) -> None:
    """Raise ``ConnectionNotFound`` unless the actor manages models."""
    access_site(ctx, SitePermission.MANAGE_MODELS, ConnectionNotFound)


async def access_connection(ctx: Context, connection_id: AnyId, *, lock: bool = False) -> Connection:
    """Return a connection, as an admin. Raises ``ConnectionNotFound``."""
    require_model_manager(ctx)
    query = select(Connection).where(col(Connection.id) == parse_id(connection_id, ConnectionNotFound))
    connection = await ctx.db.scalar(query.with_for_update() if lock else query)
    if connection is None:
        raise ConnectionNotFound()
    return connection
