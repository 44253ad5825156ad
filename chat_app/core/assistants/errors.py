"""Errors of assistants."""

from chat_app.core.kernel.errors import Conflict, Invalid, NotFound


class AssistantNotFound(NotFound):
    """No such assistant, or it is another person's and not shared with the actor."""

    default_code = "assistant_not_found"


class HandleInvalid(Invalid):
    """A handle has the form of a username."""

    default_code = "assistant_handle_invalid"


class HandleTaken(Conflict):
    """A person, a model or another assistant has this handle, or mentions use it."""

    default_code = "assistant_handle_taken"


class AssistantNameInvalid(Invalid):
    """An assistant's name must have 1 to ``maximum`` characters."""

    default_code = "assistant_name_invalid"


class AssistantDescriptionTooLong(Invalid):
    """An assistant's description has at most ``maximum`` characters."""

    default_code = "assistant_description_too_long"


class ToolsInvalid(Invalid):
    """An assistant's tools are at most ``maximum`` ids of tools."""

    default_code = "assistant_tools_invalid"


class AssistantsFull(Conflict):
    """The owner already has ``maximum`` assistants."""

    default_code = "assistants_full"
