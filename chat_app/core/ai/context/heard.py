"""Read what was said before answers: in their rooms and, for answers in asides, in the parents of these."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Row, lateral, select, true
from sqlalchemy.orm import aliased
from sqlmodel import col

from chat_app.core.ai.context.history import in_order, newest_and_pinned, prompt_message, read_from
from chat_app.core.ai.context.prompt import PromptMessage
from chat_app.core.ai.tables import AiRun
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.tables import Room


@dataclass(slots=True)
class Said:
    """The newest messages before an answer and the pinned ones, oldest first, and of an aside those in the parent."""

    here: list[Row[Any]] = field(default_factory=list)
    in_parent: list[Row[Any]] = field(default_factory=list)
    instructions: str = ""
    """The instructions of the parent."""
    ai_tools: list[str] = field(default_factory=list)
    """The ids of the parent's tools."""

    def read_from(self) -> int | None:
        """Return the ``seq`` before which messages of the answer's room were not read."""
        return read_from([each.seq for each in self.here])

    def rows(self) -> Iterator[Row[Any]]:
        """Return all messages."""
        yield from self.in_parent
        yield from self.here

    def history(self, room: Room, persons: Mapping[UUID, Person]) -> tuple[PromptMessage, ...]:
        """Return all messages as the builder of prompts needs them, by their times."""
        above = [(each, each.cutoff) for each in self.in_parent]
        ordered = in_order([*above, *((each, room.ai_context_cutoff_at) for each in self.here)])
        return tuple(prompt_message(each, persons, cutoff) for each, cutoff in ordered)


async def said_before(ctx: Context, run_ids: Collection[UUID]) -> Mapping[UUID, Said]:
    """Return what was said before the answers of these runs. Their places never change, so this needs no lock."""
    said: dict[UUID, Said] = defaultdict(Said)
    for row in await ctx.db.execute(_before(run_ids)):
        _add(said[row.run_id].here, row)
    # Before the first answer of an aside nothing need have been said there.
    asides = [run_id for run_id in run_ids if not said[run_id].here or said[run_id].here[0].parent_id]
    for row in await ctx.db.execute(_before_in_parent(asides)) if asides else ():
        said[row.run_id].instructions, said[row.run_id].ai_tools = row.instructions, row.ai_tools
        if row.id:
            _add(said[row.run_id].in_parent, row)
    return said


def _add(rows: list[Row[Any]], row: Row[Any]) -> None:
    """Add a row, but not a second time: a pinned message may be among the newest."""
    if not rows or rows[-1].id != row.id:
        rows.append(row)


def _before(run_ids: Collection[UUID]) -> Any:
    answer, before, room = aliased(Message), aliased(Message), aliased(Room)
    newest = newest_and_pinned(before, col(before.room_id) == answer.room_id, col(before.seq) < answer.seq)
    earlier = lateral(newest)
    return (
        select(col(AiRun.id).label("run_id"), room.parent_id, earlier)
        .join(answer, col(AiRun.message_id) == answer.id)
        .join(room, col(room.id) == answer.room_id)
        .join(earlier, true())
        .where(col(AiRun.id).in_(run_ids))
        .order_by(earlier.c.seq)
    )


def _before_in_parent(run_ids: Collection[UUID]) -> Any:
    answer, before, aside, parent = aliased(Message), aliased(Message), aliased(Room), aliased(Room)
    newest = newest_and_pinned(before, col(before.room_id) == parent.id, col(before.created_at) <= answer.created_at)
    earlier = lateral(newest)
    settings: tuple[Any, ...] = (
        col(parent.ai_context_cutoff_at).label("cutoff"),
        col(parent.ai_instructions).label("instructions"),
        col(parent.ai_tools).label("ai_tools"),
    )
    return (
        select(col(AiRun.id).label("run_id"), *settings, earlier)
        .join(answer, col(AiRun.message_id) == answer.id)
        .join(aside, col(aside.id) == answer.room_id)
        .join(parent, col(parent.id) == aside.parent_id)
        .join(earlier, true(), isouter=True)
        .where(col(AiRun.id).in_(run_ids), col(parent.deleted_at).is_(None))
        .order_by(earlier.c.seq)
    )
