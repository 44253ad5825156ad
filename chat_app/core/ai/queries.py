"""Reading a room's answers."""

from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.ai.tables import OPEN, AiRun
from chat_app.core.kernel.context import Context
from chat_app.core.messages.tables import Message
from chat_app.core.messages.views import MessageView, view_messages_now


async def live_answers(ctx: Context, room_id: UUID) -> list[MessageView]:
    """Return the answers that are being written in a room that the actor has accessed."""
    statement = (
        select(Message)
        .join(AiRun, AiRun.id == Message.run_id)
        .where(AiRun.room_id == room_id, col(AiRun.status).in_(OPEN))
        .order_by(Message.seq)
    )
    return await view_messages_now(ctx, list(await ctx.db.scalars(statement)))
