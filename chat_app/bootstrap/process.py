"""Wire the parts of one process together."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from chat_app.adapters.jobs.runner import JobRunner
from chat_app.adapters.llm.factory import Gateway
from chat_app.adapters.media.process_examiner import ProcessExaminer
from chat_app.adapters.tabs import MemoryTabs
from chat_app.adapters.tools.toolbox import SiteToolbox
from chat_app.bootstrap.adapters import open_adapters
from chat_app.bootstrap.ai.gateway import build_answers, watch_connections
from chat_app.bootstrap.ai.tools import watch_tools
from chat_app.bootstrap.database import build_work, database_answers
from chat_app.bootstrap.files.media import build_scanner
from chat_app.bootstrap.files.storage import build_uploads
from chat_app.bootstrap.hub import open_tabs
from chat_app.bootstrap.mail import build_mails
from chat_app.bootstrap.payments import build_payments
from chat_app.bootstrap.sign_in.openid_provider import open_hydra, open_provider
from chat_app.bootstrap.sign_in.organisations import open_directory
from chat_app.bootstrap.sign_in.providers import offered_providers
from chat_app.bootstrap.site import watch_site
from chat_app.bootstrap.work.jobs import build_jobs
from chat_app.bootstrap.work.listeners import add_listeners
from chat_app.bootstrap.work.supervisor import Supervisor
from chat_app.core.administration.overview import Figures
from chat_app.core.ai.answers.writing.writer import AnswerWriter
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.ai.asking.publishing import Publishing
from chat_app.core.ai.drawing.painter import Painter
from chat_app.core.ai.images import StoredImages
from chat_app.core.ai.speech.reading_aloud import ReadingAloud
from chat_app.core.ai.transcription.dictating import Dictation
from chat_app.core.ai.translating import Translator
from chat_app.core.applications.authorization.hydra import HydraSteps
from chat_app.core.applications.ports import OpenIdProtocol
from chat_app.core.auth.sessions.cache import SessionCache
from chat_app.core.files.attached.copying import FileCopies
from chat_app.core.files.objects.made import MadeFiles
from chat_app.core.files.objects.uploads import Uploads
from chat_app.core.files.storage.ports import Storage
from chat_app.core.identities.ports import Auth, PasswordDirectory, Providers
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.work.effects import Background, guarded
from chat_app.core.live.ports import Hub
from chat_app.core.payments.service import Payments
from chat_app.core.pictures.branding import BrandPictures
from chat_app.core.pictures.pictures import Pictures
from chat_app.settings import Settings, get_settings
from chat_app.traffic.precedence import Precedence
from chat_app.worker.indexing import IndexWorker
from chat_app.worker.mails import MailSender
from chat_app.worker.watching.connections import ConnectionWatch
from chat_app.worker.watching.site import SiteWatch
from chat_app.worker.watching.tools import ToolWatch

ARRIVALS: Final = 6
"""The number of tabs that arrive at once: when all tabs reconnect, messages still get connections."""


@dataclass(slots=True)
class Runtime:
    """The parts that requests and pages use. ``start`` and ``stop`` belong to the server's lifespan."""

    settings: Settings
    engine: AsyncEngine
    work: UnitOfWork
    known: SessionCache
    site: SiteWatch
    posting: Posting
    hub: Hub
    gateway: Gateway
    connections: ConnectionWatch
    storage: Storage
    uploads: Uploads
    pictures: Pictures
    toolbox: SiteToolbox
    tools: ToolWatch
    writer: AnswerWriter
    translator: Translator
    dictation: Dictation
    reading_aloud: ReadingAloud
    publishing: Publishing
    mails: MailSender
    payments: Payments
    jobs: JobRunner
    providers: Providers
    directory: PasswordDirectory | None
    auth: Auth
    slow: list[Background]
    """The listeners that run in the background, outside the request."""
    supervisor: Supervisor
    open_tabs: MemoryTabs
    hydra: HydraSteps | None
    """The steps that answer a Hydra, or None without a Hydra."""
    stops: AsyncExitStack
    """The parts' stop functions, in the order of building. Those of parts that never started do nothing."""
    arrivals: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(ARRIVALS))
    """Acquired by a tab while its arrival reads the database."""
    figures: Figures = field(default_factory=Figures)
    messages: Precedence = field(init=False)
    """Whether a message is being written, which takes precedence over other work."""
    brand: BrandPictures = field(init=False)
    openid: OpenIdProtocol | None = field(init=False)
    """Parley as an OpenID provider, or None if that is off."""

    def __post_init__(self) -> None:
        """Create what needs the unit of work alone."""
        self.messages = Precedence(lambda: self.posting.under_way)
        self.brand = BrandPictures(self.pictures)
        self.openid = open_provider(self.settings)

    async def start(self) -> None:
        """Start the hub and the loops. A start that fails stops what has started."""
        async with self.stops as stops:
            await self.hub.start()
            await self.site.begin()
            await self.connections.begin()
            await guarded(self.gateway.prepare)  # before the process accepts requests: the first ones need not wait
            await self.tools.begin()
            self.supervisor.start(stops)
            self.stops = stops.pop_all()

    async def stop(self) -> None:
        """Stop all parts in reverse order, even if one fails: first the loops, then what they use."""
        await self.stops.aclose()

    async def ready(self) -> dict[str, bool]:
        """Return which of the parts that a request needs are healthy."""
        database, hub = await asyncio.gather(database_answers(self.engine), self.hub.healthy())
        return {"database": database, "hub": hub}


def build(settings: Settings) -> Runtime:
    """Build the parts of a process from its settings, which must have a ``database_url``. Opens no connection yet."""
    stops, supervisor = AsyncExitStack(), Supervisor()
    adapters = open_adapters(settings, stops)
    gateway, hub, storage, examiner = adapters.gateway, adapters.hub, adapters.storage, adapters.examiner
    work = build_work(settings, adapters.engine, adapters.clock, adapters.auth, adapters.counters)
    slow = add_listeners(settings, work, hub, adapters.auth, known := SessionCache(work), stops)
    painter = Painter(gateway, MadeFiles(work, storage, examiner, build_scanner(settings)))
    writer = build_answers(work, gateway, adapters.toolbox, StoredImages(storage, examiner), painter, stops, supervisor)
    mails, payments = build_mails(settings, work), build_payments(settings, work, stops)
    hydra, site = open_hydra(settings, work, stops), watch_site(work, hub, supervisor)
    supervisor.add_finite("indexing", IndexWorker(work).index_all)
    return Runtime(
        settings,
        adapters.engine,
        work,
        known,
        site,
        Posting(work, gateway),
        hub,
        gateway,
        watch_connections(work, gateway, hub, supervisor),
        storage,
        build_uploads(settings, work, storage, examiner),
        Pictures(work, storage, examiner),
        adapters.toolbox,
        watch_tools(work, adapters.toolbox, hub, supervisor),
        writer,
        *_words(work, gateway, examiner),
        Publishing(work, FileCopies(work, storage)),
        mails,
        payments,
        build_jobs(settings, work, mails, storage, gateway, payments, site, hydra, supervisor),
        *_ways_in(settings, adapters.auth),
        slow,
        supervisor,
        open_tabs(settings, stops, supervisor),
        hydra,
        stops,
    )


def _words(work: UnitOfWork, gateway: Gateway, examiner: ProcessExaminer) -> tuple[Translator, Dictation, ReadingAloud]:
    """Return what turns words into others: of another language, written or spoken."""
    limits = gateway.limits
    return (
        Translator(work, gateway, limits=limits),
        Dictation(work, gateway, examiner, limits=limits),
        ReadingAloud(work, gateway, limits=limits),
    )


def _ways_in(settings: Settings, auth: Auth) -> tuple[Providers, PasswordDirectory | None, Auth]:
    """Return what lets people in."""
    return offered_providers(settings), open_directory(settings), auth


@cache
def runtime() -> Runtime:
    """Return this process's parts."""
    return build(get_settings())
