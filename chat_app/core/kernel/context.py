"""The unit of work: one request or event, one transaction, its events published after the commit."""

from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from limits import RateLimitItem
from limits.aio.strategies import RateLimiter
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.database.errors import FAILURES, told_of
from chat_app.core.kernel.errors import NotSignedIn, RateLimited
from chat_app.core.kernel.policy import Policy
from chat_app.core.kernel.work.effects import Effect, Listener, guarded
from chat_app.core.kernel.work.jobs import JobKind, JobQueue
from chat_app.core.kernel.work.turns import HOLDING_SECONDS, PATIENCE_SECONDS, Turns
from chat_app.core.kernel.work.written import Written

Clock = Callable[[], datetime]

LiveTexts = dict[UUID, Callable[[], Written]]
"""The texts that this process is writing, by run: the published parts."""

_NOTHING_WRITTEN: Final = select(func.pg_current_xact_id_if_assigned().is_(None))
"""Asks whether the transaction has neither written nor locked a row so far."""

_AUTOCOMMIT: Final = {"isolation_level": "AUTOCOMMIT"}


@dataclass(slots=True)
class Context:
    """The context of a use case: the actor, the open transaction, the time, and the events to publish."""

    actor: Actor | None
    db: AsyncSession
    policy: Policy
    limiter: RateLimiter
    now: datetime
    clock: Clock
    turns: Turns
    jobs: JobQueue
    remote_limits: bool = False
    """Whether another server counts attempts, which may be slow to answer."""
    live_texts: LiveTexts = field(default_factory=dict)
    starts: dict[UUID, int] = field(default_factory=dict)
    """The ``seq`` after which the actor sees messages, by the rooms that were accessed; none for those seen in full."""
    events: list[object] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    committed: bool = False
    _holds_key: bool = False
    _taken: dict[UUID, Callable[[], None]] = field(default_factory=dict)

    @property
    def me(self) -> Actor:
        """Return the actor. Raises :class:`NotSignedIn` without an actor."""
        if self.actor is None:
            raise NotSignedIn()
        return self.actor

    def emit(self, event: object) -> None:
        """Publish ``event`` to the listeners once the transaction has committed."""
        self.events.append(event)

    def after_commit(self, effect: Effect) -> None:
        """Call ``effect`` once the transaction has committed, after the listeners have been notified.

        A failure of the effect is logged, and changes nothing else: the request has succeeded.
        """
        self.effects.append(effect)

    async def enqueue(self, kind: JobKind, *, once: str | None = None, **payload: str) -> None:
        """Enqueue a job, which a worker does once the transaction has committed.

        Of jobs with the same ``once`` that have not begun, one is kept. ``payload`` has ids, no contents.
        """
        await self.jobs.add(self.db, kind, payload, once)

    async def lock_key(self, key: str) -> None:
        """Lock ``key`` until the transaction ends, so that two requests do not create the same thing."""
        await self.db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
        self._holds_key = True

    async def driver(self) -> psycopg.AsyncConnection[Any]:
        """Return the driver's own connection of the open transaction, for the few statements that every message runs.

        They are text, and prepared: what SQLAlchemy adds to a statement costs more than the statement.
        """
        await self.db.flush()
        raw = await (await self.db.connection()).get_raw_connection()
        driver: psycopg.AsyncConnection[Any] | None = raw.driver_connection
        assert driver, "it is open"
        return driver

    async def take_turn(self, row: UUID) -> None:
        """Wait until few enough requests wait for a row that is about to be locked; the turn ends with the transaction.

        The connection is returned during the wait, if nothing has been written or locked on it. Raises :class:`Busy`.
        """
        if row in self._taken:
            return
        patience = PATIENCE_SECONDS
        if self.turns.are_taken(row) and not await self._give_back():
            patience = HOLDING_SECONDS
        self._taken[row] = await self.turns.take(row, patience)

    async def _give_back(self) -> bool:
        await self.db.flush()
        if self._holds_key:  # which PostgreSQL does not count as having locked anything
            return False
        if self.db.in_transaction() and await self.db.scalar(_NOTHING_WRITTEN):
            await self.db.commit()
        return not self.db.in_transaction()

    def end_turns(self) -> None:
        """End the turns of this transaction, so that the next waiters proceed."""
        for end in self._taken.values():
            end()

    async def limit(self, rule: RateLimitItem, *key: str, count: int = 1) -> None:
        """Count an attempt, or so many, under ``key``; raises :class:`RateLimited` when the rule is used up."""
        if not await self.admits(rule, *key, count=count):
            raise RateLimited(retry_after=rule.get_expiry())

    async def admits(self, rule: RateLimitItem, *key: str, count: int = 1) -> bool:
        """Count an attempt, or ``n`` of them, under ``key``; return whether the limit admits it.

        Before another server is asked, the connection is returned, if nothing has been written or locked on it.
        """
        if self.policy.limited and self.remote_limits:
            await self._give_back()
        return not self.policy.limited or await self.limiter.hit(rule, *key, cost=count)


@dataclass(slots=True)
class UnitOfWork:
    """Opens contexts. One is created at start-up, by ``bootstrap``."""

    sessions: async_sessionmaker[AsyncSession]
    policy: Policy
    limiter: RateLimiter
    listeners: list[Listener] = field(default_factory=list)
    clock: Clock = lambda: datetime.now(UTC)
    turns: Turns = field(default_factory=Turns)
    remote_limits: bool = False
    live_texts: LiveTexts = field(default_factory=dict)
    jobs: JobQueue = field(kw_only=True)

    @asynccontextmanager
    async def begin(self, actor: Actor | None = None, *, single: bool = False) -> AsyncIterator[Context]:
        """Open a transaction: commit at the end, roll back on any error, which drops its events and effects.

        ``single`` is for reading by one statement without a transaction: begin and commit would cost as much as the
        statement. Raises :class:`Unavailable` if the database is unavailable or has no free connection; :class:`Busy`
        if a row is locked for too long; :class:`Conflict` if a referenced row was deleted, or a unique value was taken,
        by a concurrent transaction; :class:`Invalid` if a value cannot be stored.
        """
        try:
            with ExitStack() as at_end:
                async with self.sessions() as session:
                    if single:
                        await session.connection(execution_options=_AUTOCOMMIT)
                    context = self._context(actor, session)
                    at_end.callback(context.end_turns)
                    yield context
                    await session.commit()
                    context.committed = True
        except FAILURES as error:
            if (told := told_of(error)) is None:
                raise
            raise told from error
        for event in context.events:
            await self.publish(event)
        for effect in context.effects:
            await guarded(effect)

    async def limit(self, rule: RateLimitItem, *key: str) -> None:
        """Count an attempt under ``key`` before any transaction; raises :class:`RateLimited`."""
        if not await self.admits(rule, *key):
            raise RateLimited(retry_after=rule.get_expiry())

    async def admits(self, rule: RateLimitItem, *key: str, count: int = 1) -> bool:
        """Count an attempt, or so many, under ``key`` before any transaction; return whether the rule has room."""
        return not self.policy.limited or await self.limiter.hit(rule, *key, cost=count)

    async def give_back(self, rule: RateLimitItem, *key: str) -> None:
        """Take back one attempt that was counted under ``key``, if it had no effect."""
        if self.policy.limited:
            await self.limiter.hit(rule, *key, cost=-1)

    async def publish(self, event: object) -> None:
        """Notify every listener of ``event`` now; one that fails does not affect the others."""
        for listener in self.listeners:
            await guarded(listener, event)

    def _context(self, actor: Actor | None, session: AsyncSession) -> Context:
        services = (self.policy, self.limiter, self.clock(), self.clock, self.turns, self.jobs, self.remote_limits)
        return Context(actor, session, *services, self.live_texts)
