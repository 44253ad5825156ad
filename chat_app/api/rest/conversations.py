"""Direct chats and group chats."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Field

from chat_app.api.auth import SignedIn
from chat_app.api.rest.people import PeopleOut
from chat_app.api.rest.rooms import whole_room_json
from chat_app.api.shapes import Asked, PersonOut, RoomOut
from chat_app.core.direct.blocking import block_person, unblock_person
from chat_app.core.direct.commands import GROUP_MAX, start_direct_chat, start_group_chat
from chat_app.core.people.blocks import blocked_people

router = APIRouter(tags=["people"])

Username = Annotated[str, Field(max_length=100)]


class NewDirectChat(Asked):
    """The direct chat with somebody: the same one every time."""

    type: Literal["dm"]
    username: Username


class NewGroupChat(Asked):
    """A new room with several people, who are in it at once."""

    type: Literal["group"]
    usernames: Annotated[list[Username], Field(min_length=1, max_length=GROUP_MAX)]
    name: str = ""


@router.post("/conversations", status_code=201, response_model=RoomOut)
async def start_conversation(
    body: Annotated[NewDirectChat | NewGroupChat, Field(discriminator="type")], ctx: SignedIn
) -> Any:
    """The direct chat with somebody, made where there is none yet; or a new group chat."""
    if isinstance(body, NewDirectChat):
        return await whole_room_json(ctx, await start_direct_chat(ctx, body.username))
    return await whole_room_json(ctx, await start_group_chat(ctx, body.usernames, name=body.name))


@router.get("/blocks", response_model=PeopleOut)
async def list_blocks(ctx: SignedIn) -> Any:
    """Whom the person has blocked, the latest first."""
    return {"users": [person.as_json() for person in await blocked_people(ctx)]}


@router.post("/blocks/{username}", response_model=PersonOut)
async def block_user(username: str, ctx: SignedIn) -> Any:
    """Want no word from somebody: no direct chat, no invitation, and their messages out of sight."""
    return (await block_person(ctx, username)).as_json()


@router.delete("/blocks/{username}", response_model=PersonOut)
async def unblock_user(username: str, ctx: SignedIn) -> Any:
    """Take a block back."""
    return (await unblock_person(ctx, username)).as_json()
