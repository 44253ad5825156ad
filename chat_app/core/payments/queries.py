"""Read the offered plans and packs, and the actor's payments."""

from typing import Final

from sqlalchemy import select, tuple_
from sqlmodel import col

from chat_app.core.kernel.context import Context
from chat_app.core.kernel.pages import Page, Place, page_of
from chat_app.core.payments.customers import view_buyer
from chat_app.core.payments.tables import Payment, Subscription

PAGE_MAX: Final = 50


async def my_subscription(ctx: Context) -> Subscription | None:
    """Return the actor's subscription, if they have one now."""
    return (await view_buyer(ctx)).subscription


async def my_payments(ctx: Context, after: Place | None = None, limit: int = PAGE_MAX) -> Page[Payment]:
    """Return the actor's payments, newest first."""
    mine = select(Payment).where(col(Payment.user_id) == ctx.me.user_id)
    if after:
        mine = mine.where(tuple_(col(Payment.paid_at), col(Payment.id)) < tuple_(after.at, after.id))
    newest = mine.order_by(col(Payment.paid_at).desc(), col(Payment.id).desc()).limit(limit + 1)
    return page_of((await ctx.db.scalars(newest)).all(), limit, lambda each: Place(each.paid_at, each.id))
