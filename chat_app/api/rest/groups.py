"""One's groups of people."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from chat_app.api.auth import SignedIn
from chat_app.api.shapes import Asked, PersonOut
from chat_app.core.groups import commands
from chat_app.core.groups.queries import my_groups, view_group

router = APIRouter(prefix="/groups", tags=["groups"])


class GroupName(Asked):
    """What a group is called."""

    name: str


class GroupPerson(Asked):
    """Whom to put into a group: a username, email or id."""

    who: str = Field(max_length=320)


class GroupOut(BaseModel):
    """A group; the people by name."""

    id: str
    name: str
    members: list[PersonOut]


class GroupsOut(BaseModel):
    """The person's groups, by name."""

    groups: list[GroupOut]


@router.get("", response_model=GroupsOut)
async def list_groups(ctx: SignedIn) -> Any:
    """One's groups. Nobody else sees them."""
    return {"groups": [group.as_json() for group in await my_groups(ctx)]}


@router.post("", status_code=201, response_model=GroupOut)
async def create_group(body: GroupName, ctx: SignedIn) -> Any:
    """Make a group, with nobody in it yet."""
    group = await commands.create_group(ctx, body.name)
    return (await view_group(ctx, group.id)).as_json()


@router.get("/{group_id}", response_model=GroupOut)
async def get_group(group_id: str, ctx: SignedIn) -> Any:
    """One group."""
    return (await view_group(ctx, group_id)).as_json()


@router.patch("/{group_id}", response_model=GroupOut)
async def rename_group(group_id: str, body: GroupName, ctx: SignedIn) -> Any:
    """Give a group another name."""
    await commands.rename_group(ctx, group_id, body.name)
    return (await view_group(ctx, group_id)).as_json()


@router.delete("/{group_id}", status_code=204)
async def delete_group(group_id: str, ctx: SignedIn) -> None:
    """End a group. Who was in it stays wherever they have been invited."""
    await commands.delete_group(ctx, group_id)


@router.post("/{group_id}/members", response_model=GroupOut)
async def add_to_group(group_id: str, body: GroupPerson, ctx: SignedIn) -> Any:
    """Put somebody into a group. Who is in it already stays."""
    await commands.add_to_group(ctx, group_id, body.who)
    return (await view_group(ctx, group_id)).as_json()


@router.delete("/{group_id}/members/{user_id}", response_model=GroupOut)
async def remove_from_group(group_id: str, user_id: str, ctx: SignedIn) -> Any:
    """Take somebody out of a group."""
    await commands.remove_from_group(ctx, group_id, user_id)
    return (await view_group(ctx, group_id)).as_json()
