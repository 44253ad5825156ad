"""Manage invite links, and join by one."""

from io import BytesIO
from typing import Literal, NotRequired

import segno
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import StrictInt
from typing_extensions import TypedDict

from chat_app.api.auth import Guest, Managing, Parts, Reading, client_address
from chat_app.api.cursors import whole
from chat_app.api.rest.room.rooms import RoomOut, whole_room_json
from chat_app.api.shapes import RequestBody
from chat_app.core.access.permissions import Permission, Role
from chat_app.core.invitations import links
from chat_app.core.kernel.wire import PageJson
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.membership.joining import is_waiting
from chat_app.core.rooms.wire import RoleName

router = APIRouter(tags=["invitations"])


class NewLink(RequestBody):
    """The role of people who join, and the limits in hours and uses (absent: none)."""

    role: str = Role.MEMBER.value
    hours: StrictInt | None = None
    max_uses: StrictInt | None = None


class WaitingOut(TypedDict):
    """The person has requested to join the room of this id."""

    waiting: Literal[True]
    room_id: str


class LinkPreviewOut(TypedDict):
    """The preview of an invite link; `waiting` is true if the person has requested to join. `room_id` is shown to
    members, even by a link that no longer works.
    """

    name: str
    description: str
    role: RoleName
    members: int
    waiting: bool
    room_id: NotRequired[str]


@router.get("/rooms/{room_id}/invite-links")
async def list_invite_links(room_id: str, ctx: Reading) -> PageJson[links.LinkJson]:
    """List the room's links that still work, newest first."""
    return whole([link.as_json() for link in await links.invite_links(ctx, room_id)])


@router.post("/rooms/{room_id}/invite-links", status_code=201)
async def create_invite_link(room_id: str, body: NewLink, ctx: Managing) -> links.LinkJson:
    """Create an invite link. Its role is at most the person's own."""
    link = await links.create_invite_link(ctx, room_id, role=body.role, hours=body.hours, max_uses=body.max_uses)
    return link.as_json()


@router.delete("/rooms/{room_id}/invite-links/{link_id}", status_code=204)
async def revoke_invite_link(room_id: str, link_id: str, ctx: Managing) -> None:
    """Revoke an invite link."""
    await links.revoke_invite_link(ctx, room_id, link_id)


@router.get(
    "/rooms/{room_id}/invite-links/{link_id}/qr",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}}},
)
async def draw_invite_link(room_id: str, link_id: str, ctx: Reading, request: Request, parts: Parts) -> Response:
    """Return an invite link as a QR code."""
    link = await links.usable_link(ctx, room_id, link_id)
    drawing, site = BytesIO(), str(parts.settings.public_url or request.base_url).rstrip("/")
    segno.make(f"{site}/join/{link.token}", micro=False).save(
        drawing, kind="svg", scale=8, border=4, light="white", xmldecl=False
    )
    return Response(drawing.getvalue(), media_type="image/svg+xml", headers={"Cache-Control": "private, no-store"})


@router.get("/invitations/{token}")
async def look_at_invitation(token: str, ctx: Guest, request: Request) -> LinkPreviewOut:
    """Preview an invite link. The token gives access; no session is needed."""
    invitation = await links.preview_link(ctx, token, address=client_address(request))
    room = invitation.room
    preview: LinkPreviewOut = {
        "name": room.name,
        "description": room.description,
        "role": invitation.role,
        "members": invitation.members,
        "waiting": ctx.actor is not None and await is_waiting(ctx, room.id),
    }
    if invitation.inside:
        preview["room_id"] = str(room.id)
    return preview


@router.post(
    "/invitations/{token}/join",
    response_model=RoomOut,
    responses={202: {"model": WaitingOut, "description": "The room's admins have been asked to let the person in."}},
)
async def join_by_invitation(token: str, ctx: Managing) -> RoomOut | JSONResponse:
    """Join by an invite link, or request to join where the room needs approval. A member keeps their role."""
    room = await links.join_by_link(ctx, token)
    await ctx.db.flush()
    if await is_waiting(ctx, room.id):
        return JSONResponse({"waiting": True, "room_id": str(room.id)}, 202)
    return await whole_room_json(ctx, await access_room(ctx, room.id, Permission.VIEW))
