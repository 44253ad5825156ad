"""Carry out a decision, unless it is too late."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from chat_app.core.ai.costs.holding import HeldReservation, charge
from chat_app.core.ai.decisions.queue import await_decision
from chat_app.core.ai.decisions.silence import still_matters
from chat_app.core.ai.decisions.verdict import SILENT, Verdict
from chat_app.core.ai.events import RunQueued
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.ai.tables import AiDecision, AiRun, DecisionChoice, DecisionStatus, RunStatus
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.commands import announce
from chat_app.core.messages.marks.commands import REACTIONS_MAX, with_reaction
from chat_app.core.messages.tables import Message, Status
from chat_app.core.rooms.access import advance, lock_room
from chat_app.core.rooms.tables import Room

LATE: Final = "decision_late"
_TICK: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """The outcome of asking a model: its verdict, or the ``error`` for which the AI stays silent."""

    verdict: Verdict = SILENT
    error: str | None = None
    model: str | None = None
    """The model that was asked."""
    usage: Usage | None = None
    cost: int | None = None


async def conclude(
    ctx: Context, held: HeldReservation, decided: DecisionResult, offered: Collection[str], speaker: str
) -> None:
    """Record a decision, charge it to the reservation ``held``, and have the model ``speaker`` carry it out.

    A late decision is dropped: the room or the message has changed, a person has written or is typing, or the model is
    not ``offered`` any more. After typing without a message, the AI decides again.
    """
    found = await ctx.db.get(AiDecision, held.subject)
    if found is None:
        return
    room = await lock_room(ctx, found.room_id)
    decision = await ctx.db.get_one(AiDecision, found.id, with_for_update=True, populate_existing=True)
    if decision.status != DecisionStatus.DECIDING:
        return
    message = await ctx.db.get_one(Message, decision.message_id, populate_existing=True)
    _record(decision, decided)
    decision.decided_at = ctx.now
    if decided.model and decided.usage:
        await charge(ctx, "decision", held, decided.model, decided.usage, decided.cost)
    if decided.verdict.choice is DecisionChoice.SILENT:
        return
    matters = speaker in offered and await still_matters(ctx, room, message)
    if not matters or decision.due_at > ctx.now:
        decision.status, decision.error = DecisionStatus.DROPPED, LATE
        if matters:
            await ctx.db.flush()
            await await_decision(ctx, room.id, message.id, decision.due_at)
    elif decided.verdict.choice is DecisionChoice.SPEAK:
        await _speak(ctx, room, message, speaker)
    elif decided.verdict.emoji:
        await _react(ctx, room, message, decided.verdict.emoji, speaker)


def _record(decision: AiDecision, decided: DecisionResult) -> None:
    verdict, usage = decided.verdict, decided.usage
    decision.status, decision.choice = DecisionStatus.DECIDED, verdict.choice
    decision.reason, decision.emoji, decision.error = verdict.reason, verdict.emoji, decided.error
    decision.model, decision.cost = decided.model, decided.cost
    if usage:
        decision.prompt_tokens, decision.completion_tokens = usage.prompt_tokens, usage.completion_tokens


async def _speak(ctx: Context, room: Room, message: Message, model: str) -> None:
    """Queue an unasked answer: it has no asker, and its run is on behalf of the message's author."""
    assert message.author_id is not None  # still_matters: the author is in the room
    run_id = new_id()
    room.last_seq += 1
    room.last_activity_at = max(ctx.now, room.last_activity_at + _TICK)
    answer = Message(
        id=new_id(),
        room_id=room.id,
        seq=room.last_seq,
        rev=advance(room),
        is_ai=True,
        text="",
        status=Status.QUEUED,
        run_id=run_id,
        created_at=room.last_activity_at,
    )
    ctx.db.add(answer)
    await announce(ctx, answer)
    run = AiRun(id=run_id, room_id=room.id, message_id=answer.id, status=RunStatus.QUEUED, created_at=ctx.now)
    run.asked_by_id, run.unasked, run.model = message.author_id, True, model
    ctx.db.add(run)
    ctx.emit(RunQueued(run_id))


async def _react(ctx: Context, room: Room, message: Message, emoji: str, model: str) -> None:
    before = message.reactions or []
    reactions = with_reaction(before, emoji, model, on=True, by="models")
    if reactions != before and len(reactions) <= max(REACTIONS_MAX, len(before)):
        message.reactions, message.rev = reactions, advance(room)
        await announce(ctx, message)
