"""Settings → adapters → the running parts. The only place that picks implementations."""

import asyncio
from dataclasses import dataclass, replace
from functools import cache

from limits.aio.strategies import SlidingWindowCounterRateLimiter
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from chat_app.adapters.auth.config import GITHUB, GOOGLE, KratosConfig
from chat_app.adapters.auth.factory import ProviderConfig, build_auth, build_providers
from chat_app.adapters.counters import MemoryCounters, RedisCounters
from chat_app.adapters.hub.memory_hub import MemoryHub
from chat_app.adapters.hub.redis_hub import RedisHub
from chat_app.adapters.jobs.procrastinate_queue import ProcrastinateQueue
from chat_app.adapters.jobs.runner import JobRunner
from chat_app.adapters.llm.factory import LlmConfig, Provider, build_gateway
from chat_app.adapters.mail.kept_mailer import KeptMailer
from chat_app.adapters.mail.smtp_mailer import SmtpMailer
from chat_app.adapters.mail.wording import CatalogueWording
from chat_app.adapters.postgres import DatabaseClock, open_engine
from chat_app.core.accounts.events import PersonChanged, ReceiptsChanged
from chat_app.core.ai.ports import LlmGateway
from chat_app.core.ai.writer import AnswerWriter
from chat_app.core.auth.events import SessionsRevoked
from chat_app.core.identities.ports import Auth, Providers
from chat_app.core.kernel.context import Policy, UnitOfWork
from chat_app.core.kernel.effects import Background
from chat_app.core.live.feed import Feed
from chat_app.core.live.people import People, Presences
from chat_app.core.live.ports import Hub
from chat_app.core.mail.ports import Mailer
from chat_app.core.people.events import PresencesChanged
from chat_app.settings import Settings, get_settings
from chat_app.web_session import cookie_name
from chat_app.worker.answers import AnswerWorker
from chat_app.worker.indexing import IndexWorker
from chat_app.worker.jobs import handlers
from chat_app.worker.mails import MailSender

READY_SECONDS = 2.0
"""How long the database has to say that it is well."""

_WRITES = text("SELECT current_setting('transaction_read_only')")


@dataclass(slots=True)
class Runtime:
    """The parts of one process, wired together. ``start`` and ``stop`` belong to the server's lifespan."""

    settings: Settings
    engine: AsyncEngine
    work: UnitOfWork
    hub: Hub
    counters: MemoryCounters | RedisCounters
    gateway: LlmGateway
    writer: AnswerWriter
    answers: AnswerWorker
    mails: MailSender
    jobs: JobRunner
    indexes: IndexWorker
    providers: Providers
    auth: Auth
    slow: list[Background]
    """The listeners that work off the request."""
    _warming: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to carry ops, to write answers and to do jobs. What the first answer needs is loaded meanwhile."""
        await self.hub.start()
        await self.answers.start()
        await self.jobs.start()
        await self.indexes.start()
        self._warming = asyncio.create_task(self.gateway.warm_up())

    async def stop(self) -> None:
        """End what runs, the answers first, so that their ends are still told."""
        if self._warming:
            self._warming.cancel()
        await asyncio.gather(self.answers.stop(), self.jobs.stop(), self.indexes.stop())
        await asyncio.gather(*(each.stop() for each in self.slow))
        await self.gateway.aclose()
        await self.hub.stop()
        if isinstance(self.counters, RedisCounters):
            await self.counters.aclose()
        await self.auth.aclose()
        await self.engine.dispose()

    async def ready(self) -> dict[str, bool]:
        """Which of the parts that a request needs are well."""
        database, hub = await asyncio.gather(self._database_answers(), self.hub.healthy())
        return {"database": database, "hub": hub}

    async def _database_answers(self) -> bool:
        # A frozen one cannot even be cancelled at once.
        asked = asyncio.create_task(self._ask_database())
        await asyncio.wait({asked}, timeout=READY_SECONDS)
        return asked.done() and asked.result()

    async def _ask_database(self) -> bool:
        try:
            async with self.engine.connect() as connection:
                return bool(await connection.scalar(_WRITES) == "off")
        except (SQLAlchemyError, OSError):
            return False


def build(settings: Settings) -> Runtime:
    """Wire up a process by its settings; ``database_url`` must be set by now. Connects to nothing yet."""
    assert settings.database_url is not None, "the launcher sets DATABASE_URL to the embedded database"
    clock = DatabaseClock()
    url = settings.database_url.get_secret_value()
    engine = open_engine(url, clock)
    redis_url = _revealed(settings.redis_url)
    hub: Hub = RedisHub(redis_url) if redis_url else MemoryHub()
    counters = RedisCounters(redis_url) if redis_url else MemoryCounters()
    auth = build_auth(kratos_config(settings), cookie_name(settings.origin))
    limits = (settings.sign_up, settings.session_days, settings.message_max_chars)
    policy = Policy(*limits, mail_leaves=settings.smtp_url is not None, account_page=auth.account_page)
    if secret := _revealed(settings.secret_key):
        policy = replace(policy, secret=secret.encode())
    # Not by moving windows: in memory, they take a thread for everybody who is counted, at every hit.
    limiter = SlidingWindowCounterRateLimiter(counters)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    queue = ProcrastinateQueue()
    work = UnitOfWork(sessions, policy, limiter, clock=clock, remote_limits=redis_url is not None, jobs=queue)
    gateway = build_gateway(_llm_config(settings))
    writer = AnswerWriter(work, gateway, settings.default_model)
    answers = AnswerWorker(writer)
    mails = MailSender(work, _mailer(settings), CatalogueWording(settings.origin))
    jobs = JobRunner(url, handlers(work, mails), clock)
    slow = [
        Background(People(work), PersonChanged, ReceiptsChanged),
        Background(Presences(work), PresencesChanged),
        Background(auth.on_event, SessionsRevoked),
    ]
    work.listeners += [Feed(hub), writer.on_event, answers.on_event, *slow]
    providers = build_providers(_providers(settings))
    background = (writer, answers, mails, jobs, IndexWorker(work))
    return Runtime(settings, engine, work, hub, counters, gateway, *background, providers, auth, slow)


def _mailer(settings: Settings) -> Mailer:
    url = _revealed(settings.smtp_url)
    return SmtpMailer(url, settings.mail_from) if url else KeptMailer()


def kratos_config(settings: Settings) -> KratosConfig | None:
    """The Kratos that keeps passwords and sessions, if one does."""
    public, admin = settings.kratos_public_url, settings.kratos_admin_url
    if not (public and admin):
        return None
    public = public.rstrip("/")
    browser = (settings.kratos_browser_url or public).rstrip("/")
    return KratosConfig(public, admin.rstrip("/"), browser, settings.kratos_session_cookie)


def _providers(settings: Settings) -> list[ProviderConfig]:
    """Who is offered on the sign-in page, in this order; nobody, where that is not Parley's own."""
    if settings.kratos_public_url:
        return []
    issuers = {"google": GOOGLE, "github": settings.github_base_url or GITHUB, "oidc": settings.oidc_issuer}
    names = {"google": "Google", "github": "GitHub", "oidc": settings.oidc_name}
    return [
        ProviderConfig(
            provider,
            names[provider],
            issuer.rstrip("/"),
            client_id,
            _revealed(getattr(settings, f"{provider}_client_secret")),
        )
        for provider, issuer in issuers.items()
        if issuer and (client_id := getattr(settings, f"{provider}_client_id"))
    ]


def _llm_config(settings: Settings) -> LlmConfig:
    providers = {}
    for name in ("openai", "anthropic", "gemini"):
        if key := _revealed(getattr(settings, f"{name}_api_key")):
            providers[name] = Provider(key, getattr(settings, f"{name}_base_url"))
    if settings.ollama_base_url:
        providers["ollama"] = Provider(base_url=settings.ollama_base_url)
    if settings.compatible_base_url:
        key = _revealed(settings.compatible_api_key)
        providers["compatible"] = Provider(key, settings.compatible_base_url, settings.compatible_models)
    return LlmConfig(providers)


def _revealed(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


@cache
def runtime() -> Runtime:
    """This process's parts."""
    return build(get_settings())
