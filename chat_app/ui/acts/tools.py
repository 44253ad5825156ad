"""The shapes of tools and tool servers."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from chat_app.core.kernel.texts.cleaning import cut
from chat_app.core.kernel.wire import timestamp
from chat_app.core.tools.ports import ToolInfo
from chat_app.core.tools.views import ToolServerView

SHOWN: Final = 50
"""The number of tools that a list shows, besides those that the room has."""


@dataclass
class ToolServerVar:
    """A tool server; ``tools`` is negative if it has not been asked yet."""

    id: str = ""
    name: str = ""
    url: str = ""
    has_token: bool = False
    headers: str = ""
    enabled: bool = True
    approval: str = "always"
    tested_at: str = ""
    problem: str = ""
    tools: int = -1


@dataclass
class ToolVar:
    """A tool. One that is ``away`` is of a server that does not list it now; one that is ``own`` is Parley's itself,
    and has its texts from the catalogue by that name.
    """

    id: str
    label: str
    own: str = ""
    description: str = ""
    waits: bool = False
    away: bool = False


@dataclass
class ToolGroupVar:
    """The tools of one source; it is empty for those built in."""

    source: str
    tools: list[ToolVar] = field(default_factory=list)


def tool_server_var(view: ToolServerView) -> ToolServerVar:
    """Return a server for the page."""
    return ToolServerVar(
        id=view.id,
        name=view.name,
        url=view.url,
        has_token=view.has_token,
        headers=", ".join(view.headers),
        enabled=view.enabled,
        approval=view.approval,
        tested_at=timestamp(view.tested_at) if view.tested_at else "",
        problem=view.problem or "",
        tools=-1 if view.tools is None else view.tools,
    )


def tool_var(info: ToolInfo, *, waits: bool) -> ToolVar:
    """Return a tool for the page."""
    first = info.description.split("\n", 1)[0]
    own = "" if info.source else info.id.removeprefix("builtin/")
    return ToolVar(info.id, info.label, own, cut(first, 200), waits)


def groups_of(
    listed: Sequence[ToolInfo], present: Collection[str], waits: Callable[[ToolInfo], bool]
) -> list[ToolGroupVar]:
    """Return the first tools by source, and all that the room has, also where their server is away."""
    shown = [info for index, info in enumerate(listed) if index < SHOWN or info.id in present]
    groups = [
        ToolGroupVar(source, [tool_var(info, waits=waits(info)) for info in infos])
        for source, infos in groupby(shown, key=lambda info: info.source)
    ]
    known = {info.id for info in listed}
    away = [ToolVar(id_, id_.partition("/")[2] or id_, away=True) for id_ in present if id_ not in known]
    return [*groups, ToolGroupVar("", away)] if away else groups
