"""The queue of decisions: one a room at most waits until people have been silent for a while."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import delete, exists, false, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.ai.events import DecisionAwaited
from chat_app.core.ai.tables import OPEN, AiDecision, AiRun, DecisionChoice, DecisionStatus
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import new_id
from chat_app.core.rooms.tables import AiRule, Room

QUIET: Final = timedelta(seconds=4)
"""The silence before a decision: longer than the interval at which clients report typing."""

TYPING: Final = timedelta(seconds=6)
"""The seconds for which a person counts as typing after their client's report, as in the browser
(`assets/live/ops.js`).
"""

LEASE: Final = timedelta(minutes=2)
"""The seconds after which the process of a decision counts as dead; a model needs far less."""

KEPT: Final = timedelta(days=90)

INTERRUPTED: Final = "llm_interrupted"

_WAITS = col(AiDecision.status) == DecisionStatus.WAITING
_WAITING_INDEX = text("status = 'waiting'")
_BUSY = exists().where(col(AiRun.room_id) == col(AiDecision.room_id), col(AiRun.status).in_(OPEN))
"""Whether an answer is being written in the room, which can make a decision unnecessary."""


async def note_said(ctx: Context, room_id: UUID, heard: UUID | None) -> None:
    """Restart the wait for silence in a locked room, because a person has written.

    ``heard`` is the newest message, if it needs a decision: it asks nothing of the AI, but its author may ask.
    """
    if heard:
        await await_decision(ctx, room_id, heard, ctx.now + QUIET)
    else:
        await ctx.db.execute(delete(AiDecision).where(col(AiDecision.room_id) == room_id, _WAITS))


async def await_decision(ctx: Context, room_id: UUID, message_id: UUID, due_at: datetime) -> None:
    """Queue a decision about a message, in the place of one that waits."""
    values = {"message_id": message_id, "due_at": due_at}
    row = insert(AiDecision).values(id=new_id(), room_id=room_id, status=DecisionStatus.WAITING, reason="", **values)
    again = row.on_conflict_do_update(index_elements=["room_id"], index_where=_WAITING_INDEX, set_=values)
    await ctx.db.execute(again)
    ctx.emit(DecisionAwaited(room_id))


async def note_typing(ctx: Context, room: Room) -> None:
    """Postpone the decision of a room's AI, because a person is typing."""
    if room.ai_rule == AiRule.HELPFUL:
        open_ones = col(AiDecision.status).in_((DecisionStatus.WAITING, DecisionStatus.DECIDING))
        later = func.greatest(AiDecision.due_at, ctx.now + TYPING)
        put_off = update(AiDecision).where(col(AiDecision.room_id) == room.id, open_ones).values(due_at=later)
        await ctx.db.execute(put_off)


async def claim_decisions(ctx: Context, limit: int) -> list[UUID]:
    """Claim due decisions, the first due first.

    Does not wait for locks. Decisions of a room in which an answer is being written wait for the answer's end.
    """
    due = (
        select(col(AiDecision.id))
        .where(_WAITS, col(AiDecision.due_at) <= ctx.now, ~_BUSY)
        .order_by(col(AiDecision.due_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claim = update(AiDecision).where(col(AiDecision.id).in_(due))
    claim = claim.values(status=DecisionStatus.DECIDING, claimed_at=ctx.now)
    return list(await ctx.db.scalars(claim.returning(col(AiDecision.id))))


class NextDecision(NamedTuple):
    """When the next decision is due that is not due yet, and whether some that are due wait for an answer to end."""

    due: datetime | None = None
    overdue: bool = False


async def waiting_decisions(ctx: Context) -> NextDecision:
    """Return what waits."""
    later = col(AiDecision.due_at) > ctx.now
    found = select(func.min(AiDecision.due_at).filter(later), func.coalesce(func.bool_or(~later), false()))
    return NextDecision(*(await ctx.db.execute(found.where(_WAITS))).one())


async def give_up_decisions(ctx: Context) -> None:
    """End the decisions of dead processes: the AI stays silent."""
    dead = col(AiDecision.status) == DecisionStatus.DECIDING, col(AiDecision.claimed_at) < ctx.now - LEASE
    ended = {
        "status": DecisionStatus.DECIDED,
        "choice": DecisionChoice.SILENT,
        "error": INTERRUPTED,
        "decided_at": ctx.now,
    }
    await ctx.db.execute(update(AiDecision).where(*dead).values(**ended))


async def forget_decisions(ctx: Context) -> None:
    """Delete decisions that are older than three months."""
    await ctx.db.execute(delete(AiDecision).where(col(AiDecision.decided_at) < ctx.now - KEPT))
