"""A provider that tests drive: what it says now is a row of payments and subscriptions, and each change is an event."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from chat_app.core.billing.tables import TokenBalance
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.payments.ports import Facts, Notice, PaymentFacts, SubscriptionFacts
from chat_app.core.payments.service import Payments
from chat_app.core.payments.tables import PaymentEvent, Rail
from tests.support.clock import Clock

TOKENS = 1_000_000


class Provider:
    """Stands in for a rail; `events` are all that it has sent, in order."""

    rail = Rail.APP_STORE

    def __init__(self, clock: Clock, name: str = "") -> None:
        self.clock, self._name = clock, name
        self.payments: dict[str, PaymentFacts] = {}
        self.subscriptions: dict[str, SubscriptionFacts] = {}
        self.events: list[Notice] = []

    def pay(self, reference: str, user: UUID, *, amount: int = 1000, tokens: int = TOKENS, paid: bool = True) -> None:
        at = self.clock()
        self.payments[reference] = PaymentFacts(
            reference, "", user, "small", tokens, amount, "usd", at, paid, failed=not paid
        )
        self._tell("payment", reference)

    def change(self, reference: str, **values: object) -> None:
        self.payments[reference] = replace(self.payments[reference], **values)  # type: ignore[arg-type]
        self._tell("payment", reference)

    def subscribe(self, said: SubscriptionFacts) -> None:
        self.subscriptions[said.reference] = said
        self._tell("subscription", said.reference)

    def _tell(self, kind: str, subject: str) -> None:
        self.clock.advance(seconds=1)
        self.events.append(Notice(self.rail, f"evt_{self._name}_{len(self.events):02}", kind, subject, self.clock()))

    async def read(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Notice:
        return self.events[int(body)]

    async def look_up(self, notice: Notice, now: datetime) -> Facts:
        payments = tuple(each for each in self.payments.values() if each.reference == notice.subject)
        subscriptions = tuple(each for each in self.subscriptions.values() if each.reference == notice.subject)
        return Facts(self.rail, now, payments, subscriptions)

    async def look_up_purchase(self, proof: str, now: datetime) -> Facts:
        return Facts(self.rail, now, (self.payments[proof],))


async def deliver(payments: Payments, number: int) -> None:
    """Have an event received."""
    await payments.receive(Rail.APP_STORE, str(number).encode(), {})


async def handle_next(payments: Payments, order: int = 0) -> bool:
    """Handle one of the events that wait; return whether any did."""
    async with payments.work.begin() as ctx:
        waits = select(col(PaymentEvent.id)).where(col(PaymentEvent.handled_at).is_(None))
        ids = (await ctx.db.scalars(waits.order_by(col(PaymentEvent.reference)))).all()
    if ids:
        await payments.handle(ids[order % len(ids)])
    return bool(ids)


async def balance(work: UnitOfWork, user: UUID) -> int:
    async with work.begin() as ctx:
        return await _available(ctx, user)


async def _available(ctx: Context, user: UUID) -> int:
    found = select(func.sum(col(TokenBalance.available))).where(col(TokenBalance.user_id) == user)
    return int(await ctx.db.scalar(found) or 0)
