"""Give up runs whose process has stopped, which an unchanged heartbeat shows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from chat_app.core.ai.events import RunQueued
from chat_app.core.ai.runs.changing import INTERRUPTED, end, hold
from chat_app.core.ai.tables import AiRun, RunStatus
from chat_app.core.kernel.context import Context
from chat_app.core.messages.tables import Message, Status
from chat_app.core.messages.texts.parsing import parse_text

_SAVED = select(col(Message.text)).join(AiRun, col(AiRun.message_id) == col(Message.id))
_SAVED = _SAVED.where(col(AiRun.id) == bindparam("run"))


async def heartbeats(ctx: Context) -> dict[UUID, datetime]:
    """Return the runs that are being written, and the last heartbeat of each."""
    running = select(col(AiRun.id), col(AiRun.heartbeat_at)).where(col(AiRun.status) == RunStatus.RUNNING)
    return {run_id: beat for run_id, beat in await ctx.db.execute(running) if beat}


async def give_up_run(ctx: Context, run_id: UUID, beat: datetime) -> None:
    """End a run whose heartbeat is unchanged, with its saved text; queue it again if it never began."""
    said = await parse_text(await ctx.db.scalar(_SAVED, {"run": run_id}) or "")
    run, room, message = await hold(ctx, run_id)
    if run.status != RunStatus.RUNNING or run.heartbeat_at != beat:
        return
    if message.status == Status.QUEUED:
        run.status = RunStatus.QUEUED
        ctx.emit(RunQueued(run.id))
    else:
        await end(ctx, run, room, message, Status.FAILED, INTERRUPTED, said.words)
