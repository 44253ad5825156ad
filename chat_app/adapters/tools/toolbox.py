"""The toolbox of the tools that are built in."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import structlog

from chat_app.core.tools.ports import ToolInfo, ToolResult

CALL_SECONDS: Final = 30.0

log = structlog.get_logger()


class BuiltinTool(Protocol):
    """A tool that is built in."""

    info: ToolInfo

    def needs_approval(self, arguments: Mapping[str, Any]) -> bool:
        """Return whether a person has to approve a call with these arguments."""
        ...

    async def call(self, arguments: Mapping[str, Any]) -> ToolResult:
        """Do what the tool is for."""
        ...


class BuiltinToolbox:
    """The tools that are built in, by their ids."""

    def __init__(self, tools: Sequence[BuiltinTool]) -> None:
        self._tools = {tool.info.id: tool for tool in tools}

    async def tools(self) -> list[ToolInfo]:
        """Return all tools."""
        return [tool.info for tool in self._tools.values()]

    def needs_approval(self, tool_id: str, arguments: Mapping[str, Any]) -> bool:
        """Return whether a person has to approve this call; of what is not known, they have to."""
        tool = self._tools.get(tool_id)
        return tool is None or tool.needs_approval(arguments)

    async def call(self, tool_id: str, arguments: Mapping[str, Any]) -> ToolResult:
        """Call the tool. Whatever goes wrong is a failed result."""
        tool = self._tools.get(tool_id)
        if tool is None:
            return ToolResult("There is no such tool.", failed=True)
        try:
            async with asyncio.timeout(CALL_SECONDS):
                return await tool.call(arguments)
        except TimeoutError:
            return ToolResult("The tool did not answer in time.", failed=True)
        except Exception:
            log.exception("builtin_tool_failed", tool=tool_id)
            return ToolResult("The tool failed.", failed=True)

    async def aclose(self) -> None:
        """Release nothing: these tools keep no connections."""
