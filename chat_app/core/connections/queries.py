"""Read connections and decisions about models."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.connections.access import require_admin
from chat_app.core.connections.ports import Choice, Connector, Endpoint, ListedModel
from chat_app.core.connections.tables import Connection, ModelChoice
from chat_app.core.connections.views import ConnectionView, open_endpoint, view_configured, view_connection
from chat_app.core.kernel.context import Context


async def list_connections(ctx: Context, connector: Connector) -> list[ConnectionView]:
    """Return the connections of the environment, then those that admins have created, oldest first; for admins."""
    require_admin(ctx)
    views = [view_configured(each) for each in connector.configured()]
    views += [view_connection(ctx, each) for each in await _connections(ctx)]
    paused = connector.paused()
    return [replace(each, paused=paused.get(each.slug)) for each in views]


async def read_endpoints(ctx: Context) -> tuple[list[Endpoint], Mapping[str, Choice]]:
    """Return the enabled connections, with their keys, and the decisions about models: for the gateway."""
    endpoints = [open_endpoint(ctx, each) for each in await _connections(ctx) if each.enabled]
    choices = {row.id: _choice(row) for row in await ctx.db.scalars(select(ModelChoice))}
    return endpoints, choices


async def list_models(ctx: Context, listed: Sequence[ListedModel]) -> Sequence[ListedModel]:
    """Return the catalogue, which the caller has read from the gateway; for admins."""
    require_admin(ctx)
    return listed


async def _connections(ctx: Context) -> Sequence[Connection]:
    return (await ctx.db.scalars(select(Connection).order_by(col(Connection.id)))).all()


def _choice(row: ModelChoice) -> Choice:
    return Choice(**row.model_dump(exclude={"id"}))
