"""The ports of payments: a provider of checkouts, and facts about payments whatever provider reports them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from chat_app.core.payments.plans import Item, Plans
from chat_app.core.payments.tables import Rail, SubscriptionStatus


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """A payment, as its provider reports it now."""

    reference: str
    customer: str
    """The provider's id of the person who pays; "" if it has none."""
    user: UUID | None
    """The person, where the payment itself names them."""
    item: str
    tokens: int
    """Micro-units that it buys."""
    amount: int
    currency: str
    at: datetime
    paid: bool
    failed: bool = False
    refunded: int = 0
    reversed: bool = False
    """Whether all of it is withdrawn: by a dispute that is not won, or by the store."""
    page: str | None = None
    expires_at: datetime | None = None
    """The time at which the rest of its tokens expires; None for never."""


@dataclass(frozen=True, slots=True)
class SubscriptionFacts:
    """A subscription, as its provider reports it now."""

    reference: str
    customer: str
    user: UUID | None
    plan: str
    status: SubscriptionStatus
    amount: int
    currency: str
    started_at: datetime
    period_end: datetime | None = None
    trial_end: datetime | None = None
    cancels: bool = False
    trial_tokens: int = 0
    trial_expires: bool = False
    """Whether the rest of these tokens expires with the trial, like tokens of the plan with their period."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Hold the facts that a provider has reported. Facts that were requested later are newer."""

    rail: Rail
    looked_at: datetime
    payments: tuple[PaymentFacts, ...] = ()
    subscriptions: tuple[SubscriptionFacts, ...] = ()
    voided: tuple[str, ...] = ()
    """References of payments that were withdrawn, without other data of the provider."""
    open: bool = False
    """Whether it was a checkout that is not completed."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An event of a provider whose signature was checked."""

    rail: Rail
    id: str
    kind: str
    subject: str
    at: datetime
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """An order: the item that a person buys, and the address to which their browser returns."""

    user: UUID
    customer: str
    item: Item
    currency: str
    tries: bool
    """Whether the person may try the plan first."""
    locale: str
    back: str


class PaymentRail(Protocol):
    """Reads the events of a provider, and asks it about their objects. Each method raises :class:`PaymentsAway` if the
    provider cannot be reached.
    """

    rail: Rail

    async def read(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Notice:
        """Return the event of a request, once its signature is checked. Raises :class:`NoticeInvalid`."""

    async def look_up(self, notice: Notice, now: datetime) -> Facts:
        """Return the provider's current facts about the object of an event; nothing for an irrelevant event."""


class StoreRail(PaymentRail, Protocol):
    """A store of apps, where a purchase is made in the app and shown to Parley."""

    async def look_up_purchase(self, proof: str, now: datetime) -> Facts:
        """Return the store's facts about a purchase, by the app's proof. Raises :class:`PurchaseNotFound`."""


class PaymentGateway(PaymentRail, Protocol):
    """A provider of checkouts. Each method raises :class:`PaymentsRefused` too."""

    async def sync(self, plans: Plans) -> None:
        """Create the products and prices that the plans have and the provider lacks."""

    async def create_customer(self, user: UUID, email: str, name: str, locale: str) -> str:
        """Return a customer for a person: the same one for concurrent calls."""

    async def begin_checkout(self, order: Order) -> tuple[str, str]:
        """Return the id and the address of a page where an order is paid."""

    async def expire_checkout(self, checkout: str) -> None:
        """Close a checkout that was not completed; any other stays."""

    async def change_plan(self, order: Order, subscription: str) -> str:
        """Return the address of a page where a change of plan is confirmed, with its price for what is left."""

    async def open_portal(self, customer: str, back: str, locale: str) -> str:
        """Return the address of the person's own page, for cancelling, invoices and cards."""

    async def look_up_checkout(self, checkout: str, now: datetime) -> Facts:
        """Return the outcome of a checkout."""

    async def look_up_customer(self, customer: str, now: datetime) -> Facts:
        """Return a customer's subscriptions and newest payments."""

    async def cancel(self, subscription: str) -> None:
        """End a subscription now; one that has ended stays so."""
