"""Rooms and who is in them."""

from collections.abc import Sequence

from fastapi import APIRouter
from pydantic import StrictBool, StrictInt

from chat_app.api.auth import Managing, Offered, Reading
from chat_app.api.cursors import whole
from chat_app.api.shapes import Asked, Place
from chat_app.core.access.permissions import Permission
from chat_app.core.ai.commands import set_ai
from chat_app.core.direct.queries import direct_peers
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.wire import PageJson
from chat_app.core.messages import receipts
from chat_app.core.messages.unread import deleted_unread
from chat_app.core.rooms import commands, members, queries
from chat_app.core.rooms.access import RoomAccess, access_room
from chat_app.core.rooms.wire import MyRoomJson, PermissionName

router = APIRouter(prefix="/rooms", tags=["rooms"])


class NewRoom(Asked):
    """A room to be made."""

    name: str
    description: str = ""


class RoomChange(Asked):
    """What to change; what is absent stays.

    `slow_seconds` is how long one waits between two messages, 0 for not at all; with `join_approval`, who comes by a
    link waits to be let in.
    """

    name: str | None = None
    description: str | None = None
    slow_seconds: StrictInt | None = None
    join_approval: StrictBool | None = None


class RoomAi(Asked):
    """When the AI speaks (`mentioned`, `always`, `never`) and which model; an empty `model` is the site's default."""

    rule: str | None = None
    model: str | None = None


class RoomAiRights(Asked):
    """The least role for each right; what is absent stays."""

    ask_ai: str | None = None
    choose_model: str | None = None
    regenerate_any_answer: str | None = None
    manage_ai: str | None = None


class NewOwner(Asked):
    """The member who shall have the room."""

    user_id: str


class Read(Asked):
    """The place of the last message that was read."""

    seq: Place


class RoomOut(MyRoomJson):
    """A room, the asking person's place in it, what they `can` do there, and how many messages they have not read."""

    can: list[PermissionName]
    unread: int


def room_json(access: RoomAccess, peer: Person | None = None, deleted: int = 0) -> RoomOut:
    """A room, and the actor's place in it; ``peer`` is the other one in a direct chat.

    ``deleted`` says how many of the messages that the actor has not read are.
    """
    return {
        **access.as_json(peer),
        "can": [permission.value for permission in access.permissions()],
        "unread": access.room.last_seq - access.member.last_read_seq - deleted,
    }


async def whole_room_json(ctx: Context, access: RoomAccess) -> RoomOut:
    """A room that may be a direct chat, and have messages that the actor has not read."""
    return (await _rooms_json(ctx, [access]))[0]


async def _rooms_json(ctx: Context, found: Sequence[RoomAccess]) -> list[RoomOut]:
    peers = await direct_peers(ctx, (access.room for access in found))
    deleted = await deleted_unread(ctx, [access.room.id for access in found])
    return [room_json(each, peers.get(each.room.id), deleted.get(each.room.id, 0)) for each in found]


@router.get("")
async def list_rooms(ctx: Reading) -> PageJson[RoomOut]:
    """The person's rooms, the most lately active first."""
    return whole(await _rooms_json(ctx, await queries.my_rooms(ctx)))


@router.post("", status_code=201)
async def create_room(body: NewRoom, ctx: Managing) -> RoomOut:
    """Make a room, as its master."""
    return room_json(await commands.create_room(ctx, name=body.name, description=body.description))


@router.get("/{room_id}")
async def get_room(room_id: str, ctx: Reading) -> RoomOut:
    """One room."""
    return await whole_room_json(ctx, await access_room(ctx, room_id, Permission.VIEW))


@router.patch("/{room_id}")
async def change_room(room_id: str, body: RoomChange, ctx: Managing) -> RoomOut:
    """Rename or describe a room, set its slow mode and whether joining needs approval."""
    return await whole_room_json(ctx, await commands.update_room(ctx, room_id, **body.model_dump()))


@router.patch("/{room_id}/owner")
async def transfer_room(room_id: str, body: NewOwner, ctx: Managing) -> RoomOut:
    """Hand the room over to another member. Who does is an admin then."""
    return await whole_room_json(ctx, await members.transfer_room(ctx, room_id, body.user_id))


@router.patch("/{room_id}/ai")
async def change_room_ai(room_id: str, body: RoomAi, offered: Offered, ctx: Managing) -> RoomOut:
    """Choose when the AI speaks, and with which model."""
    return await whole_room_json(ctx, await set_ai(ctx, offered, room_id, rule=body.rule, model=body.model))


@router.patch("/{room_id}/ai/rights")
async def change_ai_rights(room_id: str, body: RoomAiRights, ctx: Managing) -> RoomOut:
    """Choose who may do what with the AI. Nobody gives or takes a right that they do not have."""
    return await whole_room_json(ctx, await commands.set_ai_rights(ctx, room_id, body.model_dump(exclude_none=True)))


@router.post("/{room_id}/archive")
async def archive_room(room_id: str, ctx: Managing) -> RoomOut:
    """Close a room for writing."""
    return await whole_room_json(ctx, await commands.archive_room(ctx, room_id))


@router.post("/{room_id}/unarchive")
async def unarchive_room(room_id: str, ctx: Managing) -> RoomOut:
    """Open an archived room again."""
    return await whole_room_json(ctx, await commands.archive_room(ctx, room_id, archived=False))


@router.delete("/{room_id}", status_code=204)
async def delete_room(room_id: str, ctx: Managing) -> None:
    """End a room for everybody."""
    await commands.delete_room(ctx, room_id)


@router.post("/{room_id}/leave", status_code=204)
async def leave_room(room_id: str, ctx: Managing) -> None:
    """Leave a room. One that its last member leaves is deleted."""
    await commands.leave_room(ctx, room_id)


@router.post("/{room_id}/read", status_code=204)
async def mark_read(room_id: str, body: Read, ctx: Managing) -> None:
    """Remember how far the person has read; never goes back."""
    await receipts.mark_read(ctx, room_id, body.seq)
