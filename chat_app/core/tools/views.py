"""People's views of tools, and admins' views of servers. They never contain tokens and the contents of headers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from typing_extensions import TypedDict

from chat_app.core.kernel.context import Context
from chat_app.core.kernel.secrets.vault import unseal
from chat_app.core.kernel.wire import Timestamp, timestamp_or_none
from chat_app.core.tools.commands import SEAL
from chat_app.core.tools.ports import ToolInfo
from chat_app.core.tools.rules import check_approval, check_headers
from chat_app.core.tools.servers import ToolEndpoint, ToolServerHealth
from chat_app.core.tools.tables import ToolServer


class ToolJson(TypedDict):
    """A tool that rooms may have.

    `source` is the name of its server, empty for a built-in tool. `waits`: calls wait for a person's approval; for some
    tools, only calls that send data to an unknown host.
    """

    id: str
    label: str
    description: str
    source: str
    waits: bool


class ToolServerJson(TypedDict):
    """A tool server.

    `approval` says which calls wait for a person: `always`, `changes` (all calls except those of tools that the server
    declares read-only) or `never`. `problem` is the error code of the last test, or of a later failure; `tools` is the
    number of its tools, null before the first listing; `headers` are the names of the extra headers.
    """

    id: str
    name: str
    url: str
    has_token: bool
    headers: list[str]
    enabled: bool
    approval: str
    tested_at: Timestamp | None
    problem: str | None
    tools: int | None


@dataclass(frozen=True, slots=True)
class ToolServerView:
    """A tool server as admins see it."""

    id: str
    name: str
    url: str
    has_token: bool
    headers: tuple[str, ...]
    enabled: bool
    approval: str
    tested_at: datetime | None
    problem: str | None
    tools: int | None

    def as_json(self) -> ToolServerJson:
        """Return the shape in REST."""
        return {
            "id": self.id,
            "name": self.name,
            "url": self.url,
            "has_token": self.has_token,
            "headers": list(self.headers),
            "enabled": self.enabled,
            "approval": self.approval,
            "tested_at": timestamp_or_none(self.tested_at),
            "problem": self.problem,
            "tools": self.tools,
        }


def view_tool_server(ctx: Context, server: ToolServer, health: Mapping[str, ToolServerHealth]) -> ToolServerView:
    """Return a stored server as admins see it, with this process's knowledge of it."""
    known = health.get(str(server.id)) if server.enabled else None
    return ToolServerView(
        id=str(server.id),
        name=server.name,
        url=server.url,
        has_token=server.sealed_token is not None,
        headers=tuple(name for name, _ in _extra_headers(ctx, server)),
        enabled=server.enabled,
        approval=server.approval,
        tested_at=server.tested_at,
        problem=known.problem if known else server.problem,
        tools=known.tools if known and not known.problem else None,
    )


def open_tool_server(ctx: Context, server: ToolServer) -> ToolEndpoint:
    """Return the data to call a server.

    If the key that encrypted them is missing, the token and the headers are left out.
    """
    token = unseal(ctx.policy.keys, SEAL, server.sealed_token) if server.sealed_token else None
    shown = (("authorization", f"Bearer {token}"),) if token else ()
    return ToolEndpoint(
        id=str(server.id),
        name=server.name,
        url=server.url,
        headers=(*_extra_headers(ctx, server), *shown),
        approval=check_approval(server.approval),
        revision=server.changed_at.isoformat(),
    )


def tool_json(info: ToolInfo, *, waits: bool) -> ToolJson:
    """Return the shape of a tool in REST."""
    return {
        "id": info.id,
        "label": info.label,
        "description": info.description,
        "source": info.source,
        "waits": waits,
    }


def _extra_headers(ctx: Context, server: ToolServer) -> tuple[tuple[str, str], ...]:
    headers = unseal(ctx.policy.keys, SEAL, server.sealed_headers) if server.sealed_headers else None
    return check_headers(headers or "")
