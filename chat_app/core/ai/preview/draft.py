"""Estimate, before a draft is sent, the context of the models that it asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chat_app.core.access.features import Feature, is_off
from chat_app.core.access.permissions import Permission
from chat_app.core.ai.asking.asked import MODELS_MAX
from chat_app.core.ai.asking.posts.counting import whom_asks
from chat_app.core.ai.asking.posts.post import Post
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.preview.context import ContextJson, preview_context
from chat_app.core.assistants.errors import AssistantNotFound
from chat_app.core.files.attached.sending import parse_attachments
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.messages.errors import MessageNotFound
from chat_app.core.messages.rules import check_text
from chat_app.core.messages.texts.parsing import parse_text
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.tables import AiRule


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that is not sent yet: its text, the message that it replies to, the model or assistant that was chosen
    for it, and its files, by their ids.
    """

    text: str = ""
    reply_to: str = ""
    model: str = ""
    assistant: str = ""
    attachments: Sequence[AnyId] = ()


async def foresee(ctx: Context, offered: Sequence[ModelInfo], room_id: AnyId, draft: Draft) -> list[ContextJson]:
    """Return the prompt of each model that a draft asks; nothing if it asks none, or could not be sent."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    if not access.allows(Permission.ASK_AI) or is_off(ctx.policy, Feature.AI):
        return []
    try:
        return await _foresee(ctx, offered, access.room.id, draft)
    except (Invalid, NotFound, NotAllowed, Conflict):  # as sending it will report
        return []


async def may_order(ctx: Context, room_id: AnyId) -> bool:
    """Return whether a message of the actor that requests a picture would be drawn in a room."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    off = access.room.ai_rule == AiRule.NEVER or any(is_off(ctx.policy, each) for each in (Feature.AI, Feature.IMAGES))
    return access.allows(Permission.ASK_AI) and not off


async def _foresee(ctx: Context, offered: Sequence[ModelInfo], room_id: UUID, draft: Draft) -> list[ContextJson]:
    files = parse_attachments(draft.attachments)
    if not (draft.text.strip() or files):
        return []
    text = check_text(draft.text, ctx.policy.message_max_chars, may_be_empty=bool(files))
    replied = parse_id(draft.reply_to, MessageNotFound) if draft.reply_to else None
    chosen = parse_id(draft.assistant, AssistantNotFound) if draft.assistant else None
    post = Post(ctx.me, await parse_text(text), None, replied, draft.model or None, offered, chosen, files)
    seen = []
    for asked in (await whom_asks(ctx, room_id, post))[:MODELS_MAX]:
        model = (asked.model or "") if asked.named and asked.assistant is None else ""
        seen.append(
            await preview_context(
                ctx, offered, room_id, text=text, model=model, assistant=asked.assistant, attachments=files
            )
        )
    return seen
