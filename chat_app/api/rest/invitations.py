"""Asking people into a room, and answering."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from chat_app.api.auth import SignedIn
from chat_app.api.rest.rooms import room_json
from chat_app.api.shapes import Asked, Moment, PersonOut, RoomOut
from chat_app.core.access.permissions import Permission, Role
from chat_app.core.invitations import answers, group, personal
from chat_app.core.invitations.asking import Outcome
from chat_app.core.invitations.queries import my_invitations, pending_invitations
from chat_app.core.rooms.access import access_room

router = APIRouter(tags=["invitations"])


class NewInvitation(Asked):
    """Whom to ask, a username, email or id; and the role that they shall have."""

    to: str = Field(max_length=320)
    role: str = Role.MEMBER.value


class GroupInvitation(Asked):
    """The group whose people to ask, and the role that they shall have."""

    group: str
    role: str = Role.MEMBER.value


class AskedOut(BaseModel):
    """What came of asking: of an address that has no account, `mailed`."""

    outcome: Outcome
    person: PersonOut | None
    address: str


class AllAskedOut(BaseModel):
    """What came of asking each."""

    asked: list[AskedOut]


class RoomBriefOut(BaseModel):
    """What one may know of a room before one is in it."""

    id: str
    name: str
    description: str


class PersonalInvitationOut(BaseModel):
    """A person who is asked into a room."""

    id: str
    room: RoomBriefOut
    role: Role
    person: PersonOut
    inviter: PersonOut | None
    at: Moment


class InvitationsOut(BaseModel):
    """Invitations that wait for an answer."""

    invitations: list[PersonalInvitationOut]


@router.get("/rooms/{room_id}/invitations", response_model=InvitationsOut)
async def list_invitations(room_id: str, ctx: SignedIn) -> Any:
    """Who is asked into the room and has not answered, newest first."""
    return {"invitations": [each.as_json() for each in await pending_invitations(ctx, room_id)]}


@router.post("/rooms/{room_id}/invitations", response_model=AskedOut)
async def invite(room_id: str, body: NewInvitation, ctx: SignedIn) -> Any:
    """Ask somebody into the room. An email that has no account gets mail with a link that works once, for a week."""
    return (await personal.invite(ctx, room_id, body.to, role=body.role)).as_json()


@router.post("/rooms/{room_id}/invitations/group", response_model=AllAskedOut)
async def invite_group(room_id: str, body: GroupInvitation, ctx: SignedIn) -> Any:
    """Ask everybody in one of one's groups."""
    asked = await group.invite_group(ctx, room_id, body.group, role=body.role)
    return {"asked": [each.as_json() for each in asked]}


@router.delete("/rooms/{room_id}/invitations/{invitation_id}", status_code=204)
async def cancel_invitation(room_id: str, invitation_id: str, ctx: SignedIn) -> None:
    """Take an invitation back that nobody has answered."""
    await answers.cancel_invitation(ctx, room_id, invitation_id)


@router.get("/me/invitations", response_model=InvitationsOut)
async def list_my_invitations(ctx: SignedIn) -> Any:
    """The rooms into which one is asked, newest first."""
    return {"invitations": [each.as_json() for each in await my_invitations(ctx)]}


@router.post("/me/invitations/{invitation_id}/accept", response_model=RoomOut)
async def accept_invitation(invitation_id: str, ctx: SignedIn) -> Any:
    """Come in."""
    room = await answers.accept_invitation(ctx, invitation_id)
    return room_json(await access_room(ctx, room.id, Permission.VIEW))


@router.post("/me/invitations/{invitation_id}/decline", status_code=204)
async def decline_invitation(invitation_id: str, ctx: SignedIn) -> None:
    """Stay out."""
    await answers.decline_invitation(ctx, invitation_id)
