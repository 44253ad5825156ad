"""Rate answers: each person for themselves."""

from typing import Any, Final

from sqlalchemy import case, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, new_id
from chat_app.core.kernel.texts.cleaning import clean_text
from chat_app.core.messages.access import access_message
from chat_app.core.messages.answer_tables import MessageBranch, Rating, RatingValue
from chat_app.core.messages.answers.branches import check_number
from chat_app.core.messages.errors import BranchNotFound, InvalidRating, MessageDeleted, NothingToRate
from chat_app.core.messages.events import AnswerRated
from chat_app.core.messages.marks.commands import MARKS
from chat_app.core.messages.tables import LIVE, Message

REASON_MAX: Final = 500
"""Characters of a rating's reason."""


async def rate_answer(
    ctx: Context, message_id: AnyId, value: str, reason: str | None = None, *, n: int | None = None
) -> None:
    """Rate an answer that the actor can see, or its text ``n``, in place of an earlier rating.

    Without a ``reason``, an equal rating keeps its reason. Raises :class:`InvalidRating`, :class:`NothingToRate`,
    :class:`BranchNotFound`, :class:`MessageDeleted` or ``RateLimited``.
    """
    value, reason = _check(value, reason)
    await ctx.limit(MARKS, str(ctx.me.user_id))
    message = (await access_message(ctx, message_id, Permission.VIEW, lock=False)).message
    if message.deleted_at is not None:
        raise MessageDeleted()
    n = message.branch if n is None else n
    check_number(n)
    row = {"user_id": ctx.me.user_id, "message_id": message.id, "n": n}
    given = insert(Rating).values(
        **row,
        id=new_id(),
        value=value,
        reason=reason or "",
        model=await _model_of(ctx, message, n),
        created_at=ctx.now,
    )
    new: dict[str, Any] = {name: given.excluded[name] for name in ("value", "reason", "created_at")}
    if reason is None:
        new["reason"] = case((col(Rating.value) == value, col(Rating.reason)), else_="")
    await ctx.db.execute(given.on_conflict_do_update(index_elements=list(row), set_=new))
    ctx.emit(AnswerRated(ctx.me.user_id, message.room_id, message.id, n, value))


async def unrate_answer(ctx: Context, message_id: AnyId, *, n: int | None = None) -> None:
    """Remove the actor's rating of an answer, or of its text ``n``, if there is one."""
    await ctx.limit(MARKS, str(ctx.me.user_id))
    message = (await access_message(ctx, message_id, Permission.VIEW, lock=False)).message
    n = message.branch if n is None else n
    check_number(n)
    mine = (col(Rating.user_id) == ctx.me.user_id, col(Rating.message_id) == message.id, col(Rating.n) == n)
    await ctx.db.execute(delete(Rating).where(*mine))
    ctx.emit(AnswerRated(ctx.me.user_id, message.room_id, message.id, n, ""))


def _check(value: str, reason: str | None) -> tuple[str, str | None]:
    if value not in list(RatingValue):
        raise InvalidRating(field="value", maximum=REASON_MAX)
    reason = None if reason is None else clean_text(reason)
    if reason and len(reason) > REASON_MAX:
        raise InvalidRating(field="reason", maximum=REASON_MAX)
    return value, reason


async def _model_of(ctx: Context, message: Message, n: int) -> str | None:
    """Return the model that has written the text ``n`` of an answer."""
    if not message.is_ai:
        raise NothingToRate()
    if n == message.branch:
        if message.status in LIVE or not message.text:
            raise NothingToRate()
        return message.model
    branch = select(MessageBranch).where(col(MessageBranch.message_id) == message.id, col(MessageBranch.n) == n)
    found = await ctx.db.scalar(branch)
    if found is None:
        raise BranchNotFound()
    return found.model
