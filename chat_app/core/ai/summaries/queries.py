"""Read the summaries of rooms, as the prompt builder needs them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import or_, select
from sqlmodel import col

from chat_app.core.ai.context.shapes.earlier import PromptSummary
from chat_app.core.kernel.context import Context
from chat_app.core.messages.answer_tables import MessageContextSummary
from chat_app.core.rooms.tables import Room


async def read_summaries(ctx: Context, room_ids: Collection[UUID]) -> dict[UUID, PromptSummary]:
    """Return the summaries of these rooms, by room. Without rooms there is no query."""
    if not room_ids:
        return {}
    cutoff = col(Room.ai_context_cutoff_at)
    found = (
        select(MessageContextSummary)
        .join(Room, col(Room.id) == col(MessageContextSummary.room_id))
        .where(col(Room.id).in_(room_ids), col(Room.deleted_at).is_(None))
        .where(or_(cutoff.is_(None), col(MessageContextSummary.from_at) >= cutoff))
    )
    return {each.room_id: summary_of(each) for each in await ctx.db.scalars(found)}


def summary_of(row: MessageContextSummary) -> PromptSummary:
    """Return a summary, given its row."""
    return PromptSummary(
        row.id, row.room_id, row.text, row.tokens, row.messages, row.from_seq, row.until_seq, row.until_at
    )
