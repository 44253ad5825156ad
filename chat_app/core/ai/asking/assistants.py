"""Assistants and models: make assistants of models that are offered, and ask the same one again."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chat_app.core.access.permissions import Permission
from chat_app.core.ai.asking.asked import AskedModel
from chat_app.core.ai.errors import AssistantNotShared
from chat_app.core.ai.models.handles import models_by_handle
from chat_app.core.ai.models.offers import check_offered, may_choose
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.tables import AiRun
from chat_app.core.assistants.commands import create_assistant, update_assistant
from chat_app.core.assistants.queries import access_assistant, askable
from chat_app.core.assistants.tables import Assistant
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.commands import create_room, set_room_ai
from chat_app.core.rooms.tables import AiRule, Room, RoomKind


async def make_assistant(
    ctx: Context, offered: Sequence[ModelInfo], handle: str, name: str, **fields: Any
) -> Assistant:
    """Make an assistant, as :func:`create_assistant` does; its model must be among those ``offered``."""
    if fields.get("model"):
        check_offered(ctx, offered, fields["model"])
    return await create_assistant(ctx, handle, name, taken=models_by_handle(offered), **fields)


async def change_assistant(ctx: Context, offered: Sequence[ModelInfo], assistant_id: AnyId, **fields: Any) -> Assistant:
    """Change an assistant, as :func:`update_assistant` does; another model must be among those ``offered``.

    An empty ``model`` is the room's.
    """
    if fields.get("model"):
        before, _ = await access_assistant(ctx, assistant_id)
        if fields["model"] != before.model:
            check_offered(ctx, offered, fields["model"])
    return await update_assistant(ctx, assistant_id, taken=models_by_handle(offered), **fields)


async def start_chat_with(ctx: Context, offered: Sequence[ModelInfo], assistant_id: AnyId) -> Room:
    """Create an empty private room in which an assistant answers every message, with the tools that are chosen for it.

    Its model must be among those ``offered``, for the room's own everybody may ask. Raises ``AssistantNotFound``.
    """
    assistant, _ = await access_assistant(ctx, assistant_id)
    if assistant.model:
        check_offered(ctx, offered, assistant.model)
    access = await create_room(ctx, kind=RoomKind.CHAT, name=assistant.name, ai_rule=AiRule.ALWAYS)
    chosen, tools = (assistant.id, assistant.name), list(assistant.tools)
    return (await set_room_ai(ctx, access.room.id, assistant=chosen, tools=lambda _: tools)).room


async def room_assistant(
    ctx: Context, offered: Sequence[ModelInfo], room_id: AnyId, assistant_id: AnyId
) -> tuple[UUID, str]:
    """Return the id and name of an assistant that may answer in a room. Raises :class:`AssistantNotShared`."""
    access = await access_room(ctx, room_id, Permission.CHOOSE_MODEL)
    assistant, _ = await access_assistant(ctx, assistant_id)
    if assistant.model:
        check_offered(ctx, offered, assistant.model)
    if not assistant.shared and access.room.kind not in (RoomKind.CHAT, RoomKind.ASIDE):
        raise AssistantNotShared(field="assistant")
    return assistant.id, assistant.name


async def asked_again(ctx: Context, answer: Message, room: Room, offered: Sequence[ModelInfo]) -> AskedModel:
    """Return what regenerates an answer: the model or assistant asked before if the actor may ask it, or the room's."""
    again = await asked_before(ctx, answer)
    if again.model is None:
        return again
    of_room = again.model == room.ai_model or (again.assistant and again.assistant.id == room.ai_assistant_id)
    mine = any(each.id == again.model and (of_room or may_choose(ctx, each)) for each in offered)
    return again if mine else AskedModel(None)


async def asked_before(ctx: Context, answer: Message) -> AskedModel:
    """Return the assistant or model that the question asked for an answer; an assistant only if the actor may still ask
    it.
    """
    if assistant := await askable(ctx, answer.assistant_id, ctx.me.user_id):
        return AskedModel(assistant.model, assistant=assistant)
    run = await ctx.db.get(AiRun, answer.run_id) if answer.run_id else None
    return AskedModel(run.model if run and run.named else None)
