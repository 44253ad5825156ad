"""List the site's rooms and act on them, as its staff. Messages are not included. Other people get not found."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from chat_app.api.auth import InSession, Reading
from chat_app.api.cursors import Cursor, number_cursor, number_place_of
from chat_app.api.shapes import RequestBody
from chat_app.core.administration.rooms import commands
from chat_app.core.administration.rooms.queries import (
    PAGE_MAX,
    RoomFilter,
    RoomOrder,
    RoomState,
    list_site_rooms,
    view_site_room,
)
from chat_app.core.administration.rooms.views import SiteRoomDetailsOut, SiteRoomOut
from chat_app.core.kernel.wire import PageJson
from chat_app.core.rooms.tables import RoomKind

router = APIRouter(tags=["site"])

Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]
Words = Annotated[str, Query(max_length=100, description="A part of the name, the owner's username, or the id.")]


class NewOwner(RequestBody):
    """The id of the member who becomes the owner of the room."""

    user_id: Annotated[str, Field(max_length=40)]


class RoomNamed(RequestBody):
    """The room's name, given again: its `confirm`."""

    name: Annotated[str, Field(max_length=200)]


@router.get("/admin/rooms")
async def read_rooms(
    ctx: Reading,
    q: Words = "",
    kind: RoomKind | Literal[""] = "",
    state: RoomState | Literal[""] = "",
    sort: RoomOrder = RoomOrder.ACTIVE,
    cursor: Cursor = "",
    limit: Limit = PAGE_MAX,
) -> PageJson[SiteRoomOut]:
    """List rooms by their figures, the greatest first, without asides."""
    wanted = RoomFilter(q, kind, state)
    found, place = await list_site_rooms(ctx, wanted, sort, after=number_place_of(cursor), limit=limit)
    return {"items": [each.as_json() for each in found], "next": number_cursor(place)}


@router.get("/admin/rooms/{room_id}")
async def read_room(ctx: Reading, room_id: str) -> SiteRoomDetailsOut:
    """Show a room's figures and settings."""
    return (await view_site_room(ctx, room_id)).details()


@router.post("/admin/rooms/{room_id}/archive", status_code=204)
async def archive(ctx: InSession, room_id: str) -> None:
    """Archive a room."""
    await commands.archive_site_room(ctx, room_id)


@router.post("/admin/rooms/{room_id}/unarchive", status_code=204)
async def unarchive(ctx: InSession, room_id: str) -> None:
    """Unarchive a room."""
    await commands.archive_site_room(ctx, room_id, archived=False)


@router.post("/admin/rooms/{room_id}/owner", status_code=204)
async def give(ctx: InSession, room_id: str, body: NewOwner) -> None:
    """Make a member the owner of a room whose owner was deleted. A line in the room's history records it."""
    await commands.give_site_room(ctx, room_id, body.user_id)


@router.post("/admin/rooms/{room_id}/revoke-links", status_code=204)
async def revoke_links(ctx: InSession, room_id: str) -> None:
    """Revoke all invite links of a room."""
    await commands.revoke_room_links(ctx, room_id)


@router.post("/admin/rooms/{room_id}/delete", status_code=204)
async def delete_site_room(ctx: InSession, room_id: str, body: RoomNamed) -> None:
    """Delete a room for everybody."""
    await commands.delete_site_room(ctx, room_id, body.name)
