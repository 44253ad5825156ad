"""The customers of the payment provider, and their subscriptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from limits import RateLimitItemPerHour
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.accounts.queries import get_user
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.work.jobs import JobKind
from chat_app.core.payments.tables import ENDED, PaymentCustomer, Rail, Subscription

CHECKOUTS: Final = RateLimitItemPerHour(30, namespace="checkouts")

CANCEL_SUBSCRIPTION: Final = JobKind("cancel_subscription")


@dataclass(frozen=True, slots=True)
class Buyer:
    """A person who is about to pay."""

    id: UUID
    email: str
    name: str
    locale: str
    customer: str
    """Their id at the provider; "" before the first payment."""
    checkout: str
    subscription: Subscription | None
    """The one that they have now."""
    subscribed_before: bool


async def find_buyer(ctx: Context) -> Buyer:
    """Return the actor's data as a customer, and count the attempt. Raises ``RateLimited``."""
    await ctx.limit(CHECKOUTS, str(ctx.me.user_id))
    return await view_buyer(ctx)


async def view_buyer(ctx: Context) -> Buyer:
    """Return the actor's data as a customer."""
    user = await get_user(ctx, ctx.me.user_id)
    customer = await ctx.db.get(PaymentCustomer, user.id)
    subscriptions = await _subscriptions(ctx, user.id)
    current = next((each for each in subscriptions if each.status not in ENDED), None)
    known, checkout = (customer.reference, customer.checkout or "") if customer else ("", "")
    return Buyer(user.id, user.email, user.name, user.locale, known, checkout, current, bool(subscriptions))


async def note_customer(ctx: Context, reference: str) -> str:
    """Store the customer id of the actor; return it, or the id that a concurrent request has stored."""
    row = {"user_id": ctx.me.user_id, "reference": reference, "created_at": ctx.now}
    await ctx.db.execute(insert(PaymentCustomer).values(row).on_conflict_do_nothing())
    known = await ctx.db.get(PaymentCustomer, ctx.me.user_id, populate_existing=True)
    return known.reference if known else reference


async def note_checkout(ctx: Context, checkout: str | None) -> None:
    """Store the checkout that the actor was sent to last, or that they have seen its outcome."""
    mine = update(PaymentCustomer).where(col(PaymentCustomer.user_id) == ctx.me.user_id)
    await ctx.db.execute(mine.values(checkout=checkout, checkout_at=ctx.now))


async def list_customers(ctx: Context, after: UUID | None, limit: int) -> Sequence[tuple[UUID, str]]:
    """Return the customers after one, in the order of their people's ids."""
    mine = select(col(PaymentCustomer.user_id), col(PaymentCustomer.reference)).order_by(col(PaymentCustomer.user_id))
    if after:
        mine = mine.where(col(PaymentCustomer.user_id) > after)
    return [(row[0], row[1]) for row in await ctx.db.execute(mine.limit(limit))]


async def cancel_subscriptions(ctx: Context, user_id: UUID) -> None:
    """Cancel a person's subscriptions, since their account is deleted. One of a store is ended in the store."""
    for each in await _subscriptions(ctx, user_id):
        if each.status not in ENDED and each.payment_rail == Rail.STRIPE:
            await ctx.enqueue(CANCEL_SUBSCRIPTION, once=f"cancel {each.id}", subscription=each.reference)


async def _subscriptions(ctx: Context, user: UUID) -> Sequence[Subscription]:
    mine = select(Subscription).where(col(Subscription.user_id) == user)
    return (await ctx.db.scalars(mine.order_by(col(Subscription.created_at).desc(), col(Subscription.id)))).all()
