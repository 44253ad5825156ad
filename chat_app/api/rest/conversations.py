"""Direct chats and group chats."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from chat_app.api.auth import InSession, Reading
from chat_app.api.cursors import whole
from chat_app.api.rest.room.rooms import RoomOut, whole_room_json
from chat_app.api.shapes import RequestBody
from chat_app.core.direct.blocking import block_person, unblock_person
from chat_app.core.direct.commands import GROUP_MAX, start_direct_chat, start_group_chat
from chat_app.core.kernel.wire import PageJson, PersonJson
from chat_app.core.people.blocks import blocked_people

router = APIRouter(tags=["people"])

Username = Annotated[str, Field(max_length=100)]


class NewDirectChat(RequestBody):
    """The person to chat with; each pair has one direct chat."""

    type: Literal["dm"]
    username: Username


class NewGroupChat(RequestBody):
    """The people of a new room, who are members at once."""

    type: Literal["group"]
    usernames: Annotated[list[Username], Field(min_length=1, max_length=GROUP_MAX)]
    name: str = ""


@router.post("/conversations", status_code=201)
async def start_conversation(
    body: Annotated[NewDirectChat | NewGroupChat, Field(discriminator="type")], ctx: InSession
) -> RoomOut:
    """Return the direct chat with a person, or the unnamed group chat of these people.

    Creates it if it does not exist. With a name, always creates a group chat.
    """
    if isinstance(body, NewDirectChat):
        return await whole_room_json(ctx, await start_direct_chat(ctx, body.username))
    return await whole_room_json(ctx, await start_group_chat(ctx, body.usernames, name=body.name))


@router.get("/blocks")
async def list_blocks(ctx: Reading) -> PageJson[PersonJson]:
    """List the people whom the person has blocked, the latest first."""
    return whole([person.as_json() for person in await blocked_people(ctx)])


@router.post("/blocks/{username}")
async def block_user(username: str, ctx: InSession) -> PersonJson:
    """Block a person: no direct chat, no invitation, and their messages are hidden."""
    return (await block_person(ctx, username)).as_json()


@router.delete("/blocks/{username}")
async def unblock_user(username: str, ctx: InSession) -> PersonJson:
    """Unblock a person."""
    return (await unblock_person(ctx, username)).as_json()
