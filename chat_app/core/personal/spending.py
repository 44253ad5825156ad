"""Export the changes of the actor's balance, their usage of models, their budgets, and their payments."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.billing.tables import TokenBudget, TokenTransaction, TokenUsage
from chat_app.core.kernel.context import Context
from chat_app.core.payments.tables import Payment, Subscription

Rows = list[dict[str, Any]]

_TRANSACTION = ("created_at", "kind", "source", "target", "amount", "missing", "reference", "expires_at")
_USAGE = ("created_at", "work", "room_id", "model", "prompt_tokens", "completion_tokens", "cost")

_BUDGET = ("scope", "room_id", "amount", "hard", "alerts", "month", "spent")
_PAYMENT = ("paid_at", "payment_rail", "item", "status", "amount", "currency", "refunded", "tokens", "taken_back")
_SUBSCRIPTION = ("created_at", "payment_rail", "plan", "status", "amount", "currency", "period_end")


async def payments(ctx: Context) -> Rows:
    """Return the actor's payments, in the smallest unit of their currency."""
    mine = select(*(getattr(Payment, name) for name in _PAYMENT)).where(col(Payment.user_id) == ctx.me.user_id)
    rows = await ctx.db.execute(mine.order_by(col(Payment.paid_at), col(Payment.id)))
    return [dict(zip(("at", "rail", *_PAYMENT[2:]), row, strict=True)) for row in rows]


async def subscriptions(ctx: Context) -> Rows:
    """Return the actor's subscriptions, including ended ones."""
    mine = select(*(getattr(Subscription, name) for name in _SUBSCRIPTION))
    mine = mine.where(col(Subscription.user_id) == ctx.me.user_id).order_by(col(Subscription.created_at))
    return [dict(zip(("at", "rail", *_SUBSCRIPTION[2:]), row, strict=True)) for row in await ctx.db.execute(mine)]


async def transactions(ctx: Context) -> Rows:
    """Return the actor's transactions, in millionths of a token credit."""
    mine = select(*(getattr(TokenTransaction, name) for name in _TRANSACTION))
    mine = mine.where(col(TokenTransaction.user_id) == ctx.me.user_id).order_by(col(TokenTransaction.id))
    return [dict(zip(("at", *_TRANSACTION[1:]), row, strict=True)) for row in await ctx.db.execute(mine)]


async def usage(ctx: Context) -> Rows:
    """Return what models did for the actor."""
    mine = select(*(getattr(TokenUsage, name) for name in _USAGE))
    mine = mine.where(col(TokenUsage.asker_id) == ctx.me.user_id).order_by(col(TokenUsage.id))
    names = ("at", "work", "room", *_USAGE[3:])
    return [dict(zip(names, row, strict=True)) for row in await ctx.db.execute(mine)]


async def budgets(ctx: Context) -> Rows:
    """Return the budgets of the actor's usage: their own, the staff's, and those that owners set for them in rooms."""
    mine = select(*(getattr(TokenBudget, name) for name in _BUDGET)).where(col(TokenBudget.user_id) == ctx.me.user_id)
    names = ("scope", "room", *_BUDGET[2:])
    rows = await ctx.db.execute(mine.order_by(col(TokenBudget.id)))
    return [dict(zip(names, row, strict=True)) for row in rows]
