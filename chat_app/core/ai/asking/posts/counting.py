"""Find out which models a post asks, before its room is locked."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final
from uuid import UUID

from limits import RateLimitItemPerMinute
from sqlalchemy import select
from sqlmodel import col

from chat_app.core.ai.asking.asked import AskedModel, asked_models
from chat_app.core.ai.asking.posts.meant import assistants_meant
from chat_app.core.ai.asking.posts.post import Post
from chat_app.core.ai.costs.charging import require_funds
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import RateLimited
from chat_app.core.messages.texts.mentions import members_named
from chat_app.core.messages.views.quotes import quotes
from chat_app.core.rooms.tables import AiRule, Room

ASKS: Final = RateLimitItemPerMinute(30, namespace="asks")


async def would_ask(ctx: Context, room_id: UUID, post: Post) -> int:
    """Return the number of answers that a post requests, by the room's state before it is locked."""
    return len(await whom_asks(ctx, room_id, post))


async def whom_asks(ctx: Context, room_id: UUID, post: Post) -> list[AskedModel]:
    """Return the models and assistants that a post asks, by the room's state before it is locked. Its author may have
    no permission to ask.
    """
    columns = select(col(Room.ai_rule), col(Room.ai_model), col(Room.ai_assistant_id))
    room = (await ctx.db.execute(columns.where(col(Room.id) == room_id))).one_or_none()
    if room is None:
        return []
    if post.order and room.ai_rule != AiRule.NEVER:
        return [AskedModel(post.order.model, named=True)]
    reply = (await quotes(ctx, {post.reply_to}, room_id)).get(post.reply_to) if post.reply_to else None
    people = await members_named(ctx, room_id, post.said.calls) if post.offered else ()
    known = await assistants_meant(ctx, [post], people, room.ai_assistant_id)
    naming = replace(post.naming, assistants=known.get(post.actor.user_id, ()))
    is_reply = reply is not None and reply.is_ai
    rest = {"people": people, "room_assistant": room.ai_assistant_id}
    return asked_models(naming, room.ai_rule, room.ai_model, replies_to_ai=is_reply, **rest)


async def count_question(ctx: Context, post: Post, answers: int) -> None:
    """Count a question: each of its answers, and once for all attempts to commit its group.

    If another server counts, it is called before the room is locked. A message that only became a question afterwards,
    because the room's rule changed, is admitted, and counted after the commit. Raises ``RateLimited``.
    """
    count = partial(ctx.admits, ASKS, str(post.actor.user_id), count=answers)
    if post.asks is None and ctx.remote_limits:
        post.asks = True
        ctx.after_commit(count)
    elif post.asks is None:
        post.asks = await count()
    if not post.asks:
        raise RateLimited(retry_after=ASKS.get_expiry())


async def check_funds(ctx: Context, room_id: UUID, post: Post, asked: Sequence[AskedModel]) -> None:
    """Raise :class:`InsufficientBalance` if the payer cannot pay for the answers that a post requests."""
    models, offered = [each.model for each in asked], post.priced or post.offered
    draws = post.order is not None
    await require_funds(ctx, room_id, post.actor.user_id, post.said.text, models, offered, draws=draws)
