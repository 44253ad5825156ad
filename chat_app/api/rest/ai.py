"""Ask the AI, stop it, have it try again."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from chat_app.api.auth import Offered, SignedIn
from chat_app.api.rest.rooms import room_json
from chat_app.api.shapes import Asked, MessageOut, RoomOut
from chat_app.core.access.permissions import Permission
from chat_app.core.ai import commands
from chat_app.core.rooms.access import access_room

router = APIRouter(tags=["ai"])


class NewChat(Asked):
    """The first message of a chat. The `nonce`, made by the client, lets a resend begin one chat."""

    text: str
    nonce: UUID
    model: str | None = None


class ModelOut(BaseModel):
    """A model that may be chosen; sizes are in tokens."""

    id: str
    label: str
    provider: str
    context_window: int
    max_output: int
    is_demo: bool


class ModelsOut(BaseModel):
    """The models on offer, the default first."""

    models: list[ModelOut]


@router.get("/models", response_model=ModelsOut)
async def list_models(offered: Offered, ctx: SignedIn) -> Any:
    """The models on offer."""
    return {"models": [asdict(model) for model in offered]}


@router.post("/chats", status_code=201, response_model=RoomOut)
async def start_chat(body: NewChat, offered: Offered, ctx: SignedIn) -> Any:
    """A new private room in which the AI answers every message, beginning with this one."""
    if body.model:
        commands.check_offered(offered, body.model)
    room = await commands.start_chat(ctx, body.text, nonce=body.nonce, model=body.model or None)
    return room_json(await access_room(ctx, room.id, Permission.VIEW))


@router.post("/rooms/{room_id}/ask", status_code=202, response_model=MessageOut, response_model_exclude_unset=True)
async def ask(room_id: str, ctx: SignedIn) -> Any:
    """Ask the AI to speak to what has been said. The answer, still empty, fills as it is written."""
    return (await commands.ask_in_room(ctx, room_id)).as_json()


@router.post("/messages/{message_id}/stop", response_model=MessageOut, response_model_exclude_unset=True)
async def stop(message_id: str, ctx: SignedIn) -> Any:
    """End an answer that is being written. What is written remains."""
    return (await commands.stop_answer(ctx, message_id)).as_json()


@router.post(
    "/messages/{message_id}/regenerate",
    status_code=202,
    response_model=MessageOut,
    response_model_exclude_unset=True,
)
async def regenerate(message_id: str, ctx: SignedIn) -> Any:
    """Have an answer written anew, in the same place."""
    return (await commands.regenerate_answer(ctx, message_id)).as_json()
