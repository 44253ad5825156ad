"""Manage the person's assistants, and read the site's and shared ones."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from chat_app.api.auth import ActorInSession, InSession, Managing, Offered, Parts, Reading, Viewer
from chat_app.api.cursors import NameCursor, name_cursor, name_place_of
from chat_app.api.rest.account.me import PICTURE_ANSWER, PICTURE_BODY, Picture, picture_response
from chat_app.api.rest.room.rooms import RoomOut, room_json
from chat_app.api.shapes import RequestBody
from chat_app.core.access.permissions import Permission
from chat_app.core.ai.asking.assistants import change_assistant, make_assistant, start_chat_with
from chat_app.core.assistants import commands, queries
from chat_app.core.assistants.pictures import (
    find_assistant_picture,
    remove_assistant_picture,
    set_assistant_picture,
)
from chat_app.core.assistants.views import AssistantJson
from chat_app.core.kernel.wire import PageJson
from chat_app.core.rooms.access import access_room

router = APIRouter(prefix="/assistants", tags=["assistants"])


class NewAssistant(RequestBody):
    """An assistant to make. Messages ask it by `@` and its `handle`; without a `model` the room's answers.

    Others may ask it only if it is `shared`. One of the `site` is made by the site's admins alone, and is shared.
    """

    handle: str
    name: str
    description: str = ""
    model: str | None = None
    instructions: str = ""
    tools: list[str] = Field(default_factory=list)
    shared: bool = False
    site: bool = False


class AssistantChange(RequestBody):
    """The fields of an assistant to change; absent or null fields stay. An empty `model` is the room's."""

    handle: str | None = None
    name: str | None = None
    description: str | None = None
    model: str | None = None
    instructions: str | None = None
    tools: list[str] | None = None
    shared: bool | None = None


@router.get("")
async def list_assistants(
    ctx: Reading,
    shared: bool = False,
    cursor: NameCursor = "",
    limit: Annotated[int, Query(ge=1, le=queries.PAGE_MAX)] = queries.PAGE_MAX,
) -> PageJson[AssistantJson]:
    """List the person's assistants by name or, with `shared`, the site's and those that others share."""
    found, more = await queries.list_assistants(ctx, shared=shared, after=name_place_of(cursor), limit=limit)
    return {"items": [each.as_json() for each in found], "next": name_cursor(found[-1].place) if more else ""}


@router.post("", status_code=201)
async def create_assistant(body: NewAssistant, offered: Offered, ctx: Managing) -> AssistantJson:
    """Make an assistant."""
    assistant = await make_assistant(ctx, offered, **body.model_dump())
    return (await queries.view_assistant(ctx, assistant.id)).as_json()


@router.get("/{assistant_id}")
async def get_assistant(assistant_id: str, ctx: Reading) -> AssistantJson:
    """Return an assistant: the person's own, the site's, or a shared one."""
    return (await queries.view_assistant(ctx, assistant_id)).as_json()


@router.patch("/{assistant_id}")
async def update_assistant(assistant_id: str, body: AssistantChange, offered: Offered, ctx: Managing) -> AssistantJson:
    """Change one of the person's assistants; the site's are changed by its admins."""
    await change_assistant(ctx, offered, assistant_id, **body.model_dump())
    return (await queries.view_assistant(ctx, assistant_id)).as_json()


@router.delete("/{assistant_id}", status_code=204)
async def delete_assistant(assistant_id: str, ctx: Managing) -> None:
    """Delete one of the person's assistants; its answers keep its name. The site's admins may delete any shared one."""
    await commands.delete_assistant(ctx, assistant_id)


@router.post("/{assistant_id}/chats", status_code=201)
async def try_assistant(assistant_id: str, offered: Offered, ctx: Managing) -> RoomOut:
    """Create an empty private room in which the assistant answers every message."""
    room = await start_chat_with(ctx, offered, assistant_id)
    return room_json(await access_room(ctx, room.id, Permission.VIEW))


@router.put("/{assistant_id}/picture", openapi_extra=PICTURE_BODY)
async def put_picture(assistant_id: str, parts: Parts, actor: ActorInSession, picture: Picture) -> AssistantJson:
    """Set the picture to the body, a PNG, JPEG, WebP or GIF of at most 5 MiB."""
    await set_assistant_picture(parts.pictures, actor, assistant_id, picture)
    async with parts.work.begin(actor) as ctx:
        return (await queries.view_assistant(ctx, assistant_id)).as_json()


@router.delete("/{assistant_id}/picture")
async def delete_picture(assistant_id: str, ctx: InSession) -> AssistantJson:
    """Remove the picture."""
    await remove_assistant_picture(ctx, assistant_id)
    return (await queries.view_assistant(ctx, assistant_id)).as_json()


@router.get("/{assistant_id}/picture", **PICTURE_ANSWER)
async def get_picture(assistant_id: str, parts: Parts, actor: Viewer, v: int | None = None) -> Response:
    """Return an assistant's picture, also of an assistant that has answered in a room of the person. With its version
    as `v` it can be cached for ever.
    """
    find = partial(find_assistant_picture, assistant_id=assistant_id)
    return picture_response(await parts.pictures.show(actor, find), v)
