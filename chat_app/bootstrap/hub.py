"""Build the hub, the counters of limits, and the counter of tabs: shared by Redis, else one per process."""

from contextlib import AsyncExitStack

from chat_app.adapters.counters import MemoryCounters, RedisCounters
from chat_app.adapters.hub.memory_hub import MemoryHub
from chat_app.adapters.hub.redis_hub import RedisHub
from chat_app.adapters.tabs import MemoryTabs, RedisTabs
from chat_app.bootstrap.secrets import revealed
from chat_app.bootstrap.work.supervisor import Supervisor
from chat_app.core.live.ports import Hub
from chat_app.settings import Settings


def open_hub(settings: Settings, stops: AsyncExitStack) -> Hub:
    """Return the hub, not yet started."""
    url = revealed(settings.redis_url)
    hub: Hub = RedisHub(url) if url else MemoryHub()
    stops.push_async_callback(hub.stop)
    return hub


def open_counters(settings: Settings, stops: AsyncExitStack) -> MemoryCounters | RedisCounters:
    """Return the counters of limits. Connects to nothing yet."""
    url = revealed(settings.redis_url)
    if url is None:
        return MemoryCounters()
    counters = RedisCounters(url)
    stops.push_async_callback(counters.aclose)
    return counters


def open_tabs(settings: Settings, stops: AsyncExitStack, supervisor: Supervisor) -> MemoryTabs:
    """Return the counter of open tabs. Connects to nothing yet."""
    url = revealed(settings.redis_url)
    if url is None:
        return MemoryTabs()
    tabs = RedisTabs(url)
    stops.push_async_callback(tabs.aclose)
    supervisor.add("tabs", tabs.run)
    return tabs
