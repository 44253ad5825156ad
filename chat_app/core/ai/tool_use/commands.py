"""Store the tool calls of an answer and their results; approve and refuse calls. Each is one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast
from uuid import UUID

from limits import RateLimitItemPerMinute
from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.features import Feature, require_feature
from chat_app.core.access.permissions import Permission
from chat_app.core.ai.drawing.attaching import attach_drawn
from chat_app.core.ai.drawing.painter import DrawnFile
from chat_app.core.ai.runs.changing import hold, is_given_up, is_unwanted, resume
from chat_app.core.ai.tables import AiRun, RunStatus
from chat_app.core.ai.tool_use.access import access_call
from chat_app.core.ai.tool_use.errors import ToolCallDecided, ToolNotInRoom
from chat_app.core.ai.tool_use.events import CallDecided
from chat_app.core.ai.tool_use.rules import CallError, CheckedCall
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId
from chat_app.core.kernel.texts.cleaning import cut, storable
from chat_app.core.kernel.work.written import Written
from chat_app.core.messages.answer_tables import OPEN_CALLS, CallStatus, MessageCall
from chat_app.core.messages.answers.tool_calls import show_calls
from chat_app.core.messages.commands import announce
from chat_app.core.messages.tables import Message
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.access import advance
from chat_app.core.rooms.tables import Room

DECISIONS = RateLimitItemPerMinute(60, namespace="tool_decisions")

STORED_MAX: Final = 20_000
"""Characters of arguments that are kept, of those too that nothing was called with."""


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call to be stored under an ``id``: as ``waiting``, ``running``, or ``failed`` already."""

    id: UUID
    checked: CheckedCall
    status: CallStatus
    result: str = ""


@dataclass(frozen=True, slots=True)
class CallEnd:
    """The end of a call. Its ``error`` may be the tool's own code; the files that it has ``made`` are kept."""

    status: CallStatus
    result: str = ""
    error: str | None = None
    made: tuple[DrawnFile, ...] = ()


@dataclass(frozen=True, slots=True)
class CallWait:
    """The state of a call that waits: its ``status``; the ``error`` if it ended without a decision; and ``is_shut`` if
    nobody can decide in its room any more.
    """

    status: str
    error: CallError | None = None
    is_shut: bool = False


async def begin_calls(ctx: Context, run_id: UUID, round_: int, calls: Sequence[NewCall], written: Written) -> bool:
    """Store the calls of a round with the text before them, and publish them to the room; return whether to make them.

    They are not made if the answer is not wanted any more. Calls that are already stored stay unchanged.
    """
    if not await resume(ctx, run_id, written):
        return False
    run, room, message = await hold(ctx, run_id)
    if await is_unwanted(ctx, run, room, message):
        return False
    known = select(col(MessageCall.id)).where(col(MessageCall.id).in_([call.id for call in calls]))
    if (await ctx.db.scalars(known)).first():
        return True
    rows = [_row(ctx, message, run, (round_, place), call) for place, call in enumerate(calls)]
    ctx.db.add_all(rows)
    message.text = written.text
    message.reasoning, message.reasoning_seconds = written.reasoning or (None, None)
    await _show(ctx, room, message, rows)
    return True


async def end_call(ctx: Context, run_id: UUID, call_id: UUID, end: CallEnd) -> None:
    """Store the end of a call, and publish it to the room.

    A call that has ended stays unchanged, unless its run was abandoned and continues.
    """
    run, room, message = await hold(ctx, run_id)
    call = await ctx.db.get(MessageCall, call_id)
    if call is None or call.status not in (*OPEN_CALLS, CallStatus.STOPPED):
        return
    if not (_is_live(run, message) or is_given_up(run, message)):
        return
    call.status, call.error, call.result = end.status, end.error, storable(end.result)
    call.finished_at = ctx.now
    for made in end.made:
        await attach_drawn(ctx, run, message, made)
    await _show(ctx, room, message, [call])


async def expire_call(ctx: Context, run_id: UUID, call_id: UUID) -> CallWait:
    """Refuse a call that was not decided in time, or cannot be decided any more. A decided call stays unchanged."""
    run, room, message = await hold(ctx, run_id)
    call = await ctx.db.get(MessageCall, call_id)
    if call is None:  # its message was deleted
        return CallWait(CallStatus.STOPPED)
    if call.status == CallStatus.WAITING and _is_live(run, message):
        call.status, call.finished_at = CallStatus.REFUSED, ctx.now
        call.error = "tool_room_shut" if _is_shut(room) else "tool_not_approved"
        await _show(ctx, room, message, [call])
    return _wait_of(call, room)


async def call_wait(ctx: Context, call_id: UUID) -> CallWait:
    """Return the state of a call that waits."""
    rooms = select(MessageCall, Room).join(Room, col(Room.id) == col(MessageCall.room_id))
    found = (await ctx.db.execute(rooms.where(col(MessageCall.id) == call_id))).one_or_none()
    return _wait_of(*found) if found else CallWait(CallStatus.STOPPED)


def _wait_of(call: MessageCall, room: Room) -> CallWait:
    return CallWait(call.status, cast("CallError | None", call.error), _is_shut(room))


def _is_shut(room: Room) -> bool:
    """Return whether approvals are not possible in a room any more."""
    return room.closed or room.archived_at is not None


async def approve_tool_call(ctx: Context, call_id: AnyId) -> MessageView:
    """Approve a call that waits, as a member with ``Permission.APPROVE_TOOLS``; the room sees who did.

    Raises :class:`ToolCallDecided` if it waits no more, and ``FeatureOff`` if the site uses no tools any more.
    """
    return await _decide(ctx, call_id, CallStatus.RUNNING)


async def refuse_tool_call(ctx: Context, call_id: AnyId) -> MessageView:
    """Refuse a call that waits for approval, with the checks of :func:`approve_tool_call`. The model is notified."""
    return await _decide(ctx, call_id, CallStatus.REFUSED)


async def _decide(ctx: Context, call_id: AnyId, status: CallStatus) -> MessageView:
    await ctx.limit(DECISIONS, str(ctx.me.user_id))
    access = await access_call(ctx, call_id, Permission.APPROVE_TOOLS, lock=True)
    call, message, room = access.call, access.message, access.room.room
    run = await ctx.db.get(AiRun, call.run_id, with_for_update=True)
    if call.status != CallStatus.WAITING or run is None or not _is_live(run, message):
        raise ToolCallDecided()
    if status != CallStatus.REFUSED:
        require_feature(ctx, Feature.TOOLS)
        if call.tool not in room.ai_tools:
            raise ToolNotInRoom()
    call.status, call.decided_by_id, call.decided_at = status, ctx.me.user_id, ctx.now
    if status == CallStatus.REFUSED:
        call.finished_at = ctx.now
    ctx.emit(CallDecided(run.id))
    return await _show(ctx, room, message, [call])


def _is_live(run: AiRun, message: Message) -> bool:
    return run.status == RunStatus.RUNNING and message.run_id == run.id and message.deleted_at is None


def _row(ctx: Context, message: Message, run: AiRun, place: tuple[int, int], call: NewCall) -> MessageCall:
    checked, tool = call.checked, call.checked.tool
    name = storable(cut(checked.call.name, 64))
    ended = call.status not in OPEN_CALLS
    return MessageCall(
        id=call.id,
        run_id=run.id,
        message_id=message.id,
        room_id=message.room_id,
        round=place[0],
        position=place[1],
        vendor_id=storable(checked.call.id),
        tool=tool.id if tool else "",
        name=name,
        label=tool.label if tool else name,
        source=tool.source if tool else "",
        arguments=storable(cut(checked.call.arguments, STORED_MAX)),
        status=call.status,
        error=checked.error,
        result=call.result if ended else "",
        created_at=ctx.now,
        finished_at=ctx.now if ended else None,
    )


async def _show(ctx: Context, room: Room, message: Message, calls: Sequence[MessageCall]) -> MessageView:
    show_calls(message, calls)
    message.rev = advance(room)
    return await announce(ctx, message)
