"""Ask the AI, stop it, and regenerate answers."""

from uuid import UUID

from fastapi import APIRouter

from chat_app.api.auth import Offered, Posting, Reading
from chat_app.api.cursors import whole
from chat_app.api.rest.rooms import RoomOut, room_json
from chat_app.api.shapes import Asked
from chat_app.core.access.permissions import Permission
from chat_app.core.ai import commands
from chat_app.core.ai.ports import ModelJson
from chat_app.core.kernel.wire import PageJson
from chat_app.core.messages.wire import MessageJson
from chat_app.core.rooms.access import access_room

router = APIRouter(tags=["ai"])


class NewChat(Asked):
    """The first message of a chat. The `nonce`, made by the client, lets a resend begin one chat."""

    text: str
    nonce: UUID
    model: str | None = None


@router.get("/models")
async def list_models(offered: Offered, ctx: Reading) -> PageJson[ModelJson]:
    """List the models on offer."""
    return whole([model.as_json() for model in offered])


@router.post("/chats", status_code=201)
async def start_chat(body: NewChat, offered: Offered, ctx: Posting) -> RoomOut:
    """Create a private room in which the AI answers every message, and send the first message."""
    if body.model:
        commands.check_offered(offered, body.model)
    room = await commands.start_chat(ctx, body.text, nonce=body.nonce, model=body.model or None)
    return room_json(await access_room(ctx, room.id, Permission.VIEW))


@router.post("/rooms/{room_id}/ask", status_code=202)
async def ask(room_id: str, ctx: Posting) -> MessageJson:
    """Ask the AI to answer the latest messages. The answer is empty at first, and filled as it is written."""
    return (await commands.ask_in_room(ctx, room_id)).as_json()


@router.post("/messages/{message_id}/stop")
async def stop(message_id: str, ctx: Posting) -> MessageJson:
    """Stop an answer that is being written. Its text so far remains."""
    return (await commands.stop_answer(ctx, message_id)).as_json()


@router.post(
    "/messages/{message_id}/regenerate",
    status_code=202,
)
async def regenerate(message_id: str, ctx: Posting) -> MessageJson:
    """Regenerate an answer, in the same place."""
    return (await commands.regenerate_answer(ctx, message_id)).as_json()
