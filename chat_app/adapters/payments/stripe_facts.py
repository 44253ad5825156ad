"""Translate objects of Stripe to the core's facts.

Pure. Prices have the plan in their metadata, so that a plan removed from the plans file is still recognised. If the API
has moved a field, its old place is read too: an object can have the format of an older endpoint.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from chat_app.adapters.payments.stripe_client import number_at, text_at
from chat_app.core.payments.ports import PaymentFacts, SubscriptionFacts
from chat_app.core.payments.tables import SubscriptionStatus

ITEM, TOKENS, TRIAL, USER = "parley_item", "parley_tokens", "parley_trial_tokens", "parley_user"
EXPIRES: Final = "parley_expires"
"""The metadata of prices and orders."""

WITHDRAWN: Final = frozenset(("needs_response", "under_review", "lost"))
"""The states of a dispute in which Stripe has taken the money back."""

_STATES: Final = {each.value: each for each in SubscriptionStatus} | {"incomplete_expired": SubscriptionStatus.CANCELED}

Data = Mapping[str, Any]


def moment(seconds: object) -> datetime | None:
    """Return a time of Stripe."""
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) and seconds > 0 else None


def user_of(*metadata: object) -> UUID | None:
    """Return the person that metadata name."""
    for each in metadata:
        try:
            return UUID(each[USER])  # type: ignore[index]
        except (KeyError, TypeError, ValueError):
            continue
    return None


def subscription_facts(data: Data) -> SubscriptionFacts:
    """Return the facts of a subscription."""
    items = [each for each in (data.get("items") or {}).get("data", ()) if isinstance(each, Mapping)]
    first: Data = items[0] if items else {}
    price: Data = first.get("price") or first.get("plan") or {}
    meta: Data = price.get("metadata") or {}
    end = first.get("current_period_end") or data.get("current_period_end")
    return SubscriptionFacts(
        text_at(data, "id"),
        text_at(data, "customer"),
        user_of(data.get("metadata")),
        str(meta.get(ITEM, "")),
        _STATES.get(text_at(data, "status"), SubscriptionStatus.INCOMPLETE),
        _unit_amount(price),
        text_at(price, "currency"),
        moment(data.get("start_date") or data.get("created")) or datetime.now(UTC),
        moment(end),
        moment(data.get("trial_end")),
        bool(data.get("cancel_at_period_end") or data.get("cancel_at")) and not data.get("ended_at"),
        _whole(meta.get(TRIAL)),
        EXPIRES in meta,
    )


def subscription_of(invoice: Data) -> str:
    """Return the subscription of an invoice."""
    found = text_at(invoice, "parent", "subscription_details", "subscription")
    return found or text_at(invoice, "subscription")


def price_of(line: Data) -> Data:
    """Return the price of an invoice's line, in full."""
    details = (line.get("pricing") or {}).get("price_details") or {}
    for found in (details.get("price"), line.get("price"), line.get("plan")):
        if isinstance(found, Mapping):
            return found
    return {}


def tokens_of(lines: Iterable[Data]) -> tuple[str, int]:
    """Return the plan of an invoice, and its tokens.

    A line adds the tokens of its price in proportion to its amount: a whole period all of them, the rest of a period
    after an upgrade a part; the unused time of the previous plan subtracts its part.
    """
    item, tokens = "", 0
    for line in lines:
        price = price_of(line)
        meta: Data = price.get("metadata") or {}
        whole, amount = _unit_amount(price), number_at(line, "amount")
        if not whole or ITEM not in meta:
            continue
        if amount > 0 or not item:
            item = str(meta[ITEM])
        tokens += _whole(meta.get(TOKENS)) * amount // whole
    return item, max(tokens, 0)


def expiry_of(lines: Iterable[Data]) -> datetime | None:
    """Return when the tokens of an invoice expire: at the end of the last period of its expiring prices."""
    ends = [
        moment((line.get("period") or {}).get("end"))
        for line in lines
        if EXPIRES in (price_of(line).get("metadata") or {}) and number_at(line, "amount") > 0
    ]
    return max((end for end in ends if end), default=None)


def invoice_facts(invoice: Data, charge: Data, disputes: Iterable[Data]) -> PaymentFacts:
    """Return the facts of a subscription's invoice, with its charge."""
    lines = [each for each in (invoice.get("lines") or {}).get("data", ()) if isinstance(each, Mapping)]
    item, tokens = tokens_of(lines)
    paid = text_at(invoice, "status") == "paid"
    total, money = number_at(invoice, "total"), number_at(invoice, "amount_paid")
    if paid and 0 <= money < total:  # the rest was unused time of a plan, whose tokens were not taken back
        tokens = tokens * money // total
    at = moment((invoice.get("status_transitions") or {}).get("paid_at")) if paid else None
    details = (invoice.get("parent") or {}).get("subscription_details") or {}
    return PaymentFacts(
        text_at(invoice, "id"),
        text_at(invoice, "customer"),
        user_of(details.get("metadata"), invoice.get("metadata")),
        item,
        tokens,
        number_at(invoice, "amount_paid") if paid else number_at(invoice, "amount_due"),
        text_at(invoice, "currency"),
        at or moment(invoice.get("created")) or datetime.now(UTC),
        paid,
        failed=not paid and bool(invoice.get("attempted") or number_at(invoice, "attempt_count")),
        refunded=number_at(charge, "amount_refunded"),
        reversed=any(text_at(each, "status") in WITHDRAWN for each in disputes),
        page=text_at(invoice, "hosted_invoice_url") or None,
        expires_at=expiry_of(lines),
    )


def checkout_facts(session: Data, charge: Data, disputes: Iterable[Data]) -> PaymentFacts:
    """Return the facts of a checkout of a pack, with its charge."""
    meta: Data = session.get("metadata") or {}
    return PaymentFacts(
        text_at(session, "id"),
        text_at(session, "customer"),
        user_of(meta),
        str(meta.get(ITEM, "")),
        _whole(meta.get(TOKENS)),
        number_at(session, "amount_total"),
        text_at(session, "currency"),
        moment(charge.get("created")) or moment(session.get("created")) or datetime.now(UTC),
        text_at(session, "payment_status") == "paid",
        refunded=number_at(charge, "amount_refunded"),
        reversed=any(text_at(each, "status") in WITHDRAWN for each in disputes),
        page=text_at(charge, "receipt_url") or None,
    )


def _unit_amount(price: Data) -> int:
    return number_at(price, "unit_amount") or number_at(price, "amount")


def _whole(text: object) -> int:
    return int(text) if isinstance(text, str | int) and str(text).isdecimal() else 0
