"""Errors of tools and their servers."""

from chat_app.core.kernel.errors import Conflict, DomainError, Invalid, NotFound


class ToolServerNotFound(NotFound):
    """The server does not exist, or the actor is not an admin of the site."""

    default_code = "tool_server_not_found"


class ToolServerInvalid(Invalid):
    """A value of a server is not acceptable: ``field`` names it, the code says why."""

    default_code = "tool_server_name_invalid"


class ToolServersFull(Conflict):
    """The site has ``maximum`` servers."""

    default_code = "tool_servers_full"


class ToolServerFailed(DomainError):
    """A server could not be called. The code says why."""

    default_code = "tool_server_unreachable"


class ToolUnknown(Invalid):
    """The site has no such ``tool``, or its server is away."""

    default_code = "tool_unknown"


class ToolsFull(Invalid):
    """A room has ``maximum`` tools at most."""

    default_code = "tools_full"
