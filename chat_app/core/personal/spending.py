"""Export what changed the actor's balance, and what models did for them."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.billing.tables import TokenTransaction, TokenUsage
from chat_app.core.kernel.context import Context

Rows = list[dict[str, Any]]

_TRANSACTION = ("created_at", "kind", "source", "target", "amount", "missing", "reference", "expires_at")
_USAGE = ("created_at", "work", "room_id", "model", "prompt_tokens", "completion_tokens", "cost")


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
