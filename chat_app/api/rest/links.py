"""Invite links, and coming in by one."""

from io import BytesIO
from typing import Any, Literal

import segno
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, StrictInt

from chat_app.api.auth import Guest, Parts, SignedIn, client_address
from chat_app.api.rest.rooms import whole_room_json
from chat_app.api.shapes import Asked, Moment, RoomOut
from chat_app.core.access.permissions import Permission, Role
from chat_app.core.invitations import links
from chat_app.core.invitations.tables import InviteLink
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.door import is_waiting

router = APIRouter(tags=["invitations"])


class NewLink(Asked):
    """The role that joiners get, for how many hours and joiners the link holds (absent: without end)."""

    role: str = Role.MEMBER.value
    hours: StrictInt | None = None
    max_uses: StrictInt | None = None


class LinkOut(BaseModel):
    """A link that works. Who has the `token` can come in."""

    id: str
    token: str
    role: Role
    uses: int
    max_uses: int | None
    sent_to: str | None
    created_at: Moment
    expires_at: Moment | None


class LinksOut(BaseModel):
    """A room's links."""

    links: list[LinkOut]


class WaitingOut(BaseModel):
    """The person waits to be let into the room of this id."""

    waiting: Literal[True]
    room_id: str


class InvitationOut(BaseModel):
    """What a link leads to; `waiting` says that the one who asks waits to be let in there.

    `room_id` is told to who is in already, even by a link that works no more.
    """

    name: str
    description: str
    role: Role
    members: int
    waiting: bool
    room_id: str | None = None


def link_json(link: InviteLink) -> dict[str, object]:
    """A link as those see it who may invite."""
    return {
        "id": str(link.id),
        "token": link.token,
        "role": link.role,
        "uses": link.uses,
        "max_uses": link.max_uses,
        "sent_to": link.sent_to,
        "created_at": link.created_at.isoformat(timespec="milliseconds"),
        "expires_at": link.expires_at.isoformat(timespec="milliseconds") if link.expires_at else None,
    }


@router.get("/rooms/{room_id}/invite-links", response_model=LinksOut)
async def list_invite_links(room_id: str, ctx: SignedIn) -> Any:
    """The room's links that still work, newest first."""
    return {"links": [link_json(link) for link in await links.invite_links(ctx, room_id)]}


@router.post("/rooms/{room_id}/invite-links", status_code=201, response_model=LinkOut)
async def create_invite_link(room_id: str, body: NewLink, ctx: SignedIn) -> Any:
    """Make a link. Nobody hands out a role above their own."""
    link = await links.create_invite_link(ctx, room_id, role=body.role, hours=body.hours, max_uses=body.max_uses)
    return link_json(link)


@router.delete("/rooms/{room_id}/invite-links/{link_id}", status_code=204)
async def revoke_invite_link(room_id: str, link_id: str, ctx: SignedIn) -> None:
    """Make a link useless."""
    await links.revoke_invite_link(ctx, room_id, link_id)


@router.get(
    "/rooms/{room_id}/invite-links/{link_id}/qr",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}}},
)
async def draw_invite_link(room_id: str, link_id: str, ctx: SignedIn, request: Request, parts: Parts) -> Response:
    """A link as a QR code, to be held up to a phone."""
    link = await links.usable_link(ctx, room_id, link_id)
    drawing, site = BytesIO(), str(parts.settings.public_url or request.base_url).rstrip("/")
    segno.make(f"{site}/join/{link.token}", micro=False).save(
        drawing, kind="svg", scale=8, border=4, light="white", xmldecl=False
    )
    return Response(drawing.getvalue(), media_type="image/svg+xml", headers={"Cache-Control": "private, no-store"})


@router.get("/invitations/{token}", response_model=InvitationOut, response_model_exclude_none=True)
async def look_at_invitation(token: str, ctx: Guest, request: Request) -> Any:
    """What a link leads to; the token is the right, no session is needed."""
    invitation = await links.look_at_link(ctx, token, address=client_address(request))
    room = invitation.room
    return {
        "name": room.name,
        "description": room.description,
        "role": invitation.role,
        "members": invitation.members,
        "waiting": ctx.actor is not None and await is_waiting(ctx, room.id),
        "room_id": str(room.id) if invitation.inside else None,
    }


@router.post(
    "/invitations/{token}/join",
    response_model=RoomOut,
    responses={202: {"model": WaitingOut, "description": "The room's admins have been asked to let the person in."}},
)
async def join_by_invitation(token: str, ctx: SignedIn) -> Any:
    """Come in, or ask to be let in where the room wants that. Who is in already stays as they are."""
    room = await links.join_by_link(ctx, token)
    await ctx.db.flush()
    if await is_waiting(ctx, room.id):
        return JSONResponse({"waiting": True, "room_id": str(room.id)}, 202)
    return await whole_room_json(ctx, await access_room(ctx, room.id, Permission.VIEW))
