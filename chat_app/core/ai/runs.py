"""The life of a run in the database: claimed, begun, kept alive, finished, or given up, each in one transaction.

A heartbeat is only compared with itself: no clock says that a process is gone, only that its heartbeat stands still.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, exists, func, or_, select, update
from sqlmodel import col

from chat_app.core.ai.events import RunEnded, RunQueued
from chat_app.core.ai.ports import Usage
from chat_app.core.ai.tables import OPEN, AiRun, RunStatus
from chat_app.core.kernel.context import Context
from chat_app.core.messages.commands import tell, tell_changed
from chat_app.core.messages.said import read_said
from chat_app.core.messages.tables import Message, Status
from chat_app.core.rooms.tables import Member, Room

INTERRUPTED: Final = "llm_interrupted"
"""The error of an answer whose process was gone before its end."""


async def claim_runs(ctx: Context, limit: int, default_model: str = "") -> dict[UUID, datetime]:
    """Take the oldest queued runs that nobody else takes, for :func:`begin_run`. Waits for nothing.

    In a room, the runs of one model come one after another, so that each prompt has the answers before it.
    Gives their heartbeats, by which a run can be told from one that has been taken again meanwhile.
    """
    # One that runs is the first of its room and model. What another process is about to claim is still queued here, and
    # keeps back what comes after it.
    model = func.coalesce(AiRun.model, default_model)
    places = (col(AiRun.room_id), model, col(AiRun.status) == RunStatus.QUEUED, col(AiRun.created_at), col(AiRun.id))
    first = select(col(AiRun.id)).where(col(AiRun.status).in_(OPEN)).order_by(*places).distinct(*places[:2])
    oldest = (
        select(col(AiRun.id))
        .where(col(AiRun.status) == RunStatus.QUEUED, col(AiRun.id).in_(first))
        .order_by(col(AiRun.created_at), col(AiRun.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claim = update(AiRun).where(col(AiRun.id).in_(oldest)).values(status=RunStatus.RUNNING, heartbeat_at=_BEAT)
    taken = await ctx.db.execute(claim.returning(col(AiRun.id), col(AiRun.heartbeat_at)))
    return {run_id: beat for run_id, beat in sorted(taken) if beat}


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
    run, room, message = await hold(ctx, run_id)
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
    run, room, message = await hold(ctx, run_id)
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
    await end(ctx, run, room, message, status, error, said.words)


async def heartbeats(ctx: Context) -> dict[UUID, datetime]:
    """Return the runs that are being written, and the last heartbeat of each."""
    running = select(col(AiRun.id), col(AiRun.heartbeat_at)).where(col(AiRun.status) == RunStatus.RUNNING)
    return {run_id: beat for run_id, beat in await ctx.db.execute(running) if beat}


async def give_up_run(ctx: Context, run_id: UUID, beat: datetime) -> None:
    """End a run whose heartbeat stands still, with the text that was saved; queue one anew that was never begun."""
    said = await read_said(await ctx.db.scalar(_SAVED, {"run": run_id}) or "")
    run, room, message = await hold(ctx, run_id)
    if run.status != RunStatus.RUNNING or run.heartbeat_at != beat:
        return
    if message.status == Status.QUEUED:
        run.status = RunStatus.QUEUED
        ctx.emit(RunQueued(run.id))
    else:
        await end(ctx, run, room, message, Status.FAILED, INTERRUPTED, said.words)


_SAVED = select(col(Message.text)).join(AiRun, col(AiRun.message_id) == col(Message.id))
_SAVED = _SAVED.where(col(AiRun.id) == bindparam("run"))
_ROOM = select(col(AiRun.room_id)).where(col(AiRun.id) == bindparam("run"))
# Held in the order in which everyone holds them, the room first; and read after the wait, since all three are held.
HELD: Final = (
    select(AiRun, Room, Message)
    .join(Room, col(Room.id) == col(AiRun.room_id))
    .join(Message, col(Message.id) == col(AiRun.message_id))
    .execution_options(populate_existing=True)
)
"""Runs, with their rooms and messages, to be locked."""

_HOLD: Final = HELD.where(col(AiRun.id) == bindparam("run")).with_for_update(of=[Room, AiRun, Message])


async def hold(ctx: Context, run_id: UUID) -> tuple[AiRun, Room, Message]:
    """Lock a run with its room and message."""
    await ctx.take_turn((await ctx.db.scalars(_ROOM, {"run": run_id})).one())
    run, room, message = (await ctx.db.execute(_HOLD, {"run": run_id})).one()
    return run, room, message


async def end(
    ctx: Context,
    run: AiRun,
    room: Room,
    message: Message,
    status: Status,
    error: str | None = None,
    words: Sequence[str] = (),
) -> None:
    """End a run that is held, as ``status``; ``words`` are those by which its text is found."""
    ctx.emit(RunEnded(run.id))
    run.status = RunStatus.COMPLETED if status is Status.COMPLETE else status.value
    run.model, run.error, run.finished_at = message.model, error, ctx.now
    message.status, message.error, message.tokens = status, error, run.completion_tokens
    await tell_changed(ctx, room, message, words)
