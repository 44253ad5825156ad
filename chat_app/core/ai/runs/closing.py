"""End the tool calls of a run that ends."""

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.ai.tables import AiRun
from chat_app.core.kernel.context import Context
from chat_app.core.messages.answer_tables import OPEN_CALLS, CallStatus, MessageCall
from chat_app.core.messages.answers.tool_calls import show_calls
from chat_app.core.messages.tables import Message


async def close_calls(ctx: Context, run: AiRun, message: Message) -> None:
    """End the run's calls that have no result yet; the run and its message are locked."""
    if not any(entry["status"] in OPEN_CALLS for entry in message.tool_calls or ()):
        return
    left = select(MessageCall).where(col(MessageCall.run_id) == run.id, col(MessageCall.status).in_(OPEN_CALLS))
    calls = (await ctx.db.scalars(left)).all()
    for call in calls:
        call.status, call.finished_at = CallStatus.STOPPED, ctx.now
    show_calls(message, calls)
