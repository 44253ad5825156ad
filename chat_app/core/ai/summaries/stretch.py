"""Read the messages that a summary is to cover: those after the summary so far, up to a message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select

from chat_app.core.accounts.queries import people
from chat_app.core.ai.context.prompt import why_unseen
from chat_app.core.ai.context.reading.history import SAID, prompt_message
from chat_app.core.ai.context.shapes.earlier import PromptSummary
from chat_app.core.ai.context.shapes.messages import PromptMessage
from chat_app.core.ai.summaries.queries import read_summaries
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.database.columns import table_of
from chat_app.core.messages.tables import LIVE, Message
from chat_app.core.rooms.tables import AiRule, Room

STRETCH_MESSAGES: Final = 500
"""The most that is read for one summary."""

_COLUMNS: Final = table_of(Message).c


@dataclass(frozen=True, slots=True)
class Stretch:
    """Messages of a room that models may see, oldest first, and the summary ``so_far`` of the messages before them.

    Messages covered by the summary have not changed since the room's revision ``rev``.
    """

    room_id: UUID
    rev: int
    cutoff: datetime | None
    model: str | None
    """The room's model."""
    so_far: PromptSummary | None
    messages: Sequence[PromptMessage]
    times: dict[UUID, datetime]
    whole: bool
    """Whether there is nothing more to be covered."""

    @property
    def from_seq(self) -> int:
        """Return the first place that a summary covers."""
        return self.so_far.from_seq if self.so_far else self.messages[0].seq


async def read_stretch(ctx: Context, room_id: UUID, until: UUID) -> Stretch | None:
    """Return the messages to summarise up to the message ``until``; ``None`` if there is nothing."""
    room = await ctx.db.get(Room, room_id, populate_existing=True)
    last = await ctx.db.get(Message, until)
    if room is None or room.deleted_at is not None or room.ai_rule == AiRule.NEVER or last is None:
        return None
    so_far = (await read_summaries(ctx, [room.id])).get(room.id)
    rows, whole = await _rows(ctx, room, last.seq, so_far)
    persons = await people(ctx, {row.author_id for row in rows if row.author_id})
    # What is being written would change the summary as soon as it ends.
    settled = list(takewhile(lambda row: row.status not in LIVE, rows))
    messages = [prompt_message(row, persons, room.ai_context_cutoff_at) for row in settled]
    seen = [each for each in messages if not why_unseen(each)]
    if not seen:
        return None
    times = {row.id: row.created_at for row in settled}
    return Stretch(room.id, room.rev, room.ai_context_cutoff_at, room.ai_model, so_far, seen, times, whole)


async def _rows(ctx: Context, room: Room, until: int, so_far: PromptSummary | None) -> tuple[Sequence[Row[Any]], bool]:
    """Return the next messages after a summary, or the newest ones without a summary, and whether these are all."""
    said = select(*(_COLUMNS[name] for name in SAID)).limit(STRETCH_MESSAGES)
    said = said.where(_COLUMNS.room_id == room.id, _COLUMNS.seq <= until, _COLUMNS.event.is_(None))
    if room.ai_context_cutoff_at:
        said = said.where(_COLUMNS.created_at >= room.ai_context_cutoff_at)
    if so_far is None:
        return (await ctx.db.execute(said.order_by(_COLUMNS.seq.desc()))).all()[::-1], True
    rows = (await ctx.db.execute(said.where(_COLUMNS.seq > so_far.until_seq).order_by(_COLUMNS.seq))).all()
    return rows, len(rows) < STRETCH_MESSAGES
