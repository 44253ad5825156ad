"""Regenerate an answer, or a picture, in the same place."""

from collections.abc import Sequence

from chat_app.core.ai.asking.asked import AskedModel
from chat_app.core.ai.asking.assistants import asked_again, asked_before
from chat_app.core.ai.events import RunQueued
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.queries import written_at
from chat_app.core.ai.tables import AiRun
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.answers.branches import begin_branch
from chat_app.core.messages.commands import announce_change
from chat_app.core.messages.tables import Message, Status
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.tables import Room


async def asked_anew(ctx: Context, answer: Message, room: Room, offered: Sequence[ModelInfo]) -> AskedModel:
    """Return the model or assistant that regenerates an answer; for a picture, the model that drew it."""
    if answer.drawing is not None:
        return await asked_before(ctx, answer)
    return await asked_again(ctx, answer, room, offered)


async def write_anew(ctx: Context, room: Room, answer: Message, asked: AskedModel, prompt: str = "") -> MessageView:
    """Queue another text of an answer by the model or assistant that was ``asked``, or by the room's model.

    For a picture, queue another picture, by ``prompt`` if it is not empty.
    """
    await begin_branch(ctx, answer, await written_at(ctx, answer))
    drawing = answer.drawing
    answer.text, answer.outdated = (prompt or answer.text) if drawing is not None else "", False
    answer.drawing = None if drawing is None else {name: value for name, value in drawing.items() if name != "cost"}
    answer.attachments = None
    answer.error = answer.tokens = answer.cost = answer.instead_of = answer.tool_calls = None
    answer.reasoning = answer.reasoning_seconds = None
    it = asked.assistant
    answer.assistant_id, answer.assistant_name, answer.assistant_picture = it.named().columns if it else (None,) * 3
    run = await queue_run(ctx, answer, asked.model or room.ai_model)
    run.named = run.named and asked.model is not None and it is None
    answer.model = run.model if run.named else None
    ctx.db.add(run)
    return await announce_change(ctx, room, answer)


async def queue_run(ctx: Context, answer: Message, model: str | None) -> AiRun:
    """Return a new run for an answer, to be written in the same transaction."""
    before = await ctx.db.get(AiRun, answer.run_id) if answer.run_id else None
    run = AiRun(
        id=new_id(),
        room_id=answer.room_id,
        message_id=answer.id,
        asked_by_id=ctx.me.user_id,
        model=model,
        named=before is not None and before.named,
        assistant_id=answer.assistant_id,
        created_at=ctx.now,
    )
    answer.run_id, answer.asked_by_id, answer.status = run.id, ctx.me.user_id, Status.QUEUED
    ctx.emit(RunQueued(run.id))
    return run
