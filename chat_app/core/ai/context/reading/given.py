"""Read which messages models were given for their answers."""

from collections.abc import Sequence
from typing import Final, cast
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import col
from typing_extensions import TypedDict

from chat_app.core.access.permissions import Permission
from chat_app.core.ai.context.shapes.earlier import SummaryJson
from chat_app.core.ai.errors import ContextUnknown, NotAnAnswer
from chat_app.core.ai.tables import AiRun
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId
from chat_app.core.messages.access import access_message
from chat_app.core.messages.answer_tables import MessageContextSummary
from chat_app.core.messages.tables import Message
from chat_app.core.messages.views.messages import MessageView, view_messages_now
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.tables import Room


class LeftOutJson(TypedDict):
    """A message that the model does not see, and the reason."""

    id: str
    reason: str


class GivenJson(TypedDict):
    """The context of an answer: the number of `messages`, their ids in `kept`, and those `left_out`.

    `files` is the number of the files of these messages: all are named, the newest are included with their contents.
    `assistant` is the name of the assistant that answers. `tokens` is the vendor's count, null if there is none. The
    `summary` replaces the messages that are left out as `summarised`.
    """

    model: str | None
    assistant: str | None
    messages: int
    files: int
    tokens: int | None
    kept: list[str]
    left_out: list[LeftOutJson]
    summary: SummaryJson | None


async def given_context(ctx: Context, message_id: AnyId) -> GivenJson:
    """Return the context that the model had for an answer. Raises :class:`NotAnAnswer` or :class:`ContextUnknown`."""
    access = await access_message(ctx, message_id, Permission.VIEW, lock=False)
    message = access.message
    if not message.is_ai:
        raise NotAnAnswer()
    run = await ctx.db.get(AiRun, message.run_id) if message.run_id else None
    if run is None or run.kept is None:
        raise ContextUnknown()
    kept, left_out = run.kept, cast(list[LeftOutJson], run.left_out or [])
    rooms = await with_parent(ctx, access.room.room)
    if ctx.starts:
        seen = await _seen_among(ctx, rooms, [*kept, *(UUID(each["id"]) for each in left_out)])
        kept = [each for each in kept if each in seen]
        left_out = [each for each in left_out if UUID(each["id"]) in seen]
    return {
        "model": run.model,
        "assistant": message.assistant_name,
        "messages": len(kept),
        "files": await ctx.db.scalar(_FILES.where(col(Message.id).in_(kept))) or 0,
        "tokens": run.prompt_tokens,
        "kept": [str(each) for each in kept],
        "left_out": left_out,
        "summary": await _given_summary(ctx, run),
    }


async def _seen_among(ctx: Context, rooms: Sequence[Room], ids: Sequence[UUID]) -> set[UUID]:
    """Return which of some messages the actor sees, who has accessed their rooms."""
    return set(await ctx.db.scalars(select(col(Message.id)).where(_seen(ctx, rooms), col(Message.id).in_(ids))))


def _seen(ctx: Context, rooms: Sequence[Room]) -> ColumnElement[bool]:
    """Return the condition that a message is in one of these rooms, and that the actor sees it."""
    return or_(
        *(and_(col(Message.room_id) == each.id, col(Message.seq) > ctx.starts.get(each.id, 0)) for each in rooms)
    )


_FILES: Final = select(func.sum(func.jsonb_array_length(col(Message.attachments))))


async def _given_summary(ctx: Context, run: AiRun) -> SummaryJson | None:
    """Return the summary in the prompt of a run, with its text if the summary still exists."""
    if run.summary is None:
        return None
    noted = cast(SummaryJson, run.summary)
    row = await ctx.db.get(MessageContextSummary, UUID(noted["id"]))
    if ctx.starts and (row is None or row.from_seq <= ctx.starts.get(row.room_id, 0)):
        return None
    return {**noted, "text": row.text} if row else noted


async def context_messages(ctx: Context, room_id: AnyId, ids: Sequence[UUID]) -> list[MessageView]:
    """Return a room's messages and, for an aside, its parent's, oldest first."""
    rooms = await with_parent(ctx, (await access_room(ctx, room_id, Permission.VIEW)).room)
    wanted = select(Message).where(_seen(ctx, rooms), col(Message.id).in_(ids))
    wanted = wanted.order_by(col(Message.created_at), col(Message.seq))
    return await view_messages_now(ctx, list(await ctx.db.scalars(wanted)))


async def with_parent(ctx: Context, room: Room) -> list[Room]:
    """Return the rooms whose messages an answer in this one gets: an aside gets its parent's, too."""
    return [(await access_room(ctx, room.parent_id, Permission.VIEW)).room, room] if room.parent_id else [room]
