"""The port of tools: the functions that models may call while they answer, and the results. It names no server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class ToolInfo:
    """A tool that rooms may have.

    `id` is `builtin/name`, or `server/name` with the id of a tool server. Models call it by `name`: letters, digits,
    `_` and `-`, 64 at most, unique among the offered tools. `parameters` is a JSON Schema of an object. `source` is the
    label of its server, empty for a built-in tool. `description` is for models; that of a tool server is not trusted.
    """

    id: str
    name: str
    label: str
    description: str
    parameters: Mapping[str, Any]
    source: str = ""


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file that a tool has made, to attach to the answer's message; the `caption` describes it.

    `note` is for the run's record, such as the usage; a file of a tool server has none.
    """

    name: str
    mime_type: str
    data: bytes = field(repr=False)
    caption: str = ""
    note: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToolResult:
    """The result of a call, as text for the model and for people; if it `failed`, an error text.

    With a `code` for the error, people get a text in their language. It may have `files`; with `needs_files` they are
    its purpose, so that the call has failed if one cannot be stored.
    """

    text: str
    failed: bool = False
    code: str = ""
    files: tuple[MadeFile, ...] = ()
    needs_files: bool = False


class Toolbox(Protocol):
    """Access to every tool that the site has."""

    async def tools(self) -> list[ToolInfo]:
        """Return the tools that rooms may have now, those built in first. A server that is away has none."""
        ...

    def needs_approval(self, tool_id: str, arguments: Mapping[str, Any]) -> bool:
        """Return whether a person has to approve this call: something leaves the server by it, or is changed."""
        ...

    async def price(self, tool_id: str) -> int:
        """Return the maximum cost of a call, in millionths of a US dollar; 0 if it is free or unknown."""
        ...

    async def call(self, tool_id: str, arguments: Mapping[str, Any]) -> ToolResult:
        """Call the tool, within its own time-out and size limit. Every error becomes a failed result."""
        ...

    async def aclose(self) -> None:
        """Release connections."""
        ...
