"""The state of the page ``/admin/tools``. Every argument is hostile until a use case has checked it."""

from collections.abc import AsyncIterator
from typing import Any, Final

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.kernel.errors import DomainError
from chat_app.core.tools.checking import check_tool_server
from chat_app.core.tools.commands import add_tool_server, change_tool_server, remove_tool_server
from chat_app.core.tools.queries import list_tool_servers
from chat_app.ui.acts.tools import ToolServerVar, ToolVar, tool_server_var, tool_var
from chat_app.ui.fields import text_of, without_empty
from chat_app.ui.page_state import FormState, PageState, loading, submitting
from chat_app.ui.session import sender
from chat_app.ui.transport.answering import answering, close_dialog, refuse

_FIELDS: Final = ("name", "url", "token", "headers", "approval")


class ToolsState(PageState, FormState, rx.State):
    """The tool servers, and the tools that are built in."""

    servers: list[ToolServerVar] = []
    built_in: list[ToolVar] = []
    allowed: str = ""
    """The hosts that may be fetched without approval."""
    checking: str = ""
    """The id of the server that is being tested."""
    server: ToolServerVar = ToolServerVar()
    """The server that a dialog is about."""

    @rx.event
    async def load(self) -> None:
        """List the servers."""
        await _load(self)

    @rx.event
    async def choose(self, server: str) -> None:
        """Open a server in the dialog; a new one for an empty id."""
        self.problems = {}
        self.server = next((each for each in self.servers if server and each.id == server), ToolServerVar())

    @rx.event
    async def save(self, fields: dict[str, Any]) -> AsyncIterator[None]:
        """Add or change the server of the dialog, and test it."""
        about = self.server.id
        values = {name: text_of(fields, name) for name in _FIELDS}
        async with submitting(self, *_FIELDS) as ctx:
            if about:
                await change_tool_server(ctx, about, **without_empty(values, "token", "headers"))
            else:
                about = str((await add_tool_server(ctx, **values)).id)
            close_dialog(ctx, self, "server")
        if ctx.committed:
            await _load(self)
            async for _ in _check(self, about):
                yield

    @rx.event
    async def check(self, server: str) -> AsyncIterator[None]:
        """Test a server."""
        async for _ in _check(self, server):
            yield

    @rx.event
    async def enable(self, server: str, on: bool) -> None:
        """Enable a server, or disable it."""
        async with answering(self, server) as ctx:
            await change_tool_server(ctx, server, enabled=on)
        await _load(self)

    @rx.event
    async def remove(self) -> None:
        """Remove the server of the dialog."""
        async with answering(self, self.server.id) as ctx:
            await remove_tool_server(ctx, self.server.id)
        await _load(self)


async def _check(state: ToolsState, server: str) -> AsyncIterator[None]:
    here = runtime()
    state.checking = next((each.id for each in state.servers if each.id == server), "")
    yield
    try:
        await check_tool_server(here.work, here.toolbox, await sender(state), server)
        await here.toolbox.tools()  # list again, with the results of the test
    except DomainError as error:
        await refuse(state, server, error)
    state.checking = ""
    await _load(state)


async def _load(state: ToolsState) -> None:
    here = runtime()
    async with loading(state) as ctx:
        state.servers = [tool_server_var(each) for each in await list_tool_servers(ctx, here.toolbox)]
        state.built_in = [
            tool_var(each, waits=here.toolbox.needs_approval(each.id, {})) for each in here.toolbox.built_in()
        ]
        state.allowed = ", ".join(here.settings.tools_fetch_allow)
