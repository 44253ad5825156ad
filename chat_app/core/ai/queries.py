"""Read a room's answers."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.ai.tables import OPEN, AiRun
from chat_app.core.kernel.context import Context
from chat_app.core.messages.tables import Message
from chat_app.core.messages.views.messages import MessageView, view_messages_now
from chat_app.core.rooms.access import RoomAccess


async def live_answers(ctx: Context, access: RoomAccess) -> list[MessageView]:
    """Return the answers that are being written in a room, and that the actor sees."""
    statement = (
        select(Message)
        .join(AiRun, col(AiRun.id) == col(Message.run_id))
        .where(
            col(AiRun.room_id) == access.room.id,
            col(AiRun.status).in_(OPEN),
            col(Message.seq) > access.member.sees_after,
        )
        .order_by(col(Message.seq))
    )
    return await view_messages_now(ctx, list(await ctx.db.scalars(statement)))


async def written_at(ctx: Context, answer: Message) -> datetime:
    """Return the time at which the current text of the answer was requested. The message keeps the place of its first
    text.
    """
    run = await ctx.db.get(AiRun, answer.run_id) if answer.run_id else None
    return run.created_at if run else answer.created_at
