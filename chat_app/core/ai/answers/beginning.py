"""Begin claimed runs, many in one transaction: read the histories, and publish the beginning of each answer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlmodel import col

from chat_app.core.accounts.queries import people
from chat_app.core.ai.answers.runs import HELD, end, hold
from chat_app.core.ai.context.earlier import Earlier, PromptSummary
from chat_app.core.ai.context.heard import Said, said_before
from chat_app.core.ai.context.prompt import NOTHING_EARLIER, PromptMessage
from chat_app.core.ai.summaries.queries import read_summaries
from chat_app.core.ai.tables import AiRun, RunStatus
from chat_app.core.assistants.queries import personas
from chat_app.core.assistants.views import Persona
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.written import Written
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.parsing import parse_text
from chat_app.core.messages.tables import Message, Status
from chat_app.core.messages.views import view_message, written
from chat_app.core.rooms.access import advance
from chat_app.core.rooms.tables import Member, Room


@dataclass(frozen=True, slots=True)
class ClaimedRun:
    """A run that this process now writes."""

    run_id: UUID
    room_id: UUID
    message_id: UUID
    seq: int
    """The place of the answer in the room."""
    model: str
    first_answer: bool
    history: tuple[PromptMessage, ...]
    instructions: str = ""
    earlier: Earlier = NOTHING_EARLIER
    """Summaries of messages before the history."""
    is_aside: bool = False
    unasked: bool = False
    """The AI has joined in, without being asked."""
    so_far: Written | None = None
    """The text so far of an answer that is continued."""
    fallback: str | None = None
    """The model that answers where ``model`` cannot."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """The temperature, longest answer and effort that the room sets."""
    ai_tools: list[str] = field(default_factory=list)
    """The ids of the tools that may be called; of an aside, those of its parent."""
    asker: UUID | None = None
    """The person who has asked. The files that are made count to them."""
    drawing: Mapping[str, Any] | None = None
    """Of a picture that is to be drawn: ``so_far`` is the prompt."""
    persona: Persona | None = None
    """The assistant as which the model answers."""


async def begin_run(
    ctx: Context, run_id: UUID, default_model: str, claimed: datetime | None = None
) -> ClaimedRun | None:
    """Begin a run that was claimed with this heartbeat, and publish that to its room.

    ``None`` when nobody wants its answer any more, or another process has it.
    """
    said = await said_before(ctx, [run_id])
    held = await hold(ctx, run_id)
    return (await _begin(ctx, [held], said, default_model, {run_id: claimed}))[run_id]


async def begin_runs(
    ctx: Context, claimed: Mapping[UUID, datetime | None], default_model: str
) -> dict[UUID, ClaimedRun | None]:
    """Do the same for many runs, but for those whose rooms are locked just now: it waits for nothing."""
    said = await said_before(ctx, claimed)
    free = HELD.where(col(AiRun.id).in_(claimed)).with_for_update(of=[Room, AiRun, Message], skip_locked=True)
    held = [(run, room, message) for run, room, message in await ctx.db.execute(free)]
    return await _begin(ctx, held, said, default_model, claimed)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of the rooms of runs: by run, what is said there; the rest by its id."""

    said: Mapping[UUID, Said]
    present: Collection[tuple[UUID, UUID]]
    """The members among the askers: the rooms and the people."""
    persons: dict[UUID, Person]
    summaries: Mapping[UUID, PromptSummary]
    assistants: Mapping[tuple[UUID, UUID], Persona]
    """By the assistant and the person who asks it."""


async def _begin(
    ctx: Context,
    held: Sequence[tuple[AiRun, Room, Message]],
    said: Mapping[UUID, Said],
    default_model: str,
    claimed: Mapping[UUID, datetime | None],
) -> dict[UUID, ClaimedRun | None]:
    read = await _read(ctx, held, said)
    begun: dict[UUID, ClaimedRun | None] = {}
    for run, room, message in held:
        begun[run.id] = None
        heartbeat = claimed.get(run.id)
        if run.status != RunStatus.RUNNING or (heartbeat and run.heartbeat_at != heartbeat):
            continue
        deleted = room.deleted_at is not None or message.deleted_at is not None
        if run.stop_requested or deleted or (room.id, run.asked_by_id) not in read.present:
            said_so_far = await parse_text(message.text)
            await end(ctx, run, room, message, Status.STOPPED, words=said_so_far.words)
            continue
        model = run.model or default_model
        persona = read.assistants.get((run.assistant_id, run.asked_by_id)) if run.assistant_id else None
        message.status, message.model, message.rev = Status.STREAMING, model, advance(room)
        if persona is None and not run.continues:  # it was deleted, or is not shared any more: the model answers
            message.assistant_id = message.assistant_name = message.assistant_picture = None
        ctx.emit(MessageChanged(view_message(message, read.persons)))
        begun[run.id] = _claimed(run, room, message, model, persona, read)
    return begun


async def _read(ctx: Context, held: Sequence[tuple[AiRun, Room, Message]], said: Mapping[UUID, Said]) -> _Read:
    askers = {(room.id, run.asked_by_id) for run, room, _ in held}
    present = select(col(Member.room_id), col(Member.user_id))
    present = present.where(tuple_(col(Member.room_id), col(Member.user_id)).in_(askers))
    here = {(room_id, user_id) for room_id, user_id in await ctx.db.execute(present)}
    authors = {each.author_id for run, _, _ in held for each in said[run.id].rows() if each.author_id}
    persons = await people(ctx, authors | {asker for _, asker in askers})
    # The rooms are locked: no message changes that a summary covers. A parent is not, and is read as it is now.
    parents = {room.parent_id for _, room, _ in held if room.parent_id}
    summaries = await read_summaries(ctx, {room.id for _, room, _ in held if room.ai_summary_seq} | parents)
    asked = {(run.assistant_id, run.asked_by_id) for run, _, _ in held if run.assistant_id}
    return _Read(said, here, persons, summaries, await personas(ctx, asked))


def _claimed(run: AiRun, room: Room, message: Message, model: str, persona: Persona | None, read: _Read) -> ClaimedRun:
    said = read.said[run.id]
    # A model that was named, or whose answer is continued, nobody can answer for.
    fallback = None if run.named or run.continues or room.ai_fallback_model == model else room.ai_fallback_model
    # An answer that is written again is told nothing from after it.
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
