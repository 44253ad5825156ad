"""Save a summary, unless a message that it covers has changed since the request."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlmodel import col

from chat_app.core.ai.context.prompt import why_unseen
from chat_app.core.ai.context.reading.history import SAID, prompt_message
from chat_app.core.ai.context.shapes.messages import PromptMessage
from chat_app.core.ai.costs.holding import HeldReservation, charge
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.ai.summaries.stretch import Stretch
from chat_app.core.ai.tables import AiSummaryCost
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.database.columns import table_of
from chat_app.core.messages.answer_tables import MessageContextSummary
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.access import advance, lock_room, room_changed
from chat_app.core.rooms.tables import Room

_COLUMNS = table_of(Message).c


@dataclass(frozen=True, slots=True)
class MadeSummary:
    """A summary that a model has written, of ``covered`` messages in addition to those of the previous summary."""

    covered: Sequence[PromptMessage]
    text: str
    tokens: int
    model: str
    usage: Usage
    cost: int | None


async def save_summary(ctx: Context, stretch: Stretch, made: MadeSummary, held: HeldReservation) -> bool:
    """Replace the room's summary, and publish its reach; return whether it is still valid.

    Its usage is stored in any case, and charged to the reservation ``held``.
    """
    room = await lock_room(ctx, stretch.room_id)
    ctx.db.add(_cost(ctx, room, made))
    await charge(ctx, "summary", held, made.model, made.usage, made.cost)
    if room.deleted_at is not None or room.ai_context_cutoff_at != stretch.cutoff:
        return False
    before = await ctx.db.scalar(_OF_ROOM.where(col(MessageContextSummary.room_id) == room.id))
    so_far = stretch.so_far
    if before != (so_far.id if so_far else None) or await _changed(ctx, room, stretch, made.covered):
        return False
    await ctx.db.execute(delete(MessageContextSummary).where(col(MessageContextSummary.room_id) == room.id))
    last = made.covered[-1]
    at = _AT.where(_COLUMNS.room_id == room.id, _COLUMNS.seq == _first(stretch, made))
    room.ai_summary_seq = last.seq
    ctx.db.add(
        MessageContextSummary(
            room_id=room.id,
            from_seq=_first(stretch, made),
            from_at=(await ctx.db.scalars(at)).one(),
            until_seq=last.seq,
            until_at=stretch.times[last.id],
            messages=len(made.covered) + (so_far.messages if so_far else 0),
            text=made.text,
            tokens=made.tokens,
            room_rev=advance(room),
            made_at=ctx.now,
            model=made.model,
        )
    )
    ctx.emit(room_changed(room))
    return True


_OF_ROOM = select(col(MessageContextSummary.id))
_AT = select(_COLUMNS.created_at)


def _cost(ctx: Context, room: Room, made: MadeSummary) -> AiSummaryCost:
    return AiSummaryCost(
        room_id=room.id,
        model=made.model,
        prompt_tokens=made.usage.prompt_tokens,
        completion_tokens=made.usage.completion_tokens,
        cost=made.cost,
        made_at=ctx.now,
    )


def _first(stretch: Stretch, made: MadeSummary) -> int:
    return stretch.so_far.from_seq if stretch.so_far else made.covered[0].seq


async def _changed(ctx: Context, room: Room, stretch: Stretch, covered: Sequence[PromptMessage]) -> bool:
    """Return whether models would see anything else now in the places that were read."""
    known: dict[UUID, PromptMessage] = {each.id: each for each in covered}
    since = stretch.so_far.until_seq + 1 if stretch.so_far else covered[0].seq
    touched = select(*(_COLUMNS[name] for name in SAID)).where(
        _COLUMNS.room_id == room.id,
        _COLUMNS.seq.between(since, covered[-1].seq),
        _COLUMNS.rev > stretch.rev,
        _COLUMNS.event.is_(None),
    )
    for row in await ctx.db.execute(touched):
        now, then = prompt_message(row, {}, room.ai_context_cutoff_at), known.get(row.id)
        if then is None and why_unseen(now) is None:
            return True
        if then and (now.text != then.text or now.files != then.files or why_unseen(now) is not None):
            return True
    return False
