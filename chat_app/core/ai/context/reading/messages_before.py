"""Read the messages before answers: of their rooms and, for answers in asides, of the parents."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Row, Uuid, any_, bindparam, case, func, lateral, select, true
from sqlalchemy.orm import aliased
from sqlmodel import col

from chat_app.core.ai.context.reading.history import in_order, newest_and_pinned, prompt_message, read_from
from chat_app.core.ai.context.shapes.earlier import EarlierSummaries, PromptSummary
from chat_app.core.ai.context.shapes.messages import PromptMessage
from chat_app.core.ai.tables import AiRun
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.tables import Member, Room

_RUNS: Final = bindparam("runs", type_=ARRAY(Uuid))


@dataclass(slots=True)
class MessagesBefore:
    """The newest messages before an answer, and the pinned ones, oldest first.

    For an aside, those of the parent too.
    """

    here: list[Row[Any]] = field(default_factory=list)
    in_parent: list[Row[Any]] = field(default_factory=list)
    start: int = 0
    """The ``seq`` after which the asker sees messages of the answer's room."""
    start_in_parent: int = 0
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
        """Return all messages as the prompt builder needs them, by their times."""
        above = [(each, each.cutoff) for each in self.in_parent]
        ordered = in_order([*above, *((each, room.ai_context_cutoff_at) for each in self.here)])
        starts = {room.id: self.start}
        return tuple(
            prompt_message(each, persons, cutoff, starts.get(each.room_id, self.start_in_parent))
            for each, cutoff in ordered
        )

    def earlier(self, summaries: Iterable[PromptSummary], room: Room) -> EarlierSummaries:
        """Return the summaries that cover no messages from before the asker joined."""
        starts = {room.id: self.start}
        seen = [each for each in summaries if each.from_seq > starts.get(each.room_id, self.start_in_parent)]
        return EarlierSummaries(seen, self.read_from())


async def messages_before(ctx: Context, run_ids: Collection[UUID]) -> Mapping[UUID, MessagesBefore]:
    """Return the messages before the answers of these runs. Their places never change, so this needs no lock."""
    said: dict[UUID, MessagesBefore] = defaultdict(MessagesBefore)
    for row in await ctx.db.execute(_before(), {"runs": list(run_ids)}):
        said[row.run_id].start = row.start
        _add(said[row.run_id].here, row)
    # Before the first answer, an aside may have no messages.
    asides = [run_id for run_id in run_ids if not said[run_id].here or said[run_id].here[0].parent_id]
    for row in await ctx.db.execute(_before_in_parent(), {"runs": asides}) if asides else ():
        said[row.run_id].start_in_parent = row.start
        said[row.run_id].instructions, said[row.run_id].ai_tools = row.instructions, row.ai_tools
        if row.id:
            _add(said[row.run_id].in_parent, row)
    return said


def _add(rows: list[Row[Any]], row: Row[Any]) -> None:
    """Add a row, but not a second time: a pinned message may be among the newest."""
    if not rows or rows[-1].id != row.id:
        rows.append(row)


def _start(room: Any) -> Any:
    """Return after which message the asker of a run sees a room; where the AI joins in unasked, everybody there."""
    member, anybody = aliased(Member), aliased(Member)
    own = select(col(member.sees_after)).where(
        col(member.room_id) == room.id, col(member.user_id) == col(AiRun.asked_by_id)
    )
    latest = select(func.max(col(anybody.sees_after))).where(col(anybody.room_id) == room.id)
    start = case((col(AiRun.unasked), latest.scalar_subquery()), else_=own.scalar_subquery())
    return func.coalesce(start, 0)


@cache  # to put the statement together takes longer than to run it
def _before() -> Any:
    answer, before, room = aliased(Message), aliased(Message), aliased(Room)
    newest = newest_and_pinned(before, col(before.room_id) == col(answer.room_id), col(before.seq) < col(answer.seq))
    earlier = lateral(newest)
    return (
        select(col(AiRun.id).label("run_id"), col(room.parent_id), _start(room).label("start"), earlier)
        .join(answer, col(AiRun.message_id) == col(answer.id))
        .join(room, col(room.id) == col(answer.room_id))
        .join(earlier, true())
        .where(col(AiRun.id) == any_(_RUNS))
        .order_by(earlier.c.seq)
    )


@cache
def _before_in_parent() -> Any:
    answer, before, aside, parent = aliased(Message), aliased(Message), aliased(Room), aliased(Room)
    newest = newest_and_pinned(
        before, col(before.room_id) == col(parent.id), col(before.created_at) <= col(answer.created_at)
    )
    earlier = lateral(newest)
    settings: tuple[Any, ...] = (
        col(parent.ai_context_cutoff_at).label("cutoff"),
        col(parent.ai_instructions).label("instructions"),
        col(parent.ai_tools).label("ai_tools"),
    )
    return (
        select(col(AiRun.id).label("run_id"), *settings, _start(parent).label("start"), earlier)
        .join(answer, col(AiRun.message_id) == col(answer.id))
        .join(aside, col(aside.id) == col(answer.room_id))
        .join(parent, col(parent.id) == col(aside.parent_id))
        .join(earlier, true(), isouter=True)
        .where(col(AiRun.id) == any_(_RUNS), col(parent.deleted_at).is_(None))
        .order_by(earlier.c.seq)
    )
