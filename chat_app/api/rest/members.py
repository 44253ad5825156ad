"""Who is in a room, who may not be, and who waits to be let in."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from chat_app.api.auth import SignedIn
from chat_app.api.shapes import Asked, MemberOut, PersonOut
from chat_app.core.rooms import door, members, queries

router = APIRouter(prefix="/rooms/{room_id}", tags=["members"])


class NewRole(Asked):
    """The role that a member shall have."""

    role: str


class MembersOut(BaseModel):
    """Who is in a room."""

    members: list[MemberOut]


class PeopleOut(BaseModel):
    """Some people."""

    people: list[PersonOut]


@router.get("/members", response_model=MembersOut)
async def list_members(room_id: str, ctx: SignedIn) -> Any:
    """Who is in a room: the highest role first, then by name."""
    return {"members": [member.as_json() for member in await queries.room_members(ctx, room_id)]}


@router.patch("/members/{user_id}", response_model=MemberOut)
async def change_role(room_id: str, user_id: str, body: NewRole, ctx: SignedIn) -> Any:
    """Give a member another role, up to one's own; they must be below it, and the owner's is handed over elsewhere."""
    return (await members.change_role(ctx, room_id, user_id, body.role)).as_json()


@router.delete("/members/{user_id}", status_code=204)
async def remove_member(room_id: str, user_id: str, ctx: SignedIn) -> None:
    """Take a member out of the room; oneself, by leaving it."""
    await members.remove_member(ctx, room_id, user_id)


@router.get("/bans", response_model=PeopleOut)
async def list_bans(room_id: str, ctx: SignedIn) -> Any:
    """Who is kept out, the latest first."""
    return {"people": [person.as_json() for person in await members.banned_people(ctx, room_id)]}


@router.put("/bans/{user_id}", status_code=204)
async def ban_member(room_id: str, user_id: str, ctx: SignedIn) -> None:
    """Keep a person out, whether they are in the room or not."""
    await members.ban_member(ctx, room_id, user_id)


@router.delete("/bans/{user_id}", status_code=204)
async def unban_member(room_id: str, user_id: str, ctx: SignedIn) -> None:
    """Let a person come in again."""
    await members.unban_member(ctx, room_id, user_id)


@router.get("/join-requests", response_model=PeopleOut)
async def list_join_requests(room_id: str, ctx: SignedIn) -> Any:
    """Who waits to be let in, the first first."""
    return {"people": [person.as_json() for person in await door.join_requests(ctx, room_id)]}


@router.post("/join-requests/{user_id}/approve", status_code=204)
async def approve_join_request(room_id: str, user_id: str, ctx: SignedIn) -> None:
    """Let in somebody who waits."""
    await door.approve_join_request(ctx, room_id, user_id)


@router.post("/join-requests/{user_id}/decline", status_code=204)
async def decline_join_request(room_id: str, user_id: str, ctx: SignedIn) -> None:
    """Let somebody wait no longer."""
    await door.decline_join_request(ctx, room_id, user_id)
