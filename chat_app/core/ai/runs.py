"""The life of a run in the database: claimed, begun, kept alive, finished, or given up, each in one transaction.

A heartbeat is only compared with itself: no clock says that a process is gone, only that its heartbeat stands still.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, exists, func, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from chat_app.core.accounts.queries import people
from chat_app.core.ai.events import RunQueued
from chat_app.core.ai.ports import Usage
from chat_app.core.ai.prompt import PromptMessage
from chat_app.core.ai.tables import AiRun, RunStatus
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.messages.commands import tell, tell_changed
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.said import read_said
from chat_app.core.messages.tables import LIVE, Message, Status
from chat_app.core.messages.views import view_message
from chat_app.core.rooms.access import advance
from chat_app.core.rooms.tables import Member, Room

INTERRUPTED: Final = "llm_interrupted"
"""The error of an answer whose process was gone before its end."""

CONTEXT_MESSAGES: Final = 200
"""How many of a room's newest messages are considered for the model's window."""


@dataclass(frozen=True, slots=True)
class ClaimedRun:
    """A run that this process now writes."""

    run_id: UUID
    room_id: UUID
    message_id: UUID
    model: str
    first_answer: bool
    history: tuple[PromptMessage, ...]


async def claim_runs(ctx: Context, limit: int) -> dict[UUID, datetime]:
    """Take the oldest queued runs that nobody else takes, for :func:`begin_run`. Waits for nothing.

    Gives their heartbeats, by which a run can be told from one that has been taken again meanwhile.
    """
    oldest = (
        select(col(AiRun.id))
        .where(col(AiRun.status) == RunStatus.QUEUED)
        .order_by(col(AiRun.created_at), col(AiRun.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claim = update(AiRun).where(col(AiRun.id).in_(oldest)).values(status=RunStatus.RUNNING, heartbeat_at=_BEAT)
    taken = await ctx.db.execute(claim.returning(col(AiRun.id), col(AiRun.heartbeat_at)))
    return {run_id: beat for run_id, beat in sorted(taken) if beat}


async def begin_run(
    ctx: Context, run_id: UUID, default_model: str, claimed: datetime | None = None
) -> ClaimedRun | None:
    """Tell the room that a run begins which was claimed with this heartbeat.

    ``None`` when nobody wants its answer any more, or another process has it.
    """
    said = await _said_before(ctx, run_id)
    persons = await people(ctx, {each.author_id for each in said if each.author_id})
    run, room, message = await _hold(ctx, run_id)
    if run.status != RunStatus.RUNNING or (claimed and run.heartbeat_at != claimed):
        return None
    if await _is_unwanted(ctx, run, room, message):
        await _end(ctx, run, room, message, Status.STOPPED)
        return None
    model = run.model or default_model
    message.status, message.model, message.rev = Status.STREAMING, model, advance(room)
    if run.asked_by_id and run.asked_by_id not in persons:
        persons |= await people(ctx, {run.asked_by_id})
    ctx.emit(MessageChanged(view_message(message, persons)))
    history = tuple(_context_message(each, persons) for each in said)
    return ClaimedRun(run.id, room.id, message.id, model, message.seq <= 2, history)


async def _said_before(ctx: Context, run_id: UUID) -> list[Message]:
    """Return the newest messages before the answer, oldest first. Its place never changes, so this needs no lock."""
    answer = aliased(Message)
    statement = (
        select(Message)
        .join(answer, col(Message.room_id) == answer.room_id)
        .join(AiRun, col(AiRun.message_id) == answer.id)
        .where(col(AiRun.id) == run_id, col(Message.seq) < answer.seq)
        .order_by(col(Message.seq).desc())
        .limit(CONTEXT_MESSAGES)
    )
    return list(await ctx.db.scalars(statement))[::-1]


def _context_message(message: Message, persons: dict[UUID, Person]) -> PromptMessage:
    author = persons.get(message.author_id) if message.author_id else None
    return PromptMessage(
        id=message.id,
        author_name=author.name if author else "",
        is_ai=message.is_ai,
        text=message.text,
        deleted=message.deleted_at is not None,
        failed=message.status == Status.FAILED or message.status in LIVE,
    )


async def _is_unwanted(ctx: Context, run: AiRun, room: Room, message: Message) -> bool:
    if run.stop_requested or room.deleted_at is not None or message.deleted_at is not None:
        return True
    return await ctx.db.get(Member, (room.id, run.asked_by_id)) is None


_BEAT = func.clock_timestamp()
_ASKER = exists().where(col(Member.room_id) == col(AiRun.room_id), col(Member.user_id) == col(AiRun.asked_by_id))
_UNWANTED = or_(
    col(AiRun.stop_requested), col(Message.deleted_at).is_not(None), col(Room.deleted_at).is_not(None), ~_ASKER
)
"""Whether nobody wants a run's answer any more: it is stopped, what it is about is gone, or its asker has left."""


async def keep_alive(ctx: Context, run_id: UUID, text: str) -> bool:
    """Save how far the answer is, and hold the run; returns whether it should go on.

    One that another process has given up goes on too: whoever has its writer for gone is wrong.
    """
    statement = (
        update(AiRun)
        .where(col(AiRun.id) == run_id, col(AiRun.status) == RunStatus.RUNNING)
        .where(col(Message.id) == AiRun.message_id, col(Room.id) == AiRun.room_id)
        .values(heartbeat_at=_BEAT)
        .returning(col(AiRun.message_id), _UNWANTED)
    )
    row = (await ctx.db.execute(statement)).first()
    if row is None:
        return await _resume(ctx, run_id, text)
    message_id, unwanted = row
    await ctx.db.execute(
        update(Message)
        .where(col(Message.id) == message_id, col(Message.deleted_at).is_(None), col(Message.text) != text)
        .values(text=text)
    )
    return not unwanted


async def _resume(ctx: Context, run_id: UUID, text: str) -> bool:
    run, room, message = await _hold(ctx, run_id)
    if not _is_given_up(run, message) or await _is_unwanted(ctx, run, room, message):
        return False
    run.status, run.error, run.finished_at = RunStatus.RUNNING, None, None
    message.status, message.error, message.text = Status.STREAMING, None, text
    await tell_changed(ctx, room, message)
    return True


def _is_given_up(run: AiRun, message: Message) -> bool:
    """Return whether the run was ended for its writer, and nothing has come of its message since."""
    is_newest = message.run_id == run.id and message.deleted_at is None
    return is_newest and (run.status, run.error) == (RunStatus.FAILED, INTERRUPTED)


async def finish_run(
    ctx: Context, run_id: UUID, status: Status, text: str, *, error: str | None = None, usage: Usage | None = None
) -> None:
    """End a run with its whole text; one that has been ended already only if another process gave it up.

    An answer that nobody wants any more ends as stopped. Ending a run twice tells its room twice.
    """
    said = await read_said(text)
    run, room, message = await _hold(ctx, run_id)
    if run.status != RunStatus.RUNNING and not _is_given_up(run, message):
        if message.run_id == run.id:
            await tell(ctx, message)
        return
    if usage:
        run.prompt_tokens, run.completion_tokens = usage.prompt_tokens, usage.completion_tokens
    if message.deleted_at is None:
        message.text = text
    if status is Status.COMPLETE and await _is_unwanted(ctx, run, room, message):
        status = Status.STOPPED
    await _end(ctx, run, room, message, status, error, said.words)


async def heartbeats(ctx: Context) -> dict[UUID, datetime]:
    """Return the runs that are being written, and the last heartbeat of each."""
    running = select(col(AiRun.id), col(AiRun.heartbeat_at)).where(col(AiRun.status) == RunStatus.RUNNING)
    return {run_id: beat for run_id, beat in await ctx.db.execute(running) if beat}


async def give_up_run(ctx: Context, run_id: UUID, beat: datetime) -> None:
    """End a run whose heartbeat stands still, with the text that was saved; queue one anew that was never begun."""
    said = await read_said(await ctx.db.scalar(_SAVED, {"run": run_id}) or "")
    run, room, message = await _hold(ctx, run_id)
    if run.status != RunStatus.RUNNING or run.heartbeat_at != beat:
        return
    if message.status == Status.QUEUED:
        run.status = RunStatus.QUEUED
        ctx.emit(RunQueued(run.id))
    else:
        await _end(ctx, run, room, message, Status.FAILED, INTERRUPTED, said.words)


_SAVED = select(col(Message.text)).join(AiRun, col(AiRun.message_id) == col(Message.id))
_SAVED = _SAVED.where(col(AiRun.id) == bindparam("run"))
_ROOM = select(col(AiRun.room_id)).where(col(AiRun.id) == bindparam("run"))
# Held in the order in which everyone holds them, the room first; and read after the wait, since all three are held.
_HOLD = (
    select(AiRun, Room, Message)
    .join(Room, col(Room.id) == col(AiRun.room_id))
    .join(Message, col(Message.id) == col(AiRun.message_id))
    .where(col(AiRun.id) == bindparam("run"))
    .with_for_update(of=[Room, AiRun, Message])
    .execution_options(populate_existing=True)
)


async def _hold(ctx: Context, run_id: UUID) -> tuple[AiRun, Room, Message]:
    await ctx.take_turn((await ctx.db.scalars(_ROOM, {"run": run_id})).one())
    run, room, message = (await ctx.db.execute(_HOLD, {"run": run_id})).one()
    return run, room, message


async def _end(
    ctx: Context,
    run: AiRun,
    room: Room,
    message: Message,
    status: Status,
    error: str | None = None,
    words: Sequence[str] = (),
) -> None:
    run.status = RunStatus.COMPLETED if status is Status.COMPLETE else status.value
    run.model, run.error, run.finished_at = message.model, error, ctx.now
    message.status, message.error, message.tokens = status, error, run.completion_tokens
    await tell_changed(ctx, room, message, words)
