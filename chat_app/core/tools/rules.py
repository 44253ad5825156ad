"""Rules of tools: pure checks of what admins type, and of the tools that a room is to have."""

from collections.abc import Callable, Collection, Sequence
from typing import Final

from chat_app.core.kernel.checks.endpoints import is_http_address, is_printable, parse_headers
from chat_app.core.kernel.texts.cleaning import clean_line, clean_name
from chat_app.core.tools.errors import ToolServerInvalid, ToolsFull, ToolUnknown
from chat_app.core.tools.ports import ToolInfo
from chat_app.core.tools.servers import APPROVALS, Approval

NAME_MAX: Final = 60
URL_MAX: Final = 500
TOKEN_MAX: Final = 4_000
OF_ROOM_MAX: Final = 50

Change = Callable[[Sequence[str]], list[str]]
"""A change of the ids of a room's tools."""


def check_name(value: str) -> str:
    """Return a name in storable form. Raises ``ToolServerInvalid``."""
    name = clean_name(value)
    if not 1 <= len(name) <= NAME_MAX:
        raise ToolServerInvalid(field="name", maximum=NAME_MAX)
    return name


def check_url(value: str) -> str:
    """Return an address of HTTP, which may be private: only admins choose it. Raises ``ToolServerInvalid``."""
    url = clean_line(value)
    if not is_http_address(url, URL_MAX, query=True):
        raise ToolServerInvalid("tool_server_url_invalid", field="url")
    return url


def check_token(value: str) -> str:
    """Return a token for the ``Bearer`` header. Raises ``ToolServerInvalid``."""
    token = clean_line(value).removeprefix("Bearer ")
    if token and not is_printable(token, TOKEN_MAX):
        raise ToolServerInvalid("tool_server_token_invalid", field="token")
    return token


def check_headers(value: str) -> tuple[tuple[str, str], ...]:
    """Return headers that were typed one a line, as ``name: value``. Raises ``ToolServerInvalid``."""
    headers = parse_headers(value, TOKEN_MAX)
    if headers is None:
        raise ToolServerInvalid("tool_server_headers_invalid", field="headers")
    return headers


def check_approval(value: object) -> Approval:
    """Return which calls wait for a person. Raises ``ToolServerInvalid``."""
    for approval in APPROVALS:
        if approval == value:
            return approval
    raise ToolServerInvalid("tool_server_approval_invalid", field="approval")


def chosen(listed: Collection[ToolInfo], tools: Sequence[str]) -> Change:
    """Return the change to exactly these ``tools``: of the ``listed`` ones, and of those that the room already has,
    whose server may be unavailable. The change raises ``ToolUnknown`` and ``ToolsFull``.
    """
    known = {info.id for info in listed}

    def change(present: Sequence[str]) -> list[str]:
        wanted = list(dict.fromkeys(tools))
        for tool in wanted:
            if tool not in known and tool not in present:
                raise ToolUnknown(field="tools", tool=clean_line(tool)[:100])
        if len(wanted) > max(OF_ROOM_MAX, len(present)):
            raise ToolsFull(field="tools", maximum=OF_ROOM_MAX)
        return wanted

    return change


def switched(listed: Collection[ToolInfo], tool: str, *, on: bool) -> Change:
    """Return the change that adds one tool to the room, or removes it. The change raises as :func:`chosen`."""

    def change(present: Sequence[str]) -> list[str]:
        others = [each for each in present if each != tool]
        return chosen(listed, [*others, tool] if on else others)(present)

    return change
