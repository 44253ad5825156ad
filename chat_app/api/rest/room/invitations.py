"""Invite people to rooms, and answer invitations."""

from fastapi import APIRouter
from pydantic import Field
from typing_extensions import TypedDict

from chat_app.api.auth import Managing, Reading
from chat_app.api.cursors import whole
from chat_app.api.rest.room.rooms import RoomOut, room_json
from chat_app.api.shapes import RequestBody
from chat_app.core.access.permissions import Permission, Role
from chat_app.core.invitations import answers, group, personal
from chat_app.core.invitations.events import InvitationJson
from chat_app.core.invitations.inviting import InviteOutcomeJson
from chat_app.core.invitations.queries import my_invitations, pending_invitations
from chat_app.core.kernel.wire import PageJson
from chat_app.core.rooms.access import access_room

router = APIRouter(tags=["invitations"])


class NewInvitation(RequestBody):
    """The person to invite, a username, email or id; and their role."""

    to: str = Field(max_length=320)
    role: str = Role.MEMBER.value


class GroupInvitation(RequestBody):
    """The group to invite, and the role of its people."""

    group: str
    role: str = Role.MEMBER.value


class InviteOutcomesOut(TypedDict):
    """The outcome for each invited person."""

    asked: list[InviteOutcomeJson]


@router.get("/rooms/{room_id}/invitations")
async def list_invitations(room_id: str, ctx: Reading) -> PageJson[InvitationJson]:
    """List the room's pending invitations, newest first."""
    return whole([each.as_json() for each in await pending_invitations(ctx, room_id)])


@router.post("/rooms/{room_id}/invitations")
async def invite(room_id: str, body: NewInvitation, ctx: Managing) -> InviteOutcomeJson:
    """Invite a person to the room. An email without an account gets an invite link that works once, for a week."""
    return (await personal.invite(ctx, room_id, body.to, role=body.role)).as_json()


@router.post("/rooms/{room_id}/invitations/group")
async def invite_group(room_id: str, body: GroupInvitation, ctx: Managing) -> InviteOutcomesOut:
    """Invite everybody in one of the person's groups."""
    asked = await group.invite_group(ctx, room_id, body.group, role=body.role)
    return {"asked": [each.as_json() for each in asked]}


@router.delete("/rooms/{room_id}/invitations/{invitation_id}", status_code=204)
async def cancel_invitation(room_id: str, invitation_id: str, ctx: Managing) -> None:
    """Cancel a pending invitation."""
    await answers.cancel_invitation(ctx, room_id, invitation_id)


@router.get("/me/invitations")
async def list_my_invitations(ctx: Reading) -> PageJson[InvitationJson]:
    """List the person's pending invitations, newest first."""
    return whole([each.as_json() for each in await my_invitations(ctx)])


@router.post("/me/invitations/{invitation_id}/accept")
async def accept_invitation(invitation_id: str, ctx: Managing) -> RoomOut:
    """Accept an invitation."""
    room = await answers.accept_invitation(ctx, invitation_id)
    return room_json(await access_room(ctx, room.id, Permission.VIEW))


@router.post("/me/invitations/{invitation_id}/decline", status_code=204)
async def decline_invitation(invitation_id: str, ctx: Managing) -> None:
    """Decline an invitation."""
    await answers.decline_invitation(ctx, invitation_id)
