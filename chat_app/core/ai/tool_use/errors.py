"""Errors of tool calls."""

from chat_app.core.kernel.errors import Conflict, NotFound


class ToolCallNotFound(NotFound):
    """No such call in a room that the actor may see."""

    default_code = "tool_call_not_found"


class ToolNotInRoom(Conflict):
    """The room does not have the tool any more, so its call can only be refused."""

    default_code = "tool_not_in_room"


class ToolCallDecided(Conflict):
    """The call does not wait any more: it was approved or refused, or its answer has ended."""

    default_code = "tool_call_decided"
