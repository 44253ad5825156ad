"""Read a room's messages for the prompt builder."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Row, func, select, union_all
from sqlmodel import col

from chat_app.core.accounts.queries import people
from chat_app.core.ai.context.shapes.files import prompt_files
from chat_app.core.ai.context.shapes.messages import PromptMessage
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.database.columns import table_of
from chat_app.core.messages.marks.commands import AI_PINS_MAX
from chat_app.core.messages.tables import LIVE, Message, Status
from chat_app.core.rooms.tables import Member, Room

CONTEXT_MESSAGES: Final = 500
"""The number of a room's newest messages that are considered for the model's window, besides pinned ones."""

SAID: Final = (
    *("id", "room_id", "seq", "author_id", "is_ai", "text", "created_at", "deleted_at", "status", "exclude_from_ai"),
    *("pinned_for_ai", "model", "assistant_id", "assistant_name", "attachments"),
)
"""The columns of a message that :func:`prompt_message` reads."""


async def newest_messages(ctx: Context, *rooms: Room) -> list[PromptMessage]:
    """Return the newest messages and the pinned messages of these rooms, oldest first. With an actor, who has access to
    the rooms: the messages that they see; without one: the messages that everybody there sees.
    """
    columns = table_of(Message).c
    starts = ctx.starts if ctx.actor else await _latest_starts(ctx, rooms)
    found: list[tuple[Row[Any], datetime | None]] = []
    for room in rooms:
        seen = (columns.room_id == room.id, columns.seq > starts.get(room.id, 0))
        rows = await ctx.db.execute(newest_and_pinned(columns, *seen))
        once = {row.seq: row for row in rows}
        found += [(once[seq], room.ai_context_cutoff_at) for seq in sorted(once)]
    persons = await people(ctx, {row.author_id for row, _ in found if row.author_id})
    return [prompt_message(row, persons, cutoff) for row, cutoff in in_order(found)]


async def _latest_starts(ctx: Context, rooms: Sequence[Room]) -> dict[UUID, int]:
    """Return after which messages everybody in these rooms sees all."""
    latest = select(col(Member.room_id), func.max(Member.sees_after).label("start")).group_by(col(Member.room_id))
    found = await ctx.db.execute(latest.where(col(Member.room_id).in_([room.id for room in rooms])))
    return {row.room_id: row.start for row in found}


def newest_and_pinned(columns: Any, *which: ColumnElement[bool]) -> CompoundSelect[Any]:
    """Return the query for the newest of the messages ``which``, and for the pinned ones, which may be among these."""
    said = select(*(getattr(columns, name) for name in SAID)).where(columns.event.is_(None), *which)
    said = said.order_by(columns.seq.desc())
    return union_all(said.limit(CONTEXT_MESSAGES), said.where(columns.pinned_for_ai).limit(AI_PINS_MAX))


def read_from(places: Sequence[int]) -> int | None:
    """Return the ``seq`` before which messages were not read, given the messages of a room that were read, in order."""
    return places[-CONTEXT_MESSAGES] if len(places) >= CONTEXT_MESSAGES and places[-CONTEXT_MESSAGES] > 1 else None


def in_order(said: Iterable[tuple[Row[Any], datetime | None]]) -> list[tuple[Row[Any], datetime | None]]:
    """Return messages of several rooms, each in the room's order and with the room's cutoff, by their times."""
    return sorted(said, key=lambda each: each[0].created_at)


def prompt_message(
    row: Row[Any], persons: Mapping[UUID, Person], cutoff: datetime | None, start: int = 0
) -> PromptMessage:
    """Return the message for a prompt.

    The row has the columns `SAID`, then the authors, the room's cutoff, and the ``seq`` after which the asker sees
    messages.
    """
    # By their places: a column that is read by its name takes ten times as long.
    said, room_id, seq, author_id, is_ai, text, at, deleted_at, status, hidden, pinned, *others = row[-len(SAID) :]
    model, assistant_id, assistant, attachments = others
    author = persons.get(author_id) if author_id else None
    return PromptMessage(
        id=said,
        author_name=author.name if author else "",
        is_ai=is_ai,
        text=text,
        deleted=deleted_at is not None,
        failed=status == Status.FAILED or status in LIVE,
        hidden=hidden,
        before_cutoff=cutoff is not None and at < cutoff,
        before_start=seq <= start,
        model=model if is_ai else None,
        room_id=room_id,
        seq=seq,
        pinned=pinned,
        assistant=assistant,
        assistant_id=assistant_id,
        files=prompt_files(attachments) if attachments else (),
        at=at,
    )
