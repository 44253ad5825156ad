"""Events that change the tools of a room. Every argument is hostile until a use case has checked it."""

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.access.permissions import Permission
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.rooms.access import access_room
from chat_app.core.tools.rules import switched
from chat_app.ui.acts.state import Acts
from chat_app.ui.acts.tools import groups_of
from chat_app.ui.transport.answering import answering


@rx.event
async def show_tools(state: Acts, room: str) -> None:
    """List the tools that the room may have."""
    toolbox = runtime().toolbox
    listed = await toolbox.tools()  # this may call servers, so no transaction is open
    async with answering(state, room) as ctx:
        access = await access_room(ctx, room, Permission.MANAGE_AI)
        state.tools = groups_of(listed, access.room.ai_tools, lambda info: toolbox.needs_approval(info.id, {}))


@rx.event
async def set_tool(state: Acts, room: str, tool: str, on: bool) -> None:
    """Allow a tool in the room, or forbid it."""
    listed = await runtime().toolbox.tools()
    async with answering(state, room) as ctx:
        await set_ai(ctx, [], room, tools=switched(listed, tool, on=on))
