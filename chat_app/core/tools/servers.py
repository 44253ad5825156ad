"""The port of tool servers: the servers that admins connect, and their state."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, get_args

from chat_app.core.tools.ports import ToolInfo

Approval = Literal["always", "changes", "never"]
"""Which calls wait for a person: all, all but those of tools that the server calls read-only, or none."""

APPROVALS: tuple[Approval, ...] = get_args(Approval)


@dataclass(frozen=True, slots=True)
class ToolEndpoint:
    """A tool server that can be called. What has been listed of it is out of date once its ``revision`` is another."""

    id: str
    name: str
    url: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    approval: Approval = "always"
    revision: str = ""


@dataclass(frozen=True, slots=True)
class ToolServerHealth:
    """Hold this process's view of a server: its number of tools, and the code of its latest error."""

    tools: int
    problem: str | None = None


class ToolServers(Protocol):
    """The tool servers as admins configure them."""

    def connect(self, endpoints: Collection[ToolEndpoint]) -> None:
        """Replace the servers that are enabled."""
        ...

    def health(self) -> Mapping[str, ToolServerHealth]:
        """Return the known state of the servers that have been asked, by their ids."""
        ...

    def built_in(self) -> Sequence[ToolInfo]:
        """Return the tools that Parley itself has here."""
        ...

    async def probe(self, endpoint: ToolEndpoint) -> int:
        """Ask a server for its tools; return their number. Raises ``ToolServerFailed``."""
        ...
