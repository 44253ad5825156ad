"""List the tools that rooms may have, and manage tool servers as a site admin; other people get not found."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from chat_app.api.auth import ActorInSession, InSession, ListedTools, Parts, Reading
from chat_app.api.cursors import whole
from chat_app.api.shapes import RequestBody
from chat_app.core.kernel.wire import PageJson
from chat_app.core.tools import commands
from chat_app.core.tools.checking import check_tool_server
from chat_app.core.tools.queries import list_tool_servers
from chat_app.core.tools.tables import ToolServer
from chat_app.core.tools.views import ToolJson, ToolServerJson, tool_json, view_tool_server

router = APIRouter(tags=["tools"])

Text = Annotated[str, Field(max_length=20_000)]


class NewToolServer(RequestBody):
    """A server of tools, by its address of streamable HTTP.

    `headers` has one `name: value` per line. `approval` says which calls wait for a person: `always`, `changes` (all
    calls except those of tools that the server declares read-only) or `never`.
    """

    name: Text
    url: Text
    token: Text = ""
    headers: Text = ""
    approval: Text = "always"


class ChangedToolServer(RequestBody):
    """The changes of a tool server; an empty `token` or `headers` removes the value.

    With a new `url`, they must be given again.
    """

    name: Text | None = None
    url: Text | None = None
    token: Text | None = None
    headers: Text | None = None
    approval: Text | None = None
    enabled: bool | None = None


def _json(ctx: Reading, parts: Parts, server: ToolServer) -> ToolServerJson:
    return view_tool_server(ctx, server, parts.toolbox.health()).as_json()


@router.get("/tools")
async def list_tools(parts: Parts, tools: ListedTools, ctx: Reading) -> PageJson[ToolJson]:
    """List the tools that rooms may have: built-in tools, then tools of tool servers.

    Those of an unreachable server are missing.
    """
    return whole([tool_json(each, waits=parts.toolbox.needs_approval(each.id, {})) for each in tools])


@router.get("/admin/tools")
async def read_tool_servers(ctx: Reading, parts: Parts) -> PageJson[ToolServerJson]:
    """List the tool servers. Tokens are never shown."""
    return whole([each.as_json() for each in await list_tool_servers(ctx, parts.toolbox)])


@router.post("/admin/tools", status_code=201)
async def add_tool_server(ctx: InSession, parts: Parts, body: NewToolServer) -> ToolServerJson:
    """Add a tool server. Rooms may have its tools at once."""
    return _json(ctx, parts, await commands.add_tool_server(ctx, **body.model_dump()))


@router.patch("/admin/tools/{server_id}")
async def change_tool_server(ctx: InSession, parts: Parts, server_id: str, body: ChangedToolServer) -> ToolServerJson:
    """Change a tool server, in every process at once."""
    return _json(ctx, parts, await commands.change_tool_server(ctx, server_id, **body.model_dump()))


@router.delete("/admin/tools/{server_id}", status_code=204)
async def remove_tool_server(ctx: InSession, server_id: str) -> None:
    """Remove a tool server. Rooms that have its tools work without them."""
    await commands.remove_tool_server(ctx, server_id)


@router.post("/admin/tools/{server_id}/test")
async def test_tool_server(actor: ActorInSession, parts: Parts, server_id: str) -> ToolServerJson:
    """Ask a tool server for its tools. `problem` is the code of an error, or empty."""
    return (await check_tool_server(parts.work, parts.toolbox, actor, server_id)).as_json()
