"""Delete the summary of a room's older messages once these have changed."""

from sqlalchemy import delete
from sqlmodel import col

from chat_app.core.kernel.context import Context
from chat_app.core.messages.answer_tables import MessageContextSummary
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.access import advance, room_changed
from chat_app.core.rooms.tables import Room


async def drop_summary(ctx: Context, room: Room, message: Message | None = None) -> None:
    """Delete the summary of a locked room, and publish that; given a changed ``message``, only one that covers it."""
    if room.ai_summary_seq is None or (message and message.seq > room.ai_summary_seq):
        return
    await ctx.db.execute(delete(MessageContextSummary).where(col(MessageContextSummary.room_id) == room.id))
    room.ai_summary_seq = None
    advance(room)
    ctx.emit(room_changed(room))
