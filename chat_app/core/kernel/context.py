"""The unit of work: one request or event, one transaction, its events published after the commit."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Literal

import structlog
from limits import RateLimitItem
from limits.aio.strategies import RateLimiter
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import NotSignedIn, RateLimited

Listener = Callable[[object], Awaitable[None]]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Policy:
    """What the site's operator decides."""

    sign_up: Literal["open", "invite", "closed"] = "open"
    session_days: int = 30
    message_max_chars: int = 8000
    limited: bool = True
    """Whether attempts are counted. No setting turns this off; tests that ask for everything do."""
    mail_leaves: bool = False
    """Whether mail reaches people, so that whose an address is can be shown."""
    account_page: str = ""
    """Where people change how they sign in, if their passwords are kept elsewhere."""
    secret: bytes = field(default_factory=partial(secrets.token_bytes, 32), repr=False)
    """What the site's keys are made of; by itself, one that ends with the process."""


@dataclass(slots=True)
class Context:
    """What a use case works with: who asks, the open transaction, the time, and the events to tell."""

    actor: Actor | None
    db: AsyncSession
    policy: Policy
    limiter: RateLimiter
    now: datetime
    events: list[object] = field(default_factory=list)

    @property
    def me(self) -> Actor:
        """The actor; raises :class:`NotSignedIn` where there is none."""
        if self.actor is None:
            raise NotSignedIn()
        return self.actor

    def emit(self, event: object) -> None:
        """Tell ``event`` to the listeners once the transaction has committed."""
        self.events.append(event)

    async def limit(self, rule: RateLimitItem, *key: str, count: int = 1) -> None:
        """Count an attempt, or so many, under ``key``; raises :class:`RateLimited` when the rule is used up."""
        if not await self.admits(rule, *key, count=count):
            raise RateLimited(retry_after=rule.get_expiry())

    async def admits(self, rule: RateLimitItem, *key: str, count: int = 1) -> bool:
        """Count an attempt, or so many, under ``key``; whether the rule has room for it."""
        return not self.policy.limited or await self.limiter.hit(rule, *key, cost=count)


@dataclass(slots=True)
class UnitOfWork:
    """Opens contexts. One is made at start-up, by ``bootstrap``."""

    sessions: async_sessionmaker[AsyncSession]
    policy: Policy
    limiter: RateLimiter
    listeners: list[Listener] = field(default_factory=list)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    @asynccontextmanager
    async def begin(self, actor: Actor | None = None) -> AsyncIterator[Context]:
        """One transaction: committed at the end, rolled back (and its events forgotten) on any error."""
        async with self.sessions() as session, session.begin():
            context = Context(actor, session, self.policy, self.limiter, self.clock())
            yield context
        for event in context.events:
            await self.tell(event)

    async def tell(self, event: object) -> None:
        """Tell ``event`` to every listener, now.

        What it tells of is committed: a listener that fails is logged, and changes nothing for anybody else.
        """
        for listener in self.listeners:
            try:
                await listener(event)
            except Exception:
                name = getattr(listener, "__qualname__", type(listener).__qualname__)
                log.exception("listener_failed", listener=name, about=type(event).__name__)
