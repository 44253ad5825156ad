"""Store providers' data about payments, and change balances accordingly.

The same function handles every event, the nightly comparison and a person who returns from a checkout: it compares the
provider's present data with the stored data. So the number and the order of events do not matter.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlmodel import col

from chat_app.core.accounts.tables import User
from chat_app.core.billing.ledger.changing import TRIAL, correction, credit, expired_of, take_back
from chat_app.core.billing.tables import Kind
from chat_app.core.kernel.context import Context
from chat_app.core.payments.ports import Facts, PaymentFacts, SubscriptionFacts
from chat_app.core.payments.rules import status_of, tokens_owed_back
from chat_app.core.payments.tables import (
    Payment,
    PaymentCustomer,
    PaymentStatus,
    Rail,
    Subscription,
    SubscriptionStatus,
)

T = TypeVar("T", Payment, Subscription)

log = structlog.get_logger()


async def settle(ctx: Context, facts: Facts) -> None:
    """Write facts, unless newer ones are written, and credit or take back the tokens that are due."""
    for subscription in sorted(facts.subscriptions, key=lambda each: each.reference):
        await _settle_subscription(ctx, facts, subscription)
    for payment in sorted(facts.payments, key=lambda each: each.reference):
        await _settle_payment(ctx, facts, payment)
    for voided in sorted(facts.voided):
        await _settle_voided(ctx, facts, voided)


async def _settle_voided(ctx: Context, facts: Facts, reference: str) -> None:
    """Take back the tokens of a voided payment: an earlier order of a subscription."""
    await ctx.lock_key(f"payment {facts.rail} {reference}")
    payment = await _payment(ctx, facts.rail, reference)
    if payment is None or _is_over(payment):
        return
    _changed(payment, {"status": PaymentStatus.REFUNDED, "refunded": payment.amount, "looked_at": facts.looked_at})
    await ctx.db.flush()
    if payment.user_id and payment.tokens:
        await _correct(ctx, payment, payment.user_id, payment.tokens)


async def _settle_payment(ctx: Context, facts: Facts, said: PaymentFacts) -> None:
    await ctx.lock_key(f"payment {facts.rail} {said.reference}")
    payment = await _payment(ctx, facts.rail, said.reference)
    if payment and (payment.looked_at > facts.looked_at or _is_over(payment)):
        return
    values: dict[str, Any] = {
        "status": status_of(said),
        "amount": said.amount,
        "refunded": said.refunded,
        "currency": said.currency,
        "page": said.page,
        "paid_at": said.at,
        "looked_at": facts.looked_at,
    }
    payment = _changed(payment, values) if payment else await _new_payment(ctx, facts.rail, said, values)
    if payment is None:
        return
    if said.paid:
        payment.tokens = payment.tokens or said.tokens
    ctx.db.add(payment)
    await ctx.db.flush()
    if said.paid and payment.user_id and payment.tokens:
        owed = tokens_owed_back(said, payment.tokens)
        await _correct(ctx, payment, payment.user_id, owed, said.expires_at)


async def _new_payment(ctx: Context, rail: Rail, said: PaymentFacts, values: dict[str, Any]) -> Payment | None:
    """Return a new row; nothing while nothing has happened, or where nothing will: the invoice of a trial."""
    if not (said.paid or said.failed) or not (said.amount or said.tokens):
        return None
    if (owner := await _owner(ctx, said)) is None:
        log.warning("payment_of_nobody", rail=rail.value, payment=said.reference)
        return None
    unsettled: dict[str, Any] = {"tokens": 0, "owed_back": 0, "taken_back": 0, "corrections": 0}
    return Payment(user_id=owner, payment_rail=rail, reference=said.reference, item=said.item, **values, **unsettled)


def _changed(row: T, values: Mapping[str, Any]) -> T:
    for name, value in values.items():
        setattr(row, name, value)
    return row


def _is_over(payment: Payment) -> bool:
    """Return whether nothing more can change. Play reports a refund only in the event, and its later data lacks it."""
    return payment.payment_rail == Rail.GOOGLE_PLAY and payment.status == PaymentStatus.REFUNDED


async def _correct(ctx: Context, payment: Payment, user: UUID, owed: int, expires_at: datetime | None = None) -> None:
    """Credit the tokens of a payment, and correct them by its refunds and disputes since.

    Tokens that were spent cannot be taken back. They are not returned either, where a dispute is won, and are tried
    again with the payment's next refund. What has expired of them is not taken back a second time.
    """
    name = f"{payment.payment_rail}:{payment.reference}"
    await credit(ctx, user, payment.tokens, Kind.PURCHASE, name, expires_at=expires_at)
    owed = min(owed, payment.tokens - await expired_of(ctx, Kind.PURCHASE, name))
    if owed == payment.owed_back:
        return
    payment.corrections += 1
    step = correction(name, payment.corrections)
    if owed > payment.taken_back:
        kind = Kind.DISPUTE if payment.status == PaymentStatus.DISPUTED else Kind.REFUND
        payment.taken_back += await take_back(ctx, user, owed - payment.taken_back, step, kind)
    elif owed < payment.taken_back:
        await credit(ctx, user, payment.taken_back - owed, Kind.PURCHASE, step, expires_at=expires_at)
        payment.taken_back = owed
    payment.owed_back = owed
    await ctx.db.flush()


async def _settle_subscription(ctx: Context, facts: Facts, said: SubscriptionFacts) -> None:
    await ctx.lock_key(f"subscription {facts.rail} {said.reference}")
    found = (col(Subscription.payment_rail) == facts.rail, col(Subscription.reference) == said.reference)
    subscription = await ctx.db.scalar(select(Subscription).where(*found))
    if subscription and subscription.looked_at > facts.looked_at:
        return
    values: dict[str, Any] = {
        "plan": said.plan,
        "status": said.status,
        "cancels": said.cancels,
        "amount": said.amount,
        "currency": said.currency,
        "period_end": said.period_end,
        "trial_end": said.trial_end,
        "looked_at": facts.looked_at,
    }
    if subscription:
        _changed(subscription, values)
    elif owner := await _owner(ctx, said):
        new: dict[str, Any] = {"user_id": owner, "payment_rail": facts.rail, "reference": said.reference}
        subscription = Subscription(**new, **values, created_at=said.started_at)
    else:
        log.warning("subscription_of_nobody", rail=facts.rail.value, subscription=said.reference)
        return
    ctx.db.add(subscription)
    await ctx.db.flush()
    # Also for a trial that has already ended: events can arrive late.
    if said.trial_tokens and said.trial_end and said.status != SubscriptionStatus.INCOMPLETE:
        name = f"{TRIAL}{subscription.user_id}"  # once per person, for any number of subscriptions by any provider
        ends = said.trial_end if said.trial_expires else None
        await credit(ctx, subscription.user_id, said.trial_tokens, Kind.GRANT, name, expires_at=ends)


async def _payment(ctx: Context, rail: Rail, reference: str) -> Payment | None:
    found = select(Payment).where(col(Payment.payment_rail) == rail, col(Payment.reference) == reference)
    return await ctx.db.scalar(found)


async def _owner(ctx: Context, said: PaymentFacts | SubscriptionFacts) -> UUID | None:
    """Return the person who pays: the customer's, or the one named by the payment; None for a deleted account."""
    owner = said.user
    if said.customer:
        known = select(col(PaymentCustomer.user_id)).where(col(PaymentCustomer.reference) == said.customer)
        owner = await ctx.db.scalar(known) or owner
    if owner is None:
        return None
    return await ctx.db.scalar(select(col(User.id)).where(col(User.id) == owner, col(User.deleted_at).is_(None)))
