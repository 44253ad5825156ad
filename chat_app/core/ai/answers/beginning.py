"""Begin claimed runs, many in one transaction: read the histories, and publish the beginning of each answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import col

from chat_app.core.accounts.queries import PERSON, people
from chat_app.core.accounts.tables import User
from chat_app.core.ai.claimed import ClaimedRun
from chat_app.core.ai.context.reading.messages_before import MessagesBefore, messages_before
from chat_app.core.ai.context.shapes.earlier import PromptSummary
from chat_app.core.ai.costs.charging import reserve_runs
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.runs.changing import ASKER, HELD, end, hold
from chat_app.core.ai.summaries.queries import read_summaries
from chat_app.core.ai.tables import AiRun, RunStatus
from chat_app.core.assistants.queries import personas
from chat_app.core.assistants.views import Persona
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.database.columns import table_of
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.tables import Message, Status
from chat_app.core.messages.texts.parsing import parse_text
from chat_app.core.messages.views.messages import view_message, written
from chat_app.core.rooms.tables import Room


async def begin_run(
    ctx: Context,
    run_id: UUID,
    default_model: str,
    claimed: datetime | None = None,
    offered: Sequence[ModelInfo] = (),
) -> ClaimedRun | None:
    """Begin a run that was claimed with this heartbeat, and publish it to its room.

    Returns ``None`` if the answer is not wanted any more, or another process has the run.
    """
    said = await messages_before(ctx, [run_id])
    await hold(ctx, run_id)
    return (await _begin(ctx, said, default_model, {run_id: claimed}, offered))[run_id]


async def begin_runs(
    ctx: Context,
    claimed: Mapping[UUID, datetime | None],
    default_model: str,
    offered: Sequence[ModelInfo] = (),
) -> dict[UUID, ClaimedRun | None]:
    """Begin many runs like :func:`begin_run`, except those whose rooms are locked: this function does not wait for
    locks.
    """
    return await _begin(ctx, await messages_before(ctx, claimed), default_model, claimed, offered)


_USERS = table_of(User)
_FREE: Final = (
    HELD.join(_USERS, _USERS.c.id == col(AiRun.asked_by_id), isouter=True)
    .add_columns(ASKER.label("is_here"), *PERSON)
    .where(col(AiRun.id) == any_(bindparam("runs", type_=ARRAY(Uuid))))
    .with_for_update(of=[Room, AiRun, Message], skip_locked=True)
)
_STREAM: Final = f"""
    WITH given AS MATERIALIZED (
        SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::bigint[]) AS given (id, room_id, model, rev)
    ), room AS (
        UPDATE rooms SET rev = greatest(rooms.rev, top.rev)
        FROM (SELECT room_id, max(rev) AS rev FROM given GROUP BY room_id) AS top WHERE rooms.id = top.room_id
    )
    UPDATE messages SET status = '{Status.STREAMING}', model = given.model, rev = given.rev
    FROM given WHERE messages.id = given.id
"""  # noqa: S608, no value of anybody's


@dataclass(frozen=True, slots=True)
class _Read:
    """Data read for the runs of many rooms: messages by run, the rest by its id."""

    said: Mapping[UUID, MessagesBefore]
    persons: dict[UUID, Person]
    summaries: Mapping[UUID, PromptSummary]
    assistants: Mapping[tuple[UUID, UUID], Persona]
    """By the assistant and the person who asks it."""


async def _begin(
    ctx: Context,
    said: Mapping[UUID, MessagesBefore],
    default_model: str,
    claimed: Mapping[UUID, datetime | None],
    offered: Sequence[ModelInfo],
) -> dict[UUID, ClaimedRun | None]:
    rows = (await ctx.db.execute(_FREE, {"runs": list(claimed)})).all()
    held: list[tuple[AiRun, Room, Message]] = [(run, room, message) for run, room, message, *_ in rows]
    here = {run.id for run, _, _, is_here, *_ in rows if is_here}
    read = await _read(ctx, held, said, {row[4]: Person(*row[4:]) for row in rows if row[4]})
    wanted = []
    for run, room, message in held:
        heartbeat = claimed.get(run.id)
        if run.status != RunStatus.RUNNING or (heartbeat and run.heartbeat_at != heartbeat):
            continue
        deleted = room.deleted_at is not None or message.deleted_at is not None
        if run.stop_requested or deleted or run.id not in here:
            await _end(ctx, run, room, message, Status.STOPPED)
        else:
            model = run.model or default_model
            persona = read.assistants.get((run.assistant_id, run.asked_by_id)) if run.assistant_id else None
            wanted.append((run, room, message, _claimed(run, room, message, model, persona, read)))
    paid = await reserve_runs(ctx, [claim for *_, claim in wanted], {model.id: model for model in offered})
    begun: dict[UUID, ClaimedRun | None] = dict.fromkeys(run.id for run, _, _ in held) | dict(paid.begun)
    for run, room, message, claim in wanted:
        if run.id in paid.begun:
            _start(ctx, run, room, message, claim, read)
        else:
            await _end(ctx, run, room, message, Status.FAILED, paid.why_not(run.id))
    await _write(ctx, [message for run, _, message in held if begun[run.id]])
    return begun


def _start(ctx: Context, run: AiRun, room: Room, message: Message, claim: ClaimedRun, read: _Read) -> None:
    """Set the columns of an answer that is being written, and publish it."""
    _set(room, rev=room.rev + 1)
    _set(message, status=Status.STREAMING, model=claim.model, rev=room.rev)
    if claim.persona is None and not run.continues:  # it was deleted, or is not shared any more: the model answers
        message.assistant_id = message.assistant_name = message.assistant_picture = None
    ctx.emit(MessageChanged(view_message(message, read.persons)))


async def _end(
    ctx: Context, run: AiRun, room: Room, message: Message, status: Status, error: str | None = None
) -> None:
    """End a run that does not begin, with the text that its message has."""
    said_so_far = await parse_text(message.text)
    await end(ctx, run, room, message, status, error, said_so_far.words)


async def _read(
    ctx: Context,
    held: Sequence[tuple[AiRun, Room, Message]],
    said: Mapping[UUID, MessagesBefore],
    persons: dict[UUID, Person],
) -> _Read:
    authors = {each.author_id for run, _, _ in held for each in said[run.id].rows() if each.author_id}
    persons |= await people(ctx, authors - persons.keys())
    # The rooms are locked, so no message that a summary covers changes. A parent is not locked, and is read as it is.
    parents = {room.parent_id for _, room, _ in held if room.parent_id}
    summaries = await read_summaries(ctx, {room.id for _, room, _ in held if room.ai_summary_seq} | parents)
    asked = {(run.assistant_id, run.asked_by_id) for run, _, _ in held if run.assistant_id}
    return _Read(said, persons, summaries, await personas(ctx, asked))


def _claimed(run: AiRun, room: Room, message: Message, model: str, persona: Persona | None, read: _Read) -> ClaimedRun:
    said = read.said[run.id]
    # No other model may answer in place of a model that was named, or whose answer is continued.
    fallback = None if run.named or run.continues or room.ai_fallback_model == model else room.ai_fallback_model
    # For a regenerated answer, the prompt has nothing after the answer.
    before = [read.summaries[each] for each in (room.parent_id, room.id) if each and each in read.summaries]
    tools = said.ai_tools if room.parent_id else room.ai_tools
    return ClaimedRun(
        run.id,
        room.id,
        message.id,
        message.seq,
        model,
        first_answer=message.seq <= 2,
        history=said.history(room, read.persons),
        instructions=said.instructions or room.ai_instructions,
        earlier=said.earlier((each for each in before if each.until < message.created_at), room),
        is_aside=bool(room.parent_id),
        unasked=run.unasked,
        so_far=written(message) if run.continues or message.drawing is not None else None,
        fallback=fallback,
        parameters=dict(room.ai_parameters),
        ai_tools=[each for each in tools if not (persona and persona.tools) or each in persona.tools],
        asker=run.asked_by_id,
        drawing=message.drawing,
        persona=persona,
    )


def _set(row: Room | Message, **values: Any) -> None:
    """Set the columns that :data:`_STREAM` writes, so that the session does not write them again."""
    for name, value in values.items():
        set_committed_value(row, name, value)


async def _write(ctx: Context, messages: Sequence[Message]) -> None:
    """Write the beginning of all answers by one statement."""
    if messages:
        columns = [[getattr(each, name) for each in messages] for name in ("id", "room_id", "model", "rev")]
        await (await ctx.driver()).execute(_STREAM, columns, prepare=True)
