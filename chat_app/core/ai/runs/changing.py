"""Change the state of a run: claim, begin, keep alive, finish or give up, each in one transaction.

A heartbeat is only compared with itself: no clock decides that a process has stopped, only an unchanged heartbeat.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Select, Text, Uuid, any_, bindparam, column, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from chat_app.core.ai.context.prompt import Prompt
from chat_app.core.ai.costs.charging import settle_run
from chat_app.core.ai.costs.prices import note_what_it_took
from chat_app.core.ai.drawing.attaching import attach_drawn
from chat_app.core.ai.drawing.painter import DrawnFile
from chat_app.core.ai.events import RunEnded, WindowOverflowed
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.ai.runs.closing import close_calls
from chat_app.core.ai.runs.turns import may_begin, note_turns
from chat_app.core.ai.tables import OPEN, AiRun, RunStatus
from chat_app.core.kernel.checks.numbers import storable_sum
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.database.columns import table_of
from chat_app.core.kernel.work.written import Reasoning, Written
from chat_app.core.messages.commands import announce, announce_change
from chat_app.core.messages.tables import Message, Status
from chat_app.core.messages.texts.parsing import parse_text
from chat_app.core.rooms.tables import Member, Room

INTERRUPTED: Final = "llm_interrupted"
"""The error of an answer whose process died before its end."""


async def claim_runs(
    ctx: Context, limit: int, default_model: str = "", limits: Mapping[str, int] = MappingProxyType({})
) -> dict[UUID, datetime]:
    """Claim the oldest queued runs, for :func:`begin_run`.

    Does not wait for locks. In a room, the runs of one model come one after another, so that each prompt has the
    previous answers. A connection with a limit in ``limits`` answers only so many runs at once. Returns the runs'
    heartbeats, by which a run is distinguished from a later claim of it.
    """
    # One that runs is the first of its room and model. What another process is about to claim is still queued here, and
    # keeps back what comes after it.
    model = func.coalesce(AiRun.model, default_model)
    places = (col(AiRun.room_id), model, col(AiRun.status) == RunStatus.QUEUED, col(AiRun.created_at), col(AiRun.id))
    first = select(col(AiRun.id)).where(col(AiRun.status).in_(OPEN)).order_by(*places).ext(distinct_on(*places[:2]))
    queued = select(col(AiRun.id)).where(col(AiRun.status) == RunStatus.QUEUED, col(AiRun.id).in_(first))
    queued = queued.order_by(col(AiRun.created_at), col(AiRun.id))
    if limits:
        queued = queued.where(col(AiRun.id).in_(await may_begin(ctx, queued, limits, default_model)))
    oldest = queued.limit(limit).with_for_update(skip_locked=True)
    claim = update(AiRun).where(col(AiRun.id).in_(oldest)).values(status=RunStatus.RUNNING, heartbeat_at=_BEAT)
    taken = (await ctx.db.execute(claim.returning(col(AiRun.id), col(AiRun.heartbeat_at)))).all()
    if limits:
        await note_turns(ctx, limits, default_model)
    return {run_id: beat for run_id, beat in sorted(taken) if beat}


async def is_unwanted(ctx: Context, run: AiRun, room: Room, message: Message) -> bool:
    """Return whether the answer of a locked run is not wanted any more."""
    if run.stop_requested or room.deleted_at is not None or message.deleted_at is not None:
        return True
    with ctx.db.no_autoflush:  # otherwise the end would be written twice
        return await ctx.db.get(Member, (room.id, run.asked_by_id)) is None


_BEAT = func.clock_timestamp()
ASKER: Final = exists().where(col(Member.room_id) == col(AiRun.room_id), col(Member.user_id) == col(AiRun.asked_by_id))
_UNWANTED = or_(
    col(AiRun.stop_requested), col(Message.deleted_at).is_not(None), col(Room.deleted_at).is_not(None), ~ASKER
)
"""Whether a run's answer is unwanted: it was stopped, its room or message was deleted, or its asker has left."""


_RUNNING: Select[Any, Any, Any] = (
    select(col(AiRun.id), col(Message.id).label("message_id"), _UNWANTED.label("unwanted"))
    .join(Message, col(Message.id) == col(AiRun.message_id))
    .join(Room, col(Room.id) == col(AiRun.room_id))
    .where(col(AiRun.id) == any_(bindparam("runs", type_=ARRAY(Uuid))), col(AiRun.status) == RunStatus.RUNNING)
)
_FREE: Final = _RUNNING.with_for_update(of=[AiRun, Message], key_share=True, skip_locked=True)
_SAVED_NOW = func.unnest(
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("texts", type_=ARRAY(Text)),
    bindparam("reasonings", type_=ARRAY(Text)),
    bindparam("seconds", type_=ARRAY(Integer)),
)
_NEW = _SAVED_NOW.table_valued(
    column("id", Uuid), column("text", Text), column("reasoning", Text), column("seconds", Integer), name="new"
).render_derived()
_OLD = table_of(Message).c
_SAVE: Final = (
    update(table_of(Message))
    .where(_OLD.id == _NEW.c.id, _OLD.deleted_at.is_(None))
    .where(or_(_OLD.text != _NEW.c.text, _OLD.reasoning.is_distinct_from(_NEW.c.reasoning)))
    .values(text=_NEW.c.text, reasoning=_NEW.c.reasoning, reasoning_seconds=_NEW.c.seconds)
)
_RENEW = update(table_of(AiRun)).where(table_of(AiRun).c.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
_RENEW = _RENEW.values(heartbeat_at=_BEAT)


async def keep_alive(ctx: Context, texts: Mapping[UUID, Written]) -> dict[UUID, bool]:
    """Save the texts of answers, by their runs, and renew the runs' heartbeats; return whether each should continue.

    A run that is locked elsewhere continues, and is saved the next time: this function does not wait, so it cannot
    cause a deadlock. The result lacks runs that are not running any more, see :func:`resume`.
    """
    runs = {"runs": list(texts)}
    found = (await ctx.db.execute(_FREE, runs)).all()
    if found:
        await ctx.db.execute(_RENEW, {"ids": [row.id for row in found]})
        saved = {row.message_id: texts[row.id] for row in found}
        thoughts = [written.reasoning for written in saved.values()]
        columns = {
            "ids": list(saved),
            "texts": [written.text for written in saved.values()],
            "reasonings": [thought and thought.text for thought in thoughts],
            "seconds": [thought and thought.seconds for thought in thoughts],
        }
        await ctx.db.execute(_SAVE, columns)
    if len(found) < len(texts):
        found = [*(await ctx.db.execute(_RUNNING, runs)).all(), *found]
    return {row.id: not row.unwanted for row in found}


async def resume(ctx: Context, run_id: UUID, written: Written) -> bool:
    """Resume a run that another process has given up, unless its message has changed since; return whether it did."""
    run, room, message = await hold(ctx, run_id)
    if run.status == RunStatus.RUNNING:
        return True
    if not is_given_up(run, message) or await is_unwanted(ctx, run, room, message):
        return False
    run.status, run.error, run.finished_at = RunStatus.RUNNING, None, None
    message.status, message.error, message.text = Status.STREAMING, None, written.text
    message.reasoning, message.reasoning_seconds = written.reasoning or (None, None)
    await announce_change(ctx, room, message)
    return True


def is_given_up(run: AiRun, message: Message) -> bool:
    """Return whether another process has given the run up, and its message has not changed since."""
    is_newest = message.run_id == run.id and message.deleted_at is None
    return is_newest and (run.status, run.error) == (RunStatus.FAILED, INTERRUPTED)


async def finish_run(
    ctx: Context,
    run_id: UUID,
    status: Status,
    text: str,
    *,
    reasoning: Reasoning | None = None,
    error: str | None = None,
    usage: Usage | None = None,
    cost: int | None = None,
    prompt: Prompt | None = None,
    drawn: DrawnFile | None = None,
    speaking: float = 0.0,
) -> None:
    """End a run with all that was written; one that has been ended already only if another process gave it up.

    It spoke for ``speaking`` seconds. An unwanted answer ends as stopped. Ending a run twice publishes it twice.
    """
    said = await parse_text(text)
    run, room, message = await hold(ctx, run_id)
    if run.status != RunStatus.RUNNING and not is_given_up(run, message):
        if message.run_id == run.id:
            await announce(ctx, message)
        return
    _measure(ctx, run, room, usage, speaking)
    if prompt:
        run.kept, run.left_out, run.summary = list(prompt.kept), prompt.left_out_json(), prompt.summary_json()
        if prompt.until:
            ctx.emit(WindowOverflowed(room.id, prompt.until))
    if message.deleted_at is None:
        message.text = text
        message.reasoning, message.reasoning_seconds = reasoning or (None, None)
    if drawn:
        await attach_drawn(ctx, run, message, drawn)
    # The tokens of a picture that is the answer itself are priced with the picture.
    parts = [*([cost] if usage and not drawn else []), *(note["cost"] for note in run.drawings or ())]
    run.cost = None if None in parts or not parts else storable_sum(part or 0 for part in parts)
    if status is Status.COMPLETE and await is_unwanted(ctx, run, room, message):
        status = Status.STOPPED
    await end(ctx, run, room, message, status, error, said.words, parts)


def _measure(ctx: Context, run: AiRun, room: Room, usage: Usage | None, speaking: float) -> None:
    if usage:
        room.ai_tokens += usage.prompt_tokens + usage.completion_tokens
        run.prompt_tokens, run.completion_tokens = usage.prompt_tokens, usage.completion_tokens
        run.reasoning_tokens, run.cached_tokens = usage.reasoning_tokens, usage.cached_tokens
    if speaking:
        run.first_ms = max(0, int(((ctx.now - run.created_at).total_seconds() - speaking) * 1000))


_ROOM = select(col(AiRun.room_id)).where(col(AiRun.id) == bindparam("run"))
# Locked in the common order, the room first; and read after the wait, since all three are locked.
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
    costs: Sequence[int | None] = (),
) -> None:
    """End a locked run with ``status``. ``words`` are the words of its text for the search, ``costs`` the costs of its
    text and pictures.
    """
    ctx.emit(RunEnded(run.id))
    run.status = RunStatus.COMPLETED if status is Status.COMPLETE else status.value
    run.model, run.error, run.finished_at = message.model, error, ctx.now
    message.status, message.error = status, error
    note_what_it_took(run, message)
    await close_calls(ctx, run, message)
    await announce_change(ctx, room, message, words)
    await settle_run(ctx, run, costs)
