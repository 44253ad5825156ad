"""Wire the parts of one process together."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from chat_app.adapters.jobs.runner import JobRunner
from chat_app.adapters.llm.factory import Gateway
from chat_app.adapters.tools.toolbox import SiteToolbox
from chat_app.bootstrap.database import build_work, database_answers, open_database
from chat_app.bootstrap.files import build_uploads, open_storage
from chat_app.bootstrap.hub import open_counters, open_hub
from chat_app.bootstrap.jobs import build_jobs
from chat_app.bootstrap.listeners import add_listeners
from chat_app.bootstrap.llm import build_answers, build_decisions, build_summaries, open_gateway, watch_connections
from chat_app.bootstrap.mail import build_mails
from chat_app.bootstrap.media import build_scanner, open_examiner
from chat_app.bootstrap.sign_in import offered_providers, open_auth
from chat_app.bootstrap.supervisor import Supervisor
from chat_app.bootstrap.tools import open_toolbox, watch_tools
from chat_app.core.ai.answers.writer import AnswerWriter
from chat_app.core.ai.asking.posting import Posting
from chat_app.core.ai.asking.publishing import Publishing
from chat_app.core.ai.dictating import Dictation
from chat_app.core.ai.drawing.painter import Painter
from chat_app.core.ai.images import StoredImages
from chat_app.core.ai.transcribing import Transcriber
from chat_app.core.ai.translating import Translator
from chat_app.core.auth.session_cache import SessionCache
from chat_app.core.files.copying import FileCopies
from chat_app.core.files.made import MadeFiles
from chat_app.core.files.ports import Storage
from chat_app.core.files.uploads import Uploads
from chat_app.core.identities.ports import Auth, Providers
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.effects import Background
from chat_app.core.live.ports import Hub
from chat_app.settings import Settings, get_settings
from chat_app.worker.connections import ConnectionWatch
from chat_app.worker.indexing import IndexWorker
from chat_app.worker.mails import MailSender
from chat_app.worker.tools import ToolWatch

ARRIVALS: Final = 6
"""The number of tabs that arrive at once: when everybody comes back, messages still get connections."""


@dataclass(slots=True)
class Runtime:
    """The parts that requests and pages use. ``start`` and ``stop`` belong to the server's lifespan."""

    settings: Settings
    engine: AsyncEngine
    work: UnitOfWork
    known: SessionCache
    posting: Posting
    hub: Hub
    gateway: Gateway
    connections: ConnectionWatch
    storage: Storage
    uploads: Uploads
    toolbox: SiteToolbox
    tools: ToolWatch
    writer: AnswerWriter
    translator: Translator
    dictation: Dictation
    publishing: Publishing
    mails: MailSender
    jobs: JobRunner
    providers: Providers
    auth: Auth
    slow: list[Background]
    """The listeners that work off the request."""
    supervisor: Supervisor
    stops: AsyncExitStack
    """The parts' stop functions, in the order of building. Those of parts that never started do nothing."""
    arrivals: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(ARRIVALS))
    """Held by a tab that arrives while it reads the database."""

    async def start(self) -> None:
        """Start the hub and the loops. A start that fails stops what has started."""
        async with self.stops as stops:
            await self.hub.start()
            await self.connections.begin()
            await self.tools.begin()
            self.supervisor.start(stops)
            self.stops = stops.pop_all()

    async def stop(self) -> None:
        """Stop all parts, the last one first, even where one fails: the loops, then what they used."""
        await self.stops.aclose()

    async def ready(self) -> dict[str, bool]:
        """Return which of the parts that a request needs are healthy."""
        database, hub = await asyncio.gather(database_answers(self.engine), self.hub.healthy())
        return {"database": database, "hub": hub}


def build(settings: Settings) -> Runtime:
    """Build the parts of a process from its settings, which must have a ``database_url``. Opens no connection yet."""
    stops, supervisor = AsyncExitStack(), Supervisor()
    engine, clock = open_database(settings, stops)
    auth = open_auth(settings, stops)
    counters = open_counters(settings, stops)
    hub = open_hub(settings, stops)
    work = build_work(settings, engine, clock, auth, counters)
    gateway = open_gateway(settings, stops)
    connections = watch_connections(work, gateway, hub, supervisor)
    storage = open_storage(settings, clock, stops)
    examiner = open_examiner(stops)
    uploads = build_uploads(settings, work, storage, examiner)
    toolbox = open_toolbox(settings, gateway, stops)
    tools = watch_tools(work, toolbox, hub, supervisor)
    known = SessionCache(work)
    slow = add_listeners(work, hub, auth, known, stops)
    images = StoredImages(storage, examiner)
    painter = Painter(gateway, MadeFiles(work, storage, examiner, build_scanner(settings)))
    writer = AnswerWriter(work, gateway, toolbox, limits=gateway.limits, images=images, painter=painter)
    build_answers(work, writer, stops, supervisor)  # stops before the hub: ends are still published
    build_decisions(work, gateway, stops, supervisor)
    build_summaries(work, gateway, stops)
    mails = build_mails(settings, work)
    transcriber = Transcriber(work, gateway, storage, limits=gateway.limits)
    jobs = build_jobs(settings, work, mails, storage, transcriber, supervisor)
    supervisor.add_finite("indexing", IndexWorker(work).index_all)
    providers = offered_providers(settings)
    return Runtime(
        settings,
        engine,
        work,
        known,
        Posting(work, gateway),
        hub,
        gateway,
        connections,
        storage,
        uploads,
        toolbox,
        tools,
        writer,
        Translator(work, gateway, limits=gateway.limits),
        Dictation(work, gateway, examiner, limits=gateway.limits),
        Publishing(work, FileCopies(work, storage)),
        mails,
        jobs,
        providers,
        auth,
        slow,
        supervisor,
        stops,
    )


@cache
def runtime() -> Runtime:
    """Return this process's parts."""
    return build(get_settings())
