"""Build the database connections, and the unit of work on them."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, Final

from limits.aio.strategies import SlidingWindowCounterRateLimiter
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from chat_app.adapters.counters import MemoryCounters, RedisCounters
from chat_app.adapters.jobs.procrastinate_queue import ProcrastinateQueue
from chat_app.adapters.postgres import DatabaseClock, open_engine
from chat_app.bootstrap.keys import open_keyring
from chat_app.bootstrap.secrets import revealed
from chat_app.bootstrap.sign_in.organisations import policy_of_organisations
from chat_app.core.ai.asking.posts.writing import WRITE
from chat_app.core.identities.ports import Auth
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.policy import Policy
from chat_app.core.site.settings import fixed_by
from chat_app.settings import Settings

READY_SECONDS: Final = 2.0
"""The seconds that the database has to answer the readiness check."""

_MB: Final = 1_000_000  # as pages count them
KNOWN: Final = (WRITE.replace("%s", "'[]'"),)
"""A statement that each new connection plans before a message waits for it: the first plan takes 20 ms."""

_WRITES: Final = text("SELECT current_setting('transaction_read_only')")


def open_database(settings: Settings, stops: AsyncExitStack) -> tuple[AsyncEngine, DatabaseClock]:
    """Return the connection pool and the clock that it sets. Connects to nothing yet."""
    assert settings.database_url is not None, "the launcher sets DATABASE_URL to the embedded database"
    clock = DatabaseClock()
    engine = open_engine(settings.database_url.get_secret_value(), clock, KNOWN)
    stops.push_async_callback(engine.dispose)
    return engine, clock


def build_work(
    settings: Settings, engine: AsyncEngine, clock: DatabaseClock, auth: Auth, counters: MemoryCounters | RedisCounters
) -> UnitOfWork:
    """Return the unit of work, with the site's policy and limits."""
    more: dict[str, Any] = {
        "sign_up": settings.sign_up,
        "session_days": settings.session_days,
        "message_max_chars": settings.message_max_chars,
        "upload_max_bytes": settings.upload_max_mb * _MB,
        "quota_person_bytes": settings.quota_person_mb * _MB,
        "quota_room_bytes": settings.quota_room_mb * _MB,
        "quota_site_bytes": settings.quota_site_mb * _MB,
        "billing": settings.billing,
        "credits_per_dollar": settings.credits_per_dollar,
        "support_joins": settings.support == "policy",
        "support_alerts": settings.support_alerts,
        "tokens_elsewhere": settings.hydra_admin_url is not None,
    }
    more |= policy_of_organisations(settings)
    more["fixed"] = fixed_by(frozenset(settings.model_fields_set))
    mails = settings.smtp_url is not None
    policy = Policy(mail_leaves=mails, origin=settings.origin, account_page=auth.account_page, **more)
    if secret := revealed(settings.secret_key):
        policy = replace(policy, secret=secret.encode(), keyring=open_keyring(settings))
    # Not moving windows: in memory, each counted key takes a thread at every hit.
    limiter = SlidingWindowCounterRateLimiter(counters)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    remote = isinstance(counters, RedisCounters)
    return UnitOfWork(sessions, policy, limiter, clock=clock, remote_limits=remote, jobs=ProcrastinateQueue())


async def database_answers(engine: AsyncEngine) -> bool:
    """Return whether the database accepts writes, and answers in time."""
    # A frozen one cannot even be cancelled at once.
    asked = asyncio.create_task(_takes_writes(engine))
    await asyncio.wait({asked}, timeout=READY_SECONDS)
    return asked.done() and asked.result()


async def _takes_writes(engine: AsyncEngine) -> bool:
    try:
        async with engine.connect() as connection:
            return bool(await connection.scalar(_WRITES) == "off")
    except (SQLAlchemyError, OSError):
        return False
