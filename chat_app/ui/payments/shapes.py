"""The shapes of the page of payments."""

from dataclasses import dataclass

from chat_app.core.kernel.wire import timestamp, timestamp_or_none
from chat_app.core.payments.money import decimals_of
from chat_app.core.payments.plans import MICRO, Item, Plans
from chat_app.core.payments.service import Offer
from chat_app.core.payments.tables import Payment, Rail, Subscription


@dataclass
class OfferVar:
    """A plan or a pack, with its price for this person; ``tokens`` are whole."""

    id: str
    name: str
    tokens: int
    amount: int
    decimals: int
    currency: str
    interval: str
    trial_days: int
    trial_tokens: int
    current: bool


@dataclass
class SubscriptionVar:
    """The person's subscription; none if ``plan`` is empty. ``elsewhere`` is true if it belongs to an app store."""

    plan: str = ""
    status: str = ""
    amount: int = 0
    decimals: int = 0
    currency: str = ""
    period_end: str = ""
    trial_end: str = ""
    cancels: bool = False
    elsewhere: bool = False


@dataclass
class PaymentVar:
    """A payment; ``tokens`` and ``taken_back`` are whole."""

    id: str
    name: str
    status: str
    rail: str
    amount: int
    decimals: int
    currency: str
    tokens: int
    taken_back: int
    at: str
    page: str


def offer_var(offer: Offer, locale: str) -> OfferVar:
    """Return a plan or a pack for the page."""
    item = offer.item
    return OfferVar(
        id=item.id,
        name=item.name(locale),
        tokens=item.tokens // MICRO,
        amount=item.prices[offer.currency],
        decimals=decimals_of(offer.currency),
        currency=offer.currency,
        interval=item.interval,
        trial_days=item.trial_days if offer.tries else 0,
        trial_tokens=item.trial_tokens // MICRO,
        current=offer.current,
    )


def subscription_var(subscription: Subscription | None, plans: Plans, locale: str) -> SubscriptionVar:
    """Return a subscription for the page."""
    if subscription is None:
        return SubscriptionVar()
    return SubscriptionVar(
        plan=_name(plans.items.get(subscription.plan), subscription.plan, locale) or "?",
        status=subscription.status,
        amount=subscription.amount,
        decimals=decimals_of(subscription.currency),
        currency=subscription.currency,
        period_end=timestamp_or_none(subscription.period_end) or "",
        trial_end=timestamp_or_none(subscription.trial_end) or "",
        cancels=subscription.cancels,
        elsewhere=subscription.payment_rail != Rail.STRIPE,
    )


def payment_var(payment: Payment, plans: Plans, locale: str) -> PaymentVar:
    """Return a payment for the page."""
    return PaymentVar(
        id=str(payment.id),
        name=_name(plans.items.get(payment.item), payment.item, locale),
        status=payment.status,
        rail=payment.payment_rail,
        amount=payment.amount,
        decimals=decimals_of(payment.currency),
        currency=payment.currency,
        tokens=payment.tokens // MICRO,
        taken_back=payment.taken_back // MICRO,
        at=timestamp(payment.paid_at),
        page=payment.page or "",
    )


def _name(item: Item | None, known: str, locale: str) -> str:
    return item.name(locale) if item else known
