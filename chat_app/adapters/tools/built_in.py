"""The interface of a tool of Parley itself."""

from collections.abc import Mapping
from typing import Any, Protocol

from chat_app.core.tools.ports import ToolInfo, ToolResult


class BuiltIn(Protocol):
    """A tool of Parley itself."""

    info: ToolInfo
    seconds: float
    """The most that a call may take."""

    async def is_there(self) -> bool:
        """Return whether rooms may have it now."""
        ...

    def needs_approval(self, arguments: Mapping[str, Any]) -> bool:
        """Return whether a person has to approve this call."""
        ...

    async def call(self, arguments: Mapping[str, Any]) -> ToolResult:
        """Call the tool. Every error becomes a failed result."""
        ...
