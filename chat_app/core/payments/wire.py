"""The wire shapes of payments."""

from typing_extensions import TypedDict

from chat_app.core.kernel.wire import Timestamp, timestamp, timestamp_or_none
from chat_app.core.payments.money import decimals_of
from chat_app.core.payments.plans import Item
from chat_app.core.payments.tables import Payment, Subscription


class PriceJson(TypedDict):
    """A price: `amount` is in the currency's smallest unit, which has so many `decimals`."""

    currency: str
    amount: int
    decimals: int


class PlanJson(TypedDict):
    """A plan or a pack. `tokens` are micro-units of a token credit: of a plan for each period that is paid.

    `interval` is `month` or `year` for a plan, empty for a pack. `names` are by language.
    """

    id: str
    kind: str
    names: dict[str, str]
    tokens: int
    prices: list[PriceJson]
    interval: str
    trial_days: int
    trial_tokens: int
    products: dict[str, str]


class SubscriptionJson(TypedDict):
    """A subscription. In `past_due` a payment has failed and is retried. `cancels`: it ends with the period."""

    plan: str
    rail: str
    status: str
    price: PriceJson
    period_end: Timestamp | None
    trial_end: Timestamp | None
    cancels: bool


class PaymentJson(TypedDict):
    """A payment. `refunded` is a part of its price; `taken_back` are the `tokens` that refunds took back."""

    id: str
    rail: str
    item: str
    status: str
    price: PriceJson
    refunded: int
    tokens: int
    taken_back: int
    at: Timestamp
    page: str | None


def price_json(amount: int, currency: str) -> PriceJson:
    """Return a price in its wire format."""
    return {"currency": currency, "amount": amount, "decimals": decimals_of(currency)}


def plan_json(item: Item) -> PlanJson:
    """Return a plan or a pack in its wire format."""
    return {
        "id": item.id,
        "kind": "plan" if item.recurring else "pack",
        "names": dict(item.names),
        "tokens": item.tokens,
        "prices": [price_json(amount, currency) for currency, amount in item.prices.items()],
        "interval": item.interval,
        "trial_days": item.trial_days,
        "trial_tokens": item.trial_tokens,
        "products": dict(item.products),
    }


def subscription_json(subscription: Subscription) -> SubscriptionJson:
    """Return a subscription in its wire format."""
    return {
        "plan": subscription.plan,
        "rail": subscription.payment_rail,
        "status": subscription.status,
        "price": price_json(subscription.amount, subscription.currency),
        "period_end": timestamp_or_none(subscription.period_end),
        "trial_end": timestamp_or_none(subscription.trial_end),
        "cancels": subscription.cancels,
    }


def payment_json(payment: Payment) -> PaymentJson:
    """Return a payment in its wire format."""
    return {
        "id": str(payment.id),
        "rail": payment.payment_rail,
        "item": payment.item,
        "status": payment.status,
        "price": price_json(payment.amount, payment.currency),
        "refunded": payment.refunded,
        "tokens": payment.tokens,
        "taken_back": payment.taken_back,
        "at": timestamp(payment.paid_at),
        "page": payment.page,
    }
