"""Tool calls that wait for approval, in the database."""

from chat_app.core.ai.tables import AiRun, RunStatus
from chat_app.core.kernel.context import Context
from chat_app.core.messages.answer_tables import CallStatus, MessageCall
from chat_app.core.messages.answers.tool_calls import show_calls
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.tables import Room


async def add_waiting_call(ctx: Context, answer: Message) -> MessageCall:
    """Have the run of an answer, which is written by nobody, wait for the approval of a tool call."""
    asker = answer.asked_by_id
    assert asker
    ctx.db.add(run := AiRun(room_id=answer.room_id, message_id=answer.id, asked_by_id=asker, created_at=ctx.now))
    run.status, run.heartbeat_at, answer.run_id = RunStatus.RUNNING, ctx.now, run.id
    room = await ctx.db.get_one(Room, answer.room_id)
    room.ai_tools = [*room.ai_tools, "test/send"]
    await ctx.db.flush()
    place = {"run_id": run.id, "message_id": answer.id, "room_id": answer.room_id, "round": 1, "position": 0}
    said = {"vendor_id": "call_1", "tool": "test/send", "name": "send", "label": "Send", "arguments": '{"to": "ben"}'}
    call = MessageCall(**place, **said, status=CallStatus.WAITING, created_at=ctx.now)
    ctx.db.add(call)
    show_calls(answer, [call])
    await ctx.db.flush()
    return call
