"""The life of a run in the database: claimed, kept alive, finished, or given up. Each function is one transaction's work."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select, update

from chat_app.core.accounts.queries import people
from chat_app.core.ai.context import ContextMessage
from chat_app.core.ai.ports import Usage
from chat_app.core.ai.tables import AiRun
from chat_app.core.kernel.context import Context
from chat_app.core.messages.commands import tell
from chat_app.core.messages.tables import LIVE, Message, Status
from chat_app.core.rooms.access import advance, lock_room
from chat_app.core.rooms.tables import Room

LEASE: Final = timedelta(seconds=10)
"""How long a run is left alone after its last heartbeat."""

CONTEXT_MESSAGES: Final = 200
"""How many of a room's newest messages are considered for the model's window."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that this process now writes."""

    run_id: UUID
    room_id: UUID
    message_id: UUID
    model: str
    first_answer: bool
    history: tuple[ContextMessage, ...]


async def claim_run(ctx: Context, default_model: str) -> Claim | None:
    """Take the oldest queued run, if there is one that nobody else takes, and tell the room that it begins."""
    queued = select(AiRun.id, AiRun.room_id).where(AiRun.status == "queued").order_by(AiRun.created_at)
    for run_id, room_id in (await ctx.db.execute(queued.limit(20))).all():
        room = await lock_room(ctx, room_id)
        held = select(AiRun).where(AiRun.id == run_id, AiRun.status == "queued").with_for_update(skip_locked=True)
        if run := await ctx.db.scalar(held):
            return await _begin(ctx, room, run, run.model or default_model)
    return None


async def _begin(ctx: Context, room: Room, run: AiRun, model: str) -> Claim:
    run.status, run.heartbeat_at, run.model = "running", ctx.now, model
    message = await ctx.db.get_one(Message, run.message_id)
    history = await _history(ctx, message)
    message.status, message.model, message.rev = Status.STREAMING, model, advance(room)
    await tell(ctx, message)
    return Claim(run.id, room.id, message.id, model, message.seq <= 2, history)


async def _history(ctx: Context, answer: Message) -> tuple[ContextMessage, ...]:
    """What was said before the answer, oldest first."""
    statement = (
        select(Message)
        .where(Message.room_id == answer.room_id, Message.seq < answer.seq)
        .order_by(Message.seq.desc())
        .limit(CONTEXT_MESSAGES)
    )
    said = list(await ctx.db.scalars(statement))[::-1]
    names = await people(ctx, (message.author_id for message in said if message.author_id))
    return tuple(
        ContextMessage(
            id=message.id,
            author_name=names[message.author_id].name if message.author_id in names else "",
            is_ai=message.is_ai,
            text=message.text,
            deleted=message.deleted_at is not None,
            failed=message.status == Status.FAILED or message.status in LIVE,
        )
        for message in said
    )


async def keep_alive(ctx: Context, run_id: UUID, text: str) -> bool:
    """Save how far the answer is, and hold the run; returns whether it should go on."""
    statement = (
        update(AiRun)
        .where(AiRun.id == run_id, AiRun.status == "running")
        .values(heartbeat_at=ctx.now)
        .returning(AiRun.stop_requested, AiRun.message_id)
    )
    row = (await ctx.db.execute(statement)).first()
    if row is None or row[0]:
        return False
    await ctx.db.execute(
        update(Message)
        .where(Message.id == row[1], Message.run_id == run_id, Message.deleted_at.is_(None))
        .values(text=text)
    )
    return True


async def finish_run(
    ctx: Context, run_id: UUID, status: Status, text: str | None, *, error: str | None = None, usage: Usage | None = None
) -> None:
    """End a run with its whole text (``None``: what was saved last), unless it has been ended already."""
    room_id = await ctx.db.scalar(select(AiRun.room_id).where(AiRun.id == run_id))
    room = await lock_room(ctx, room_id)
    run = await ctx.db.get_one(AiRun, run_id, with_for_update=True, populate_existing=True)
    if run.status != "running":
        return
    run.status = "completed" if status is Status.COMPLETE else status.value
    run.error, run.finished_at = error, ctx.now
    if usage:
        run.prompt_tokens, run.completion_tokens = usage.prompt_tokens, usage.completion_tokens
    message = await ctx.db.get_one(Message, run.message_id, populate_existing=True)
    if message.run_id != run.id:
        return
    message.status, message.error = status, error
    message.tokens = usage.completion_tokens if usage else None
    if text is not None and message.deleted_at is None:
        message.text = text
    message.rev = advance(room)
    await tell(ctx, message)


async def abandoned_runs(ctx: Context) -> list[UUID]:
    """The runs whose process is gone."""
    statement = select(AiRun.id).where(AiRun.status == "running", AiRun.heartbeat_at < ctx.now - LEASE)
    return list(await ctx.db.scalars(statement))
