"""Show what models would see of a room, before a question is asked."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import cast

from chat_app.core.access.permissions import Permission
from chat_app.core.ai.context.lines.others import with_others
from chat_app.core.ai.context.prompt import Prompt, build_prompt, estimate_tokens
from chat_app.core.ai.context.reading.file_texts import documents, read_texts
from chat_app.core.ai.context.reading.given import GivenJson, LeftOutJson, with_parent
from chat_app.core.ai.context.reading.history import newest_messages, read_from
from chat_app.core.ai.context.shapes.earlier import EarlierSummaries
from chat_app.core.ai.context.shapes.files import Contents, prompt_files
from chat_app.core.ai.context.shapes.messages import PromptMessage
from chat_app.core.ai.costs.prices import cost_of
from chat_app.core.ai.models.offers import check_offered, default_model
from chat_app.core.ai.ports.gateway import LlmError, ModelInfo
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.ai.summaries.queries import read_summaries
from chat_app.core.ai.texts import system_text
from chat_app.core.assistants.queries import askable, persona_of
from chat_app.core.assistants.tables import Assistant
from chat_app.core.assistants.views import Persona
from chat_app.core.files.queries import chosen_files
from chat_app.core.files.views import attachment_json
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, new_id
from chat_app.core.messages.access import access_message
from chat_app.core.messages.rules import check_text
from chat_app.core.rooms.access import RoomAccess, access_room
from chat_app.core.rooms.rules import check_instructions
from chat_app.core.rooms.tables import Room


class ContextJson(GivenJson):
    """The context of a question asked now: the room's newest messages, and the room's `instructions`.

    `tokens` are `estimated` if the model's own tokenizer is not available. `cost` is the cost of reading them, in
    millionths of a US dollar; null if the price is unknown.
    """

    estimated: bool
    cost: int | None
    instructions: str


async def preview_context(
    ctx: Context,
    offered: Sequence[ModelInfo],
    room_id: AnyId,
    *,
    text: str = "",
    model: str = "",
    assistant: Assistant | None = None,
    attachments: Sequence[AnyId] = (),
) -> ContextJson:
    """Return the prompt of a question with ``text`` that the actor would ask in the room now; ``text`` may be empty.

    ``attachments`` are chosen files. Without a ``model`` or an ``assistant``, which the actor may ask, the room's is
    used, or the site's default. Raises :class:`ModelNotOffered`, or as :func:`check_text` and :func:`chosen_files`.
    """
    room = (await access_room(ctx, room_id, Permission.VIEW)).room
    about = await with_parent(ctx, room)
    instructions = about[0].ai_instructions
    chosen, persona = await find_answerer(ctx, offered, room, model, assistant)
    history, earlier = await _said(ctx, room, about)
    asked = await _question(ctx, room, about, text, attachments)
    system = system_text(instructions, persona, is_aside=bool(room.parent_id))
    said = with_others([*history, asked], chosen.id, persona.id if persona else None)
    prompt = await _prompt(ctx, said, system, chosen, earlier)
    kept = prompt.kept[:-1]
    return {
        "model": chosen.id,
        "assistant": persona.name if persona else None,
        "messages": len(kept),
        "files": sum(len(each.files) for each in [*history, asked] if each.id in {*kept, asked.id}),
        "tokens": prompt.tokens,
        "kept": [str(each) for each in kept],
        "left_out": cast(list[LeftOutJson], prompt.left_out_json()),
        "summary": prompt.summaries[-1].as_json() if prompt.summaries else None,
        "estimated": True,
        "cost": cost_of(chosen, Usage(prompt.tokens, 0)),
        "instructions": instructions,
    }


async def find_answerer(
    ctx: Context, offered: Sequence[ModelInfo], room: Room, model: str = "", assistant: Assistant | None = None
) -> tuple[ModelInfo, Persona | None]:
    """Return the model that would answer in a room that the caller has accessed, and the assistant, if any."""
    if model:
        check_offered(ctx, offered, model)
    elif assistant is None:
        assistant = await askable(ctx, room.ai_assistant_id, ctx.me.user_id)
    wanted = model or (assistant and assistant.model) or room.ai_model
    chosen = next((each for each in offered if each.id == wanted), default_model(offered))
    return chosen, persona_of(assistant) if assistant else None


async def _question(
    ctx: Context, room: Room, about: Sequence[Room], text: str, attachments: Sequence[AnyId]
) -> PromptMessage:
    """Return the actor's question, as it would be in the prompt."""
    question = check_text(text, ctx.policy.message_max_chars) if text.strip() else "" if attachments else "?"
    chosen = [attachment_json(each) for each in await chosen_files(ctx, [each.id for each in about], attachments)]
    return PromptMessage(
        new_id(),
        ctx.me.person.name,
        is_ai=False,
        text=question,
        room_id=room.id,
        seq=room.last_seq + 1,
        at=ctx.now,
        files=prompt_files(chosen),
    )


async def _prompt(
    ctx: Context, said: Sequence[PromptMessage], system: str, model: ModelInfo, earlier: EarlierSummaries
) -> Prompt:
    """Return the prompt, which takes time to build; an empty one where not even the instructions fit."""
    texts = await read_texts(ctx, documents(said), model.prompt_budget)
    contents = Contents(texts, sees="vision" in model.abilities)
    budget = model.prompt_budget
    build = partial(build_prompt, said, system=system, budget_tokens=budget, count=estimate_tokens, earlier=earlier)
    try:
        return await asyncio.to_thread(build, contents=contents)
    except LlmError:
        return Prompt((), (), tuple((each.id, "too_old_for_window") for each in said[:-1]), tokens=0)


async def preview_instructions(ctx: Context, room_id: AnyId, instructions: str) -> str:
    """Return the whole system text that the room's model would be given with these instructions, which may be unsaved.

    Raises as changing them does.
    """
    room = (await access_room(ctx, room_id, Permission.MANAGE_AI)).room
    assistant = await askable(ctx, room.ai_assistant_id, ctx.me.user_id)
    persona = persona_of(assistant) if assistant else None
    is_aside, tools = bool(room.parent_id), bool(room.ai_tools)
    return system_text(check_instructions(instructions), persona, is_aside=is_aside, tools=tools)


async def start_context_at(ctx: Context, message_id: AnyId) -> RoomAccess:
    """Hide the room's messages before this one from models."""
    access = await access_message(ctx, message_id, Permission.MANAGE_AI)
    return await set_ai(ctx, [], access.message.room_id, cutoff=(access.message.created_at,))


async def _said(ctx: Context, room: Room, about: Sequence[Room]) -> tuple[list[PromptMessage], EarlierSummaries]:
    """Return the messages of a room, after those of its parent for an aside, and the summaries of older ones."""
    summaries = await read_summaries(ctx, [each.id for each in about if each.ai_summary_seq])
    history = await newest_messages(ctx, *about)
    first = read_from([each.seq for each in history if each.room_id == room.id])
    seen = [each for each in summaries.values() if each.from_seq > ctx.starts.get(each.room_id, 0)]
    return history, EarlierSummaries(sorted(seen, key=lambda each: each.room_id == room.id), first)
