"""Show what models see of a room, before a question is asked and for each answer."""

import asyncio
from collections.abc import Sequence
from typing import Final, cast
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import col
from typing_extensions import TypedDict

from chat_app.core.access.permissions import Permission
from chat_app.core.ai.context.earlier import Earlier, SummaryJson
from chat_app.core.ai.context.file_texts import documents, read_texts
from chat_app.core.ai.context.files import Contents, prompt_files
from chat_app.core.ai.context.history import newest_messages, read_from
from chat_app.core.ai.context.others import with_others
from chat_app.core.ai.context.prompt import PromptMessage, build_prompt, estimate_tokens
from chat_app.core.ai.errors import ContextUnknown, NotAnAnswer
from chat_app.core.ai.offers import check_offered, default_model
from chat_app.core.ai.ports import LlmError, ModelInfo, Usage
from chat_app.core.ai.prices import cost_of
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.ai.summaries.queries import read_summaries
from chat_app.core.ai.tables import AiRun
from chat_app.core.ai.texts import system_text
from chat_app.core.assistants.queries import askable, persona_of
from chat_app.core.assistants.tables import Assistant
from chat_app.core.files.queries import chosen_files
from chat_app.core.files.views import attachment_json
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.access import access_message
from chat_app.core.messages.answer_tables import MessageContextSummary
from chat_app.core.messages.rules import check_text
from chat_app.core.messages.tables import Message
from chat_app.core.messages.views import MessageView, view_messages_now
from chat_app.core.rooms.access import RoomAccess, access_room
from chat_app.core.rooms.rules import check_instructions
from chat_app.core.rooms.tables import Room


class LeftOutJson(TypedDict):
    """A message that the model does not see, and the reason."""

    id: str
    reason: str


class GivenJson(TypedDict):
    """The context of an answer: the number of `messages`, their ids in `kept`, and those `left_out`.

    `files` is the number of the files of these messages: of all the names are given, and of the newest the contents.

    `assistant` is the name of the one that answers.

    `tokens` is what the vendor counted, null where it did not. The `summary` stands for those that are left out as
    `summarised`.
    """

    model: str | None
    assistant: str | None
    messages: int
    files: int
    tokens: int | None
    kept: list[str]
    left_out: list[LeftOutJson]
    summary: SummaryJson | None


class ContextJson(GivenJson):
    """The context of a question asked now: of the room's newest messages, and the room's `instructions`.

    `tokens` are `estimated` where the model's own tokenizer is not at hand. `cost` is that of reading them, in
    millionths of a US dollar; null where the price is unknown.
    """

    estimated: bool
    cost: int | None
    instructions: str


async def preview_context(
    ctx: Context,
    offered: Sequence[ModelInfo],
    room_id: object,
    *,
    text: str = "",
    model: str = "",
    assistant: Assistant | None = None,
    attachments: Sequence[object] = (),
) -> ContextJson:
    """Return what the model would be given if the actor asked ``text`` in the room now; ``text`` may be empty.

    With it go ``attachments``, which they have chosen. Without a ``model`` or an ``assistant``, which the actor may
    ask, it is the room's, or the site's default.
    Raises :class:`ModelNotOffered`, or as :func:`check_text` and :func:`chosen_files`.
    """
    if model:
        check_offered(ctx, offered, model)
    question = check_text(text, ctx.policy.message_max_chars) if text.strip() else "" if attachments else "?"
    room = (await access_room(ctx, room_id, Permission.VIEW)).room
    about = await _with_parent(ctx, room)
    instructions = about[0].ai_instructions
    if assistant is None and not model:
        assistant = await askable(ctx, room.ai_assistant_id, ctx.me.user_id)
    wanted = model or (assistant and assistant.model) or room.ai_model
    persona = persona_of(assistant) if assistant else None
    chosen = next((each for each in offered if each.id == wanted), default_model(offered))
    history, earlier = await _said(ctx, room, about)
    chosen_now = [attachment_json(each) for each in await chosen_files(ctx, [each.id for each in about], attachments)]
    asked = PromptMessage(
        new_id(),
        ctx.me.person.name,
        is_ai=False,
        text=question,
        room_id=room.id,
        seq=room.last_seq + 1,
        at=ctx.now,
        files=prompt_files(chosen_now),
    )
    contents = await _contents(ctx, [*history, asked], chosen)
    summary: SummaryJson | None = None
    try:
        prompt = await asyncio.to_thread(
            build_prompt,
            with_others([*history, asked], chosen.id, persona.id if persona else None),
            system=system_text(instructions, persona, is_aside=bool(room.parent_id)),
            budget_tokens=chosen.prompt_budget,
            count=estimate_tokens,
            earlier=earlier,
            contents=contents,
        )
        summary = prompt.summaries[-1].as_json() if prompt.summaries else None
        kept, left_out, tokens = prompt.kept[:-1], prompt.left_out_json(), prompt.tokens
    except LlmError:  # not even the instructions fit into the window
        kept, tokens = (), 0
        left_out = [{"id": str(each.id), "reason": "too_old_for_window"} for each in history]
    return {
        "model": chosen.id,
        "assistant": persona.name if persona else None,
        "messages": len(kept),
        "files": sum(len(each.files) for each in [*history, asked] if each.id in {*kept, asked.id}),
        "tokens": tokens,
        "kept": [str(each) for each in kept],
        "left_out": cast(list[LeftOutJson], left_out),
        "summary": summary,
        "estimated": True,
        "cost": cost_of(chosen, Usage(tokens, 0)),
        "instructions": instructions,
    }


async def preview_instructions(ctx: Context, room_id: object, instructions: str) -> str:
    """Return the whole system text that the room's model would be given with these instructions, which may be unsaved.

    Raises as changing them does.
    """
    room = (await access_room(ctx, room_id, Permission.MANAGE_AI)).room
    assistant = await askable(ctx, room.ai_assistant_id, ctx.me.user_id)
    persona = persona_of(assistant) if assistant else None
    is_aside, tools = bool(room.parent_id), bool(room.ai_tools)
    return system_text(check_instructions(instructions), persona, is_aside=is_aside, tools=tools)


async def start_context_at(ctx: Context, message_id: object) -> RoomAccess:
    """Have models see nothing of the room from before this message."""
    access = await access_message(ctx, message_id, Permission.MANAGE_AI)
    return await set_ai(ctx, [], access.message.room_id, cutoff=(access.message.created_at,))


async def given_context(ctx: Context, message_id: object) -> GivenJson:
    """Return what the model was given for an answer. Raises :class:`NotAnAnswer` or :class:`ContextUnknown`."""
    access = await access_message(ctx, message_id, Permission.VIEW, lock=False)
    message = access.message
    if not message.is_ai:
        raise NotAnAnswer()
    run = await ctx.db.get(AiRun, message.run_id) if message.run_id else None
    if run is None or run.kept is None:
        raise ContextUnknown()
    kept, left_out = run.kept, cast(list[LeftOutJson], run.left_out or [])
    rooms = await _with_parent(ctx, access.room.room)
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
    """Return the summary that a run was given, with its text if it still holds."""
    if run.summary is None:
        return None
    noted = cast(SummaryJson, run.summary)
    row = await ctx.db.get(MessageContextSummary, UUID(noted["id"]))
    if ctx.starts and (row is None or row.from_seq <= ctx.starts.get(row.room_id, 0)):
        return None
    return {**noted, "text": row.text} if row else noted


async def context_messages(ctx: Context, room_id: object, ids: Sequence[UUID]) -> list[MessageView]:
    """Return those of a room's messages, and of the parent's where it is an aside, oldest first."""
    rooms = await _with_parent(ctx, (await access_room(ctx, room_id, Permission.VIEW)).room)
    wanted = select(Message).where(_seen(ctx, rooms), col(Message.id).in_(ids))
    wanted = wanted.order_by(col(Message.created_at), col(Message.seq))
    return await view_messages_now(ctx, list(await ctx.db.scalars(wanted)))


async def _said(ctx: Context, room: Room, about: Sequence[Room]) -> tuple[list[PromptMessage], Earlier]:
    """Return what is said in a room, and before an aside in its parent, and what stands for messages before that."""
    summaries = await read_summaries(ctx, [each.id for each in about if each.ai_summary_seq])
    history = await newest_messages(ctx, *about)
    first = read_from([each.seq for each in history if each.room_id == room.id])
    seen = [each for each in summaries.values() if each.from_seq > ctx.starts.get(each.room_id, 0)]
    return history, Earlier(sorted(seen, key=lambda each: each.room_id == room.id), first)


async def _contents(ctx: Context, history: Sequence[PromptMessage], model: ModelInfo) -> Contents:
    """Return what a model would be given of the contents of files."""
    texts = await read_texts(ctx, documents(history), model.prompt_budget)
    return Contents(texts, sees="vision" in model.abilities)


async def _with_parent(ctx: Context, room: Room) -> list[Room]:
    """Return the rooms of which an answer in this one is told: before an aside, its parent."""
    return [(await access_room(ctx, room.parent_id, Permission.VIEW)).room, room] if room.parent_id else [room]
