"""Check connections: ask a provider for its models, and store the outcome.

No transaction is open during the request.
"""

from typing import Final

from limits import RateLimitItemPerMinute

from chat_app.core.connections.access import access_connection, require_model_manager
from chat_app.core.connections.commands import create_connection, note_check
from chat_app.core.connections.errors import ConnectionInvalid, ProviderFailed
from chat_app.core.connections.ports import Connector, Endpoint, ServedModel
from chat_app.core.connections.rules import Pasted, recognise
from chat_app.core.connections.views import ConnectionView, open_endpoint, view_connection
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import AnyId

CHECKS: Final = RateLimitItemPerMinute(60, namespace="connection-checks")


async def check_connection(
    work: UnitOfWork, connector: Connector, actor: Actor | None, connection_id: AnyId
) -> ConnectionView:
    """Ask a connection for its models, and return it with the outcome."""
    async with work.begin(actor) as ctx:
        connection = await access_connection(ctx, connection_id)
        await ctx.limit(CHECKS, str(ctx.me.user_id))
        endpoint = open_endpoint(ctx, connection)
    try:
        found: list[ServedModel] | ProviderFailed = await connector.probe(endpoint)
    except ProviderFailed as error:
        found = error
    async with work.begin(actor) as ctx:
        return view_connection(ctx, await note_check(ctx, connection_id, found))


async def connect_pasted(work: UnitOfWork, connector: Connector, actor: Actor | None, text: str) -> ConnectionView:
    """Create a connection from a pasted key or address, once its provider has listed a model.

    Raises ``ConnectionInvalid`` for a text of no known kind, and with the code of ``ProviderFailed`` for a provider
    that lists nothing: nothing is created then.
    """
    async with work.begin(actor) as ctx:
        require_model_manager(ctx)
        await ctx.limit(CHECKS, str(ctx.me.user_id))
    pasted = recognise(text)
    try:
        endpoint, served = await _first_that_lists(connector, pasted)
    except ProviderFailed as error:
        raise ConnectionInvalid(error.code, **{**error.details, "field": "pasted"}) from error
    async with work.begin(actor) as ctx:
        connection = await create_connection(
            ctx, kind=endpoint.kind, name=endpoint.name, base_url=endpoint.base_url, key=endpoint.key or ""
        )
        return view_connection(ctx, await note_check(ctx, connection.id, served))


async def _first_that_lists(connector: Connector, pasted: Pasted) -> tuple[Endpoint, list[ServedModel]]:
    """Return the provider and its models. A server at an address may be an Ollama, or use OpenAI's protocol."""
    key = pasted.key or None
    if pasted.kind:
        endpoint = Endpoint("", pasted.kind, pasted.name, pasted.base_url, key)
        return endpoint, await connector.probe(endpoint)
    try:
        endpoint = Endpoint("", "ollama", "Ollama", pasted.base_url)
        return endpoint, await connector.probe(endpoint)
    except ProviderFailed as error:
        if error.code in ("connection_unreachable", "connection_timeout"):  # as would be the second question
            raise
    endpoint = Endpoint("", "compatible", pasted.name, pasted.base_url)
    return endpoint, await connector.probe(endpoint)
