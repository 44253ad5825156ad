"""Manage members, bans and join requests."""

from fastapi import APIRouter

from chat_app.api.auth import Managing, Reading
from chat_app.api.cursors import whole
from chat_app.api.shapes import RequestBody
from chat_app.core.kernel.wire import PageJson, PersonJson
from chat_app.core.rooms import members, queries
from chat_app.core.rooms.membership import joining
from chat_app.core.rooms.wire import MemberJson

router = APIRouter(prefix="/rooms/{room_id}", tags=["members"])


class NewRole(RequestBody):
    """The member's new role."""

    role: str


@router.get("/members")
async def list_members(room_id: str, ctx: Reading) -> PageJson[MemberJson]:
    """List the members: the highest role first, then by name."""
    return whole([member.as_json() for member in await queries.room_members(ctx, room_id)])


@router.patch("/members/{user_id}")
async def change_role(room_id: str, user_id: str, body: NewRole, ctx: Managing) -> MemberJson:
    """Change the role of a member of lower rank, up to your own role. Another endpoint transfers the master's."""
    return (await members.change_role(ctx, room_id, user_id, body.role)).as_json()


@router.delete("/members/{user_id}", status_code=204)
async def remove_member(room_id: str, user_id: str, ctx: Managing) -> None:
    """Remove a member. One leaves oneself by `leave`."""
    await members.remove_member(ctx, room_id, user_id)


@router.get("/bans")
async def list_bans(room_id: str, ctx: Reading) -> PageJson[PersonJson]:
    """List the banned people, the latest first."""
    return whole([person.as_json() for person in await members.banned_people(ctx, room_id)])


@router.put("/bans/{user_id}", status_code=204)
async def ban_member(room_id: str, user_id: str, ctx: Managing) -> None:
    """Ban a person, member or not."""
    await members.ban_member(ctx, room_id, user_id)


@router.delete("/bans/{user_id}", status_code=204)
async def unban_member(room_id: str, user_id: str, ctx: Managing) -> None:
    """Unban a person."""
    await members.unban_member(ctx, room_id, user_id)


@router.get("/join-requests")
async def list_join_requests(room_id: str, ctx: Reading) -> PageJson[PersonJson]:
    """List the join requests, the oldest first."""
    return whole([person.as_json() for person in await joining.join_requests(ctx, room_id)])


@router.post("/join-requests/{user_id}/approve", status_code=204)
async def approve_join_request(room_id: str, user_id: str, ctx: Managing) -> None:
    """Approve a join request."""
    await joining.approve_join_request(ctx, room_id, user_id)


@router.post("/join-requests/{user_id}/decline", status_code=204)
async def decline_join_request(room_id: str, user_id: str, ctx: Managing) -> None:
    """Decline a join request."""
    await joining.decline_join_request(ctx, room_id, user_id)
