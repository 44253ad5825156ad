"""Open the adapters that the settings pick."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from chat_app.adapters.counters import MemoryCounters, RedisCounters
from chat_app.adapters.llm.factory import Gateway
from chat_app.adapters.media.process_examiner import ProcessExaminer
from chat_app.adapters.postgres import DatabaseClock
from chat_app.adapters.tools.toolbox import SiteToolbox
from chat_app.bootstrap.ai.gateway import open_gateway
from chat_app.bootstrap.ai.tools import open_toolbox
from chat_app.bootstrap.database import open_database
from chat_app.bootstrap.files.media import open_examiner
from chat_app.bootstrap.files.storage import open_storage
from chat_app.bootstrap.hub import open_counters, open_hub
from chat_app.bootstrap.sign_in.providers import open_auth
from chat_app.core.files.storage.ports import Storage
from chat_app.core.identities.ports import Auth
from chat_app.core.live.ports import Hub
from chat_app.settings import Settings


@dataclass(frozen=True, slots=True)
class Adapters:
    """The adapters of a process: each is opened once, and closed with the process."""

    engine: AsyncEngine
    clock: DatabaseClock
    auth: Auth
    counters: MemoryCounters | RedisCounters
    hub: Hub
    gateway: Gateway
    storage: Storage
    examiner: ProcessExaminer
    toolbox: SiteToolbox


def open_adapters(settings: Settings, stops: AsyncExitStack) -> Adapters:
    """Open the adapters; ``stops`` closes them, the last one first."""
    engine, clock = open_database(settings, stops)
    auth = open_auth(settings, stops)
    counters = open_counters(settings, stops)
    hub = open_hub(settings, stops)
    gateway = open_gateway(settings, stops)
    storage = open_storage(settings, clock, stops)
    examiner = open_examiner(stops)
    toolbox = open_toolbox(settings, gateway, stops)
    return Adapters(engine, clock, auth, counters, hub, gateway, storage, examiner, toolbox)
