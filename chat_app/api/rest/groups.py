"""Manage the person's groups."""

from fastapi import APIRouter
from pydantic import Field

from chat_app.api.auth import Managing, Reading
from chat_app.api.cursors import whole
from chat_app.api.shapes import RequestBody
from chat_app.core.groups import commands
from chat_app.core.groups.queries import GroupJson, my_groups, view_group
from chat_app.core.kernel.wire import PageJson

router = APIRouter(prefix="/groups", tags=["groups"])


class GroupName(RequestBody):
    """The name of a group."""

    name: str


class GroupPerson(RequestBody):
    """The person to add: a username, email or id."""

    who: str = Field(max_length=320)


@router.get("")
async def list_groups(ctx: Reading) -> PageJson[GroupJson]:
    """List the person's groups. Other people do not see them."""
    return whole([group.as_json() for group in await my_groups(ctx)])


@router.post("", status_code=201)
async def create_group(body: GroupName, ctx: Managing) -> GroupJson:
    """Create an empty group."""
    group = await commands.create_group(ctx, body.name)
    return (await view_group(ctx, group.id)).as_json()


@router.get("/{group_id}")
async def get_group(group_id: str, ctx: Reading) -> GroupJson:
    """Return a group."""
    return (await view_group(ctx, group_id)).as_json()


@router.patch("/{group_id}")
async def rename_group(group_id: str, body: GroupName, ctx: Managing) -> GroupJson:
    """Rename a group."""
    await commands.rename_group(ctx, group_id, body.name)
    return (await view_group(ctx, group_id)).as_json()


@router.delete("/{group_id}", status_code=204)
async def delete_group(group_id: str, ctx: Managing) -> None:
    """Delete a group. Its people stay in the rooms to which they were invited."""
    await commands.delete_group(ctx, group_id)


@router.post("/{group_id}/members")
async def add_to_group(group_id: str, body: GroupPerson, ctx: Managing) -> GroupJson:
    """Add a person to a group. A repetition has no effect."""
    await commands.add_to_group(ctx, group_id, body.who)
    return (await view_group(ctx, group_id)).as_json()


@router.delete("/{group_id}/members/{user_id}")
async def remove_from_group(group_id: str, user_id: str, ctx: Managing) -> GroupJson:
    """Remove a person from a group."""
    await commands.remove_from_group(ctx, group_id, user_id)
    return (await view_group(ctx, group_id)).as_json()
