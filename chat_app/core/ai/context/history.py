"""A room's messages as the builder of prompts needs them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Row, select, union_all

from chat_app.core.accounts.queries import people
from chat_app.core.ai.context.files import prompt_files
from chat_app.core.ai.context.prompt import PromptMessage
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.columns import table_of
from chat_app.core.kernel.context import Context
from chat_app.core.messages.marks import AI_PINS_MAX
from chat_app.core.messages.tables import LIVE, Message, Status
from chat_app.core.rooms.tables import Room

CONTEXT_MESSAGES: Final = 500
"""The number of a room's newest messages that are considered for the model's window, besides pinned ones."""

SAID: Final = (
    *("id", "room_id", "seq", "author_id", "is_ai", "text", "created_at", "deleted_at", "status", "exclude_from_ai"),
    *("pinned_for_ai", "model", "assistant_id", "assistant_name", "attachments"),
)
"""The columns of a message that :func:`prompt_message` reads."""


async def newest_messages(ctx: Context, *rooms: Room) -> list[PromptMessage]:
    """Return the newest messages of these rooms, which the actor has accessed, and the pinned ones, oldest first."""
    columns = table_of(Message).c
    found: list[tuple[Row[Any], datetime | None]] = []
    for room in rooms:
        rows = await ctx.db.execute(newest_and_pinned(columns, columns.room_id == room.id))
        once = {row.seq: row for row in rows}
        found += [(once[seq], room.ai_context_cutoff_at) for seq in sorted(once)]
    persons = await people(ctx, {row.author_id for row, _ in found if row.author_id})
    return [prompt_message(row, persons, cutoff) for row, cutoff in in_order(found)]


def newest_and_pinned(columns: Any, *which: ColumnElement[bool]) -> CompoundSelect[Any]:
    """Return the query for the newest of the messages ``which``, and for the pinned ones, which may be among these."""
    said = select(*(getattr(columns, name) for name in SAID)).where(columns.event.is_(None), *which)
    said = said.order_by(columns.seq.desc())
    return union_all(said.limit(CONTEXT_MESSAGES), said.where(columns.pinned_for_ai).limit(AI_PINS_MAX))


def read_from(places: Sequence[int]) -> int | None:
    """Return the ``seq`` before which messages were not read, given those of a room that were, in order."""
    return places[-CONTEXT_MESSAGES] if len(places) >= CONTEXT_MESSAGES and places[-CONTEXT_MESSAGES] > 1 else None


def in_order(said: Iterable[tuple[Row[Any], datetime | None]]) -> list[tuple[Row[Any], datetime | None]]:
    """Return messages of several rooms, each in the room's order and with the room's cutoff, by their times."""
    return sorted(said, key=lambda each: each[0].created_at)


def prompt_message(row: Row[Any], persons: Mapping[UUID, Person], cutoff: datetime | None) -> PromptMessage:
    """Return a message, given its row, of which the last are the columns `SAID`, the authors, and the room's cutoff."""
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
        model=model if is_ai else None,
        room_id=room_id,
        seq=seq,
        pinned=pinned,
        assistant=assistant,
        assistant_id=assistant_id,
        files=prompt_files(attachments) if attachments and not is_ai else (),
        at=at,
    )
