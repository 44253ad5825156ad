"""Build the toolbox: the built-in tools that the settings allow, and what keeps the tool servers."""

from contextlib import AsyncExitStack

from chat_app.adapters.tools.built_in import BuiltIn
from chat_app.adapters.tools.calculator import Calculator
from chat_app.adapters.tools.draw_picture import DrawPicture
from chat_app.adapters.tools.mcp.servers import McpServers
from chat_app.adapters.tools.toolbox import SiteToolbox
from chat_app.adapters.tools.web.addresses import AllowList
from chat_app.adapters.tools.web.fetch import WebFetch
from chat_app.bootstrap.work.supervisor import Supervisor
from chat_app.core.ai.ports.gateway import LlmGateway
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.live.ports import Hub
from chat_app.settings import Settings
from chat_app.worker.watching.tools import ToolWatch


def open_toolbox(settings: Settings, gateway: LlmGateway, stops: AsyncExitStack) -> SiteToolbox:
    """Return the toolbox, without tool servers yet."""
    built_in: list[BuiltIn] = [Calculator()] if settings.tools_calculator else []
    if settings.tools_fetch:
        built_in.append(WebFetch(AllowList.of(settings.tools_fetch_allow)))
    built_in += [DrawPicture(gateway, freely=freely) for freely in (False, True)]
    toolbox = SiteToolbox(built_in, McpServers())
    stops.push_async_callback(toolbox.aclose)
    return toolbox


def watch_tools(work: UnitOfWork, toolbox: SiteToolbox, hub: Hub, supervisor: Supervisor) -> ToolWatch:
    """Return what keeps the toolbox's servers as the database has them."""
    watch = ToolWatch(work, toolbox, hub)
    work.listeners.append(watch.on_event)
    hub.subscribe(watch.hear, watch.missed)
    supervisor.add("tools", watch.keep)
    return watch
