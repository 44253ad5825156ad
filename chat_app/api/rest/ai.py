"""Ask the AI, stop it, continue and regenerate answers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from chat_app.api.auth import InSession, Offered, Parts, Posting, Reading, Sender
from chat_app.api.cursors import Cursor, paged, place_of, whole
from chat_app.api.rest.room.rooms import RoomOut, room_json
from chat_app.api.shapes import RequestBody
from chat_app.core.access.permissions import Permission
from chat_app.core.ai.asking import commands, continuing
from chat_app.core.ai.context.reading import given
from chat_app.core.ai.context.reading.given import GivenJson
from chat_app.core.ai.decisions import queries as decided
from chat_app.core.ai.decisions.queries import DecisionCountJson, DecisionJson
from chat_app.core.ai.models import favorites
from chat_app.core.ai.models.handles import handles_of
from chat_app.core.ai.models.offers import check_offered, may_choose
from chat_app.core.ai.preview import context as preview
from chat_app.core.ai.preview.context import ContextJson
from chat_app.core.ai.wire import ModelJson
from chat_app.core.kernel.wire import PageJson
from chat_app.core.messages.views.visibility import message_json
from chat_app.core.messages.wire.messages import MessageJson
from chat_app.core.rooms import asides
from chat_app.core.rooms.access import access_room

router = APIRouter(tags=["ai"])


class NewChat(RequestBody):
    """The first message of a chat. The `nonce`, made by the client, lets a resend begin one chat."""

    text: str
    nonce: UUID
    model: str | None = None


class FavoriteModel(RequestBody):
    """A model, and whether it is a favorite."""

    id: str
    favorite: bool


class Again(RequestBody):
    """The `model` that writes the answer; without one it is the room's."""

    model: str | None = None


@router.get("/models")
async def list_models(offered: Offered, ctx: Reading) -> PageJson[ModelJson]:
    """List the models that the person may choose, the site's default first."""
    handles, mine = handles_of(offered), await favorites.favorite_models(ctx)
    chosen = [model for model in offered if may_choose(ctx, model)]
    return whole([model.as_json(handles[model.id], favorite=model.id in mine) for model in chosen])


@router.patch("/models", status_code=204)
async def favorite_model(body: FavoriteModel, offered: Offered, ctx: InSession) -> None:
    """Mark a model as one of the person's favorites, which are listed first; or remove the mark."""
    await favorites.favorite_model(ctx, offered, body.id, on=body.favorite)


@router.post("/chats", status_code=201)
async def start_chat(body: NewChat, offered: Offered, ctx: Posting) -> RoomOut:
    """Create a private room in which the AI answers every message, and send the first message."""
    if body.model:
        check_offered(ctx, offered, body.model)
    room = await commands.start_chat(ctx, body.text, nonce=body.nonce, model=body.model or None, offered=offered)
    return room_json(await access_room(ctx, room.id, Permission.VIEW))


@router.post("/rooms/{room_id}/aside")
async def open_aside(room_id: str, ctx: Posting) -> RoomOut:
    """Return the person's aside of a room: a room of theirs alone, in which the AI answers about this one."""
    return room_json(await asides.open_aside(ctx, room_id))


@router.post("/messages/{message_id}/publish", status_code=201)
async def publish_message(message_id: str, parts: Parts, actor: Sender) -> MessageJson:
    """Publish in the room a message of the person's aside of it: their question, or an answer, with copies of its
    files.
    """
    message = await parts.publishing.publish(actor, message_id)
    return {**message.as_json(), "visibility": "public"}


@router.get("/rooms/{room_id}/ai/context")
async def preview_context(
    room_id: str,
    offered: Offered,
    ctx: Reading,
    text: Annotated[str, Query(max_length=4_000)] = "",
    model: Annotated[str, Query(max_length=200)] = "",
    attachments: Annotated[str, Query(max_length=1_000)] = "",
) -> ContextJson:
    """Return what the model would see if the person sent `text` now, and what is left out, with the reasons.

    `attachments` are comma-separated ids of files that the person has uploaded into the room and not sent. Only the
    newest 500 messages and those that are pinned for AI are considered.
    """
    chosen = [each for each in attachments.split(",") if each]
    return await preview.preview_context(ctx, offered, room_id, text=text, model=model, attachments=chosen)


@router.get("/rooms/{room_id}/ai/decisions")
async def list_decisions(
    room_id: str,
    ctx: Reading,
    cursor: Cursor = "",
    limit: Annotated[int, Query(ge=1, le=decided.PAGE_MAX)] = 50,
) -> PageJson[DecisionJson]:
    """List the decisions of a room's AI whose rule is `helpful`, with the reasons, the newest first. For people who
    manage the room's AI.
    """
    page = await decided.list_decisions(ctx, room_id, after=place_of(cursor), limit=limit)
    return paged([each.as_json() for each in page.items], page.next)


@router.get("/admin/decisions")
async def count_decisions(ctx: Reading) -> PageJson[DecisionCountJson]:
    """Count the decisions of all rooms in the last 30 days, by the model that made them, with tokens and cost. For the
    site's admins only, without reasons, rooms or people.
    """
    return whole(await decided.count_decisions(ctx))


@router.get("/messages/{message_id}/context")
async def get_context(message_id: str, ctx: Reading) -> GivenJson:
    """Return the context that the model had for an answer, and the parts that were left out, with the reasons."""
    return await given.given_context(ctx, message_id)


@router.post("/rooms/{room_id}/ask", status_code=202)
async def ask(room_id: str, ctx: Posting) -> MessageJson:
    """Ask the AI to answer the latest messages. The answer is empty at first, and grows as it is written."""
    return await message_json(ctx, await commands.ask_in_room(ctx, room_id))


@router.post("/messages/{message_id}/stop")
async def stop(message_id: str, ctx: Posting) -> MessageJson:
    """Stop an answer that is being written. Its text so far remains."""
    return await message_json(ctx, await commands.stop_answer(ctx, message_id))


@router.post("/messages/{message_id}/continue", status_code=202)
async def continue_(message_id: str, offered: Offered, ctx: Posting) -> MessageJson:
    """Continue an answer that was cut: by its greatest length, a stop or a failure. Its text stays, and grows."""
    return await message_json(ctx, await continuing.continue_answer(ctx, message_id, offered=offered))


@router.post(
    "/messages/{message_id}/regenerate",
    status_code=202,
)
async def regenerate(message_id: str, offered: Offered, ctx: Posting, body: Again | None = None) -> MessageJson:
    """Regenerate an answer, in the same place; with the room's model, or another one."""
    model = body.model if body else None
    if model:
        check_offered(ctx, offered, model)
    return await message_json(ctx, await commands.regenerate_answer(ctx, message_id, model=model, offered=offered))
