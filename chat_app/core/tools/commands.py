"""Add, change and remove tool servers."""

from typing import Final

from limits import RateLimitItemPerMinute
from sqlalchemy import func, select

from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId
from chat_app.core.kernel.secrets.vault import seal
from chat_app.core.tools import rules
from chat_app.core.tools.access import access_tool_server, require_tool_manager
from chat_app.core.tools.errors import ToolServerFailed, ToolServerInvalid, ToolServersFull
from chat_app.core.tools.events import ToolServersChanged
from chat_app.core.tools.tables import ToolServer

CHANGES: Final = RateLimitItemPerMinute(60, namespace="tool-servers")
SERVERS_MAX: Final = 20
SEAL: Final = "tool-server"


async def add_tool_server(
    ctx: Context, *, name: str, url: str, token: str = "", headers: str = "", approval: object = "always"
) -> ToolServer:
    """Add a tool server, which is enabled. It has not been tested."""
    require_tool_manager(ctx)
    await ctx.limit(CHANGES, str(ctx.me.user_id))
    server = ToolServer(
        name=rules.check_name(name),
        url=rules.check_url(url),
        sealed_token=_sealed(ctx, rules.check_token(token)),
        sealed_headers=_sealed(ctx, _lines(headers)),
        approval=rules.check_approval(approval),
        enabled=True,
        changed_at=ctx.now,
        created_at=ctx.now,
    )
    await ctx.lock_key("tool-servers")
    if (await ctx.db.scalar(select(func.count()).select_from(ToolServer)) or 0) >= SERVERS_MAX:
        raise ToolServersFull(maximum=SERVERS_MAX)
    ctx.db.add(server)
    await ctx.db.flush()
    record(ctx, Action.ADD_TOOL_SERVER, name=server.name)
    ctx.emit(ToolServersChanged())
    return server


async def change_tool_server(
    ctx: Context,
    server_id: AnyId,
    *,
    name: str | None = None,
    url: str | None = None,
    token: str | None = None,
    headers: str | None = None,
    approval: object = None,
    enabled: bool | None = None,
) -> ToolServer:
    """Change a tool server; None leaves a field unchanged.

    An empty ``token`` or ``headers`` removes the value. If the address changes, an existing token and headers must be
    given again, because they are only sent to the address for which they were entered: else raises
    ``ToolServerInvalid``.
    """
    require_tool_manager(ctx)
    await ctx.limit(CHANGES, str(ctx.me.user_id))
    server = await access_tool_server(ctx, server_id, lock=True)
    if name is not None:
        server.name = rules.check_name(name)
    if url is not None:
        _move(server, rules.check_url(url), token, headers)
    if token is not None:
        server.sealed_token = _sealed(ctx, rules.check_token(token))
    if headers is not None:
        server.sealed_headers = _sealed(ctx, _lines(headers))
    if approval is not None:
        server.approval = rules.check_approval(approval)
    if enabled is not None:
        server.enabled = enabled
    given = {"name": name, "url": url, "token": token, "headers": headers, "approval": approval, "enabled": enabled}
    changed = [each for each, value in given.items() if value is not None]
    record(ctx, Action.CHANGE_TOOL_SERVER, name=server.name, changed=changed)
    return _changed(ctx, server)


async def remove_tool_server(ctx: Context, server_id: AnyId) -> None:
    """Remove a tool server. Rooms that have its tools work without them."""
    server = await access_tool_server(ctx, server_id, lock=True)
    record(ctx, Action.DELETE_TOOL_SERVER, name=server.name)
    await ctx.db.delete(server)
    ctx.emit(ToolServersChanged())


async def note_test(ctx: Context, server_id: AnyId, failure: ToolServerFailed | None) -> ToolServer:
    """Store the outcome of a test."""
    server = await access_tool_server(ctx, server_id, lock=True)
    server.tested_at, server.problem = ctx.now, failure.code if failure else None
    return _changed(ctx, server)


def _changed(ctx: Context, server: ToolServer) -> ToolServer:
    server.changed_at = ctx.now
    ctx.emit(ToolServersChanged())
    return server


def _move(server: ToolServer, url: str, token: str | None, headers: str | None) -> None:
    if url == server.url:
        return
    if (server.sealed_token and token is None) or (server.sealed_headers and headers is None):
        raise ToolServerInvalid("tool_server_token_again", field="token")
    server.url = url


def _lines(headers: str) -> str:
    return "\n".join(f"{name}: {content}" for name, content in rules.check_headers(headers))


def _sealed(ctx: Context, text: str) -> str | None:
    return seal(ctx.policy.keys, SEAL, text) if text else None
