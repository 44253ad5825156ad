"""Rooms and who is in them."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from chat_app.api.auth import Parts, SignedIn
from chat_app.api.shapes import Asked, MemberOut, Place, RoomOut
from chat_app.core.access.permissions import Permission, permissions_of
from chat_app.core.ai.commands import set_ai
from chat_app.core.rooms import commands, queries
from chat_app.core.rooms.access import RoomAccess, access_room

router = APIRouter(prefix="/rooms", tags=["rooms"])


class NewRoom(Asked):
    """A room to be made."""

    name: str
    description: str = ""


class RoomChange(Asked):
    """What to change; what is absent stays."""

    name: str | None = None
    description: str | None = None


class RoomAi(Asked):
    """When the AI speaks (`mentioned`, `always`, `never`) and which model; an empty `model` is the site's default."""

    rule: str | None = None
    model: str | None = None


class Read(Asked):
    """The place of the last message that was read."""

    seq: Place


class RoomsOut(BaseModel):
    """The person's rooms."""

    rooms: list[RoomOut]


class MembersOut(BaseModel):
    """Who is in a room."""

    members: list[MemberOut]


def room_json(access: RoomAccess) -> dict[str, object]:
    """A room, and the actor's place in it."""
    room, member = access.room, access.member
    return {
        **access.view().as_json(),
        "rev": room.rev,
        "role": access.role,
        "permissions": permissions_of(access.role, archived=room.archived_at is not None),
        "last_seq": room.last_seq,
        "last_read_seq": member.last_read_seq,
        "unread": room.last_seq - member.last_read_seq,
        "last_activity_at": room.last_activity_at.isoformat(timespec="milliseconds"),
    }


@router.get("", response_model=RoomsOut)
async def list_rooms(ctx: SignedIn) -> Any:
    """The person's rooms, the most lately active first."""
    return {"rooms": [room_json(access) for access in await queries.my_rooms(ctx)]}


@router.post("", status_code=201, response_model=RoomOut)
async def create_room(body: NewRoom, ctx: SignedIn) -> Any:
    """Make a room, as its master."""
    return room_json(await commands.create_room(ctx, name=body.name, description=body.description))


@router.get("/{room_id}", response_model=RoomOut)
async def get_room(room_id: str, ctx: SignedIn) -> Any:
    """One room."""
    return room_json(await access_room(ctx, room_id, Permission.VIEW))


@router.patch("/{room_id}", response_model=RoomOut)
async def change_room(room_id: str, body: RoomChange, ctx: SignedIn) -> Any:
    """Rename or describe a room."""
    return room_json(await commands.update_room(ctx, room_id, name=body.name, description=body.description))


@router.patch("/{room_id}/ai", response_model=RoomOut)
async def change_room_ai(room_id: str, body: RoomAi, ctx: SignedIn, parts: Parts) -> Any:
    """Choose when the AI speaks, and with which model."""
    offered = await parts.gateway.models()
    return room_json(await set_ai(ctx, offered, room_id, rule=body.rule, model=body.model))


@router.post("/{room_id}/archive", response_model=RoomOut)
async def archive_room(room_id: str, ctx: SignedIn) -> Any:
    """Close a room for writing."""
    return room_json(await commands.archive_room(ctx, room_id))


@router.post("/{room_id}/unarchive", response_model=RoomOut)
async def unarchive_room(room_id: str, ctx: SignedIn) -> Any:
    """Open an archived room again."""
    return room_json(await commands.archive_room(ctx, room_id, archived=False))


@router.delete("/{room_id}", status_code=204)
async def delete_room(room_id: str, ctx: SignedIn) -> None:
    """End a room for everybody."""
    await commands.delete_room(ctx, room_id)


@router.post("/{room_id}/leave", status_code=204)
async def leave_room(room_id: str, ctx: SignedIn) -> None:
    """Leave a room. One that its last member leaves is deleted."""
    await commands.leave_room(ctx, room_id)


@router.get("/{room_id}/members", response_model=MembersOut)
async def list_members(room_id: str, ctx: SignedIn) -> Any:
    """Who is in a room: the highest role first, then by name."""
    return {"members": [member.as_json() for member in await queries.room_members(ctx, room_id)]}


@router.post("/{room_id}/read", status_code=204)
async def mark_read(room_id: str, body: Read, ctx: SignedIn) -> None:
    """Remember how far the person has read; never goes back."""
    await commands.mark_read(ctx, room_id, body.seq)
