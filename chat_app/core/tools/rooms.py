"""Choose the tools of a room."""

from typing import Protocol

from chat_app.core.tools.ports import Toolbox, ToolInfo


class HasTools(Protocol):
    """A room, or the known part of one."""

    @property
    def ai_tools(self) -> list[str]:
        """The ids of the tools that its models may call."""
        ...


async def tools_of_room(room: HasTools, toolbox: Toolbox) -> list[ToolInfo]:
    """Return the tools of a room that there are now, in the toolbox's order. Asks tool servers: call it outside of
    transactions.
    """
    chosen = set(room.ai_tools)
    return [tool for tool in await toolbox.tools() if tool.id in chosen] if chosen else []
