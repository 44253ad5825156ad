"""Create, change and delete connections."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from limits import RateLimitItemPerMinute
from sqlalchemy import delete, select
from sqlmodel import col

from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.connections import rules
from chat_app.core.connections.access import access_connection, require_model_manager
from chat_app.core.connections.errors import ConnectionInvalid, ConnectionsFull, ProviderFailed
from chat_app.core.connections.events import ConnectionsChanged
from chat_app.core.connections.ports import ProviderKind, ServedModel
from chat_app.core.connections.tables import Connection, ModelChoice
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId
from chat_app.core.kernel.secrets.vault import seal

CHANGES: Final = RateLimitItemPerMinute(60, namespace="connections")
CONNECTIONS_MAX: Final = 50
SEAL: Final = "llm-connection"


async def create_connection(
    ctx: Context,
    *,
    kind: object,
    name: str,
    base_url: str = "",
    key: str = "",
    headers: str = "",
    at_once: object = None,
) -> Connection:
    """Create a connection, which is enabled. It has not been tested."""
    require_model_manager(ctx)
    await ctx.limit(CHANGES, str(ctx.me.user_id))
    checked_kind, checked_name = rules.check_kind(kind), rules.check_name(name)
    await ctx.lock_key("connections")
    taken = set(await ctx.db.scalars(select(col(Connection.slug))))
    if len(taken) >= CONNECTIONS_MAX:
        raise ConnectionsFull(maximum=CONNECTIONS_MAX)
    connection = Connection(
        slug=rules.slug_for(checked_name, checked_kind, taken),
        kind=checked_kind,
        name=checked_name,
        base_url=_check_url(base_url, checked_kind),
        sealed_key=_sealed(ctx, rules.check_key(key)),
        sealed_headers=_sealed(ctx, _lines(rules.check_headers(headers))),
        enabled=True,
        at_once=_check_at_once(at_once),
        served=[],
        created_at=ctx.now,
    )
    ctx.db.add(connection)
    await ctx.db.flush()
    record(ctx, Action.ADD_CONNECTION, connection=connection.slug, name=connection.name)
    ctx.emit(ConnectionsChanged())
    return connection


async def change_connection(
    ctx: Context,
    connection_id: AnyId,
    *,
    name: str | None = None,
    base_url: str | None = None,
    key: str | None = None,
    headers: str | None = None,
    at_once: object = None,
    enabled: bool | None = None,
) -> Connection:
    """Change a connection; None leaves a field unchanged.

    An empty ``key``, ``headers`` or ``at_once`` removes the value. If the address changes, an existing key must be
    given again, because a key is only sent to the address for which it was entered: else raises ``ConnectionInvalid``.
    """
    require_model_manager(ctx)
    await ctx.limit(CHANGES, str(ctx.me.user_id))
    connection = await access_connection(ctx, connection_id, lock=True)
    if name is not None:
        connection.name = rules.check_name(name)
    if base_url is not None:
        _move(connection, _check_url(base_url, rules.check_kind(connection.kind)), key, headers)
    if key is not None:
        connection.sealed_key = _sealed(ctx, rules.check_key(key))
    if headers is not None:
        connection.sealed_headers = _sealed(ctx, _lines(rules.check_headers(headers)))
    if at_once is not None:
        connection.at_once = _check_at_once(at_once)
    if enabled is not None:
        connection.enabled = enabled
    given = {"name": name, "base_url": base_url, "key": key, "headers": headers, "at_once": at_once, "enabled": enabled}
    changed = [each for each, value in given.items() if value is not None]
    record(ctx, Action.CHANGE_CONNECTION, connection=connection.slug, name=connection.name, changed=changed)
    ctx.emit(ConnectionsChanged())
    return connection


async def delete_connection(ctx: Context, connection_id: AnyId) -> None:
    """Delete a connection, and the decisions about its models. A room that uses one reports it at the next question."""
    connection = await access_connection(ctx, connection_id, lock=True)
    record(ctx, Action.DELETE_CONNECTION, connection=connection.slug, name=connection.name)
    await ctx.db.delete(connection)
    await ctx.db.execute(
        delete(ModelChoice).where(col(ModelChoice.id).startswith(f"{connection.slug}/", autoescape=True))
    )
    ctx.emit(ConnectionsChanged())


async def note_check(ctx: Context, connection_id: AnyId, found: Sequence[ServedModel] | ProviderFailed) -> Connection:
    """Store the result of a test: the models, or the error, which keeps the models of the last successful test."""
    connection = await access_connection(ctx, connection_id, lock=True)
    connection.tested_at = ctx.now
    if isinstance(found, ProviderFailed):
        connection.problem = found.code
    else:
        connection.problem, connection.served = None, [asdict(model) for model in found]
    ctx.emit(ConnectionsChanged())
    return connection


def _move(connection: Connection, base_url: str, key: str | None, headers: str | None) -> None:
    if base_url == connection.base_url:
        return
    if (connection.sealed_key and key is None) or (connection.sealed_headers and headers is None):
        raise ConnectionInvalid("connection_key_again", field="key")
    connection.base_url = base_url


def _check_url(value: str, kind: ProviderKind) -> str:
    base_url = rules.check_url(value)
    if not base_url and kind == "compatible":
        raise ConnectionInvalid("connection_url_invalid", field="base_url")
    return base_url


def _check_at_once(value: object) -> int | None:
    return rules.check_number(value, "at_once", 1, rules.AT_ONCE_MAX)


def _lines(headers: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(f"{name}: {content}" for name, content in headers)


def _sealed(ctx: Context, text: str) -> str | None:
    return seal(ctx.policy.keys, SEAL, text) if text else None
