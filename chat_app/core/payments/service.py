"""Buy plans and packs, and process providers' data. Providers are called outside of transactions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import structlog

from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import DomainError
from chat_app.core.payments.customers import (
    Buyer,
    find_buyer,
    list_customers,
    note_checkout,
    note_customer,
    view_buyer,
)
from chat_app.core.payments.errors import (
    AlreadySubscribed,
    NoSubscription,
    PaymentsOff,
    PlanNotFound,
)
from chat_app.core.payments.plans import Item, Plans
from chat_app.core.payments.ports import Facts, Order, PaymentGateway, PaymentRail, StoreRail
from chat_app.core.payments.settlement.notices import find_notice, keep_notice, note_handled
from chat_app.core.payments.settlement.purchases import check_purchaser
from chat_app.core.payments.settlement.settling import settle
from chat_app.core.payments.tables import Rail

CUSTOMERS_AT_ONCE: Final = 100
BACK: Final = "/settings/billing"
_CURRENCIES: Final = {"ja": "jpy"}
"""The currency for a language, if an item has a price in it."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan or a pack, with the terms for one person."""

    item: Item
    currency: str
    tries: bool
    """Whether they may try it first."""
    current: bool
    """Whether it is the plan that they have."""


@dataclass(frozen=True, slots=True)
class Payments:
    """Payments of this site; without a gateway and stores, none are taken."""

    work: UnitOfWork
    origin: str
    plans: Plans = field(default_factory=Plans)
    gateway: PaymentGateway | None = None
    stores: Mapping[Rail, StoreRail] = field(default_factory=dict)

    @property
    def on(self) -> bool:
        """Return whether plans and packs can be bought on the site."""
        return self.gateway is not None

    def offers(self, buyer: Buyer) -> list[Offer]:
        """Return the plans and packs that a person can buy, in suitable currencies."""
        if not self.on:
            return []
        current = buyer.subscription.plan if buyer.subscription else ""
        return [
            Offer(item, self._currency(buyer, item), not buyer.subscribed_before, item.recurring and item.id == current)
            for item in self.plans.items.values()
        ]

    async def begin_checkout(self, actor: Actor, *, plan: str | None, pack: str | None, currency: str = "") -> str:
        """Return the address where the actor pays for a plan or a pack, or confirms a change of their plan.

        Raises :class:`PaymentsOff`, :class:`PlanNotFound`, :class:`AlreadySubscribed`, ``RateLimited``,
        :class:`PaymentsAway` or :class:`PaymentsRefused`.
        """
        gateway = self._gateway()
        item = self._item(plan, pack)
        async with self.work.begin(actor) as ctx:
            buyer = await find_buyer(ctx)
        current = buyer.subscription if item.recurring else None
        if current and (current.plan == item.id or current.payment_rail != Rail.STRIPE):
            raise AlreadySubscribed()
        order = self._order(buyer, item, currency, await self._customer(gateway, actor, buyer))
        if current:
            return await gateway.change_plan(order, current.reference)
        if buyer.checkout:  # or both could be paid
            await gateway.expire_checkout(buyer.checkout)
        checkout, url = await gateway.begin_checkout(order)
        async with self.work.begin(actor) as ctx:
            await note_checkout(ctx, checkout)
        return url

    async def open_portal(self, actor: Actor) -> str:
        """Return the address of the actor's own page at the provider. Raises :class:`NoSubscription` too."""
        gateway = self._gateway()
        async with self.work.begin(actor) as ctx:
            buyer = await find_buyer(ctx)
        if not buyer.customer:
            raise NoSubscription()
        return await gateway.open_portal(buyer.customer, self.origin + BACK, buyer.locale)

    async def look_up_checkout(self, actor: Actor) -> Facts | None:
        """Return the outcome of the actor's latest checkout; if it is complete, settle it once.

        The browser's data is not used: the site knows the checkout, and asks the provider.
        """
        if self.gateway is None:
            return None
        async with self.work.begin(actor) as ctx:
            buyer = await view_buyer(ctx)
        if not buyer.checkout:
            return None
        facts = await self.gateway.look_up_checkout(buyer.checkout, self.work.clock())
        async with self.work.begin(actor) as ctx:
            await settle(ctx, facts)
            if not facts.open:
                await note_checkout(ctx, None)
        return facts

    async def receive(self, rail: Rail, body: bytes, headers: Mapping[str, str]) -> bool:
        """Store an event of a provider; return whether it is new.

        Raises :class:`PaymentsOff` or :class:`NoticeInvalid`.
        """
        notice = await self._rail(rail).read(body, headers, self.work.clock())
        async with self.work.begin() as ctx:
            return await keep_notice(ctx, notice)

    async def handle(self, event_id: UUID) -> None:
        """Ask the provider about an event's object, and settle it. Raises if it is to be retried."""
        async with self.work.begin() as ctx:
            notice = await find_notice(ctx, event_id)
        if notice is None:
            return
        facts = await self._rail(notice.rail).look_up(notice, self.work.clock())
        async with self.work.begin() as ctx:
            await settle(ctx, facts)
            await note_handled(ctx, event_id)

    async def link_purchase(self, actor: Actor, rail: Rail, proof: str) -> None:
        """Settle a purchase that the actor has made in a store.

        Raises :class:`PaymentsOff`, or :class:`PurchaseNotFound` for one that was made for another person.
        """
        store = self.stores.get(rail)
        if store is None:
            raise PaymentsOff()
        async with self.work.begin(actor) as ctx:
            await find_buyer(ctx)
        facts = await store.look_up_purchase(proof, self.work.clock())
        check_purchaser(facts, actor.user_id)
        async with self.work.begin(actor) as ctx:
            await settle(ctx, facts)

    async def reconcile(self) -> None:
        """Compare every customer with the provider: an event that never came is made up for.

        Raises at the end if some could not be compared.
        """
        if self.gateway is None:
            return
        await self.gateway.sync(self.plans)
        after: UUID | None = None
        failure: DomainError | None = None
        while True:
            async with self.work.begin() as ctx:
                customers = await list_customers(ctx, after, CUSTOMERS_AT_ONCE)
            for user, customer in customers:
                try:
                    await self._compare(self.gateway, customer)
                except DomainError as error:
                    log.warning("customer_not_compared", user=str(user), code=error.code)
                    failure = error
            if len(customers) < CUSTOMERS_AT_ONCE:
                break
            after = customers[-1][0]
        if failure:
            raise failure

    async def cancel(self, subscription: str) -> None:
        """End a subscription of an account that was deleted."""
        if self.gateway:
            await self.gateway.cancel(subscription)

    async def _compare(self, gateway: PaymentGateway, customer: str) -> None:
        facts = await gateway.look_up_customer(customer, self.work.clock())
        async with self.work.begin() as ctx:
            await settle(ctx, facts)

    async def _customer(self, gateway: PaymentGateway, actor: Actor, buyer: Buyer) -> str:
        if buyer.customer:
            return buyer.customer
        made = await gateway.create_customer(buyer.id, buyer.email, buyer.name, buyer.locale)
        async with self.work.begin(actor) as ctx:
            return await note_customer(ctx, made)

    def _order(self, buyer: Buyer, item: Item, currency: str, customer: str) -> Order:
        if currency and currency not in item.prices:
            raise PlanNotFound()
        tries, back = not buyer.subscribed_before, f"{self.origin}{BACK}?back=1"
        return Order(buyer.id, customer, item, self._currency(buyer, item, currency), tries, buyer.locale, back)

    def _currency(self, buyer: Buyer, item: Item, wanted: str = "") -> str:
        """Return the currency of an order: a subscription keeps its own."""
        current = buyer.subscription.currency if item.recurring and buyer.subscription else ""
        return item.currency(current or wanted or _CURRENCIES.get(buyer.locale, ""))

    def _item(self, plan: str | None, pack: str | None) -> Item:
        item = self.plans.items.get(plan or pack or "")
        if item is None or (plan is None) == (pack is None) or item.recurring != (plan is not None):
            raise PlanNotFound()
        return item

    def _gateway(self) -> PaymentGateway:
        if self.gateway is None:
            raise PaymentsOff()
        return self.gateway

    def _rail(self, rail: Rail) -> PaymentRail:
        found: PaymentRail | None = self.gateway if rail == Rail.STRIPE else self.stores.get(rail)
        if found is None:
            raise PaymentsOff()
        return found
