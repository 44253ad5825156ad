"""Create, change and delete groups."""

from typing import Final

from limits import RateLimitItemPerMinute
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.accounts.queries import find_user
from chat_app.core.accounts.tables import User
from chat_app.core.groups.errors import GroupNameInvalid, GroupsFull
from chat_app.core.groups.events import GroupChanged
from chat_app.core.groups.queries import access_group
from chat_app.core.groups.tables import Group, GroupMember
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.texts.cleaning import clean_name

CHANGES = RateLimitItemPerMinute(120, namespace="groups")
NAME_MAX: Final = 60
GROUPS_MAX: Final = 100
PEOPLE_MAX: Final = 200


async def create_group(ctx: Context, name: str) -> Group:
    """Create an empty group of the actor."""
    await ctx.limit(CHANGES, str(ctx.me.user_id))
    await ctx.db.get(User, ctx.me.user_id, with_for_update={"key_share": True})  # their other tabs count in turn
    mine = await ctx.db.scalar(select(func.count()).where(col(Group.owner_id) == ctx.me.user_id)) or 0
    if mine >= GROUPS_MAX:
        raise GroupsFull(maximum=GROUPS_MAX)
    group = Group(owner_id=ctx.me.user_id, name=check_group_name(name), created_at=ctx.now)
    ctx.db.add(group)
    await ctx.db.flush()
    return group


async def rename_group(ctx: Context, group_id: AnyId, name: str) -> Group:
    """Rename a group."""
    group = await access_group(ctx, group_id, lock=True)
    group.name = check_group_name(name)
    return group


async def delete_group(ctx: Context, group_id: AnyId) -> None:
    """Delete a group. Its people stay in the rooms to which they were invited."""
    group = await access_group(ctx, group_id, lock=True)
    await ctx.db.delete(group)
    ctx.emit(GroupChanged(group.id))


async def add_to_group(ctx: Context, group_id: AnyId, who: str) -> User:
    """Add the person of this username, email or id to a group, unless they are in it."""
    await ctx.limit(CHANGES, str(ctx.me.user_id))
    group = await access_group(ctx, group_id, lock=True)
    user = await find_user(ctx, who)
    if user is None:
        raise UserNotFound(field="who")
    if (await ctx.db.scalar(select(func.count()).where(col(GroupMember.group_id) == group.id)) or 0) >= PEOPLE_MAX:
        raise GroupsFull(maximum=PEOPLE_MAX)
    await ctx.db.execute(insert(GroupMember).values(group_id=group.id, user_id=user.id).on_conflict_do_nothing())
    ctx.emit(GroupChanged(group.id))
    return user


async def remove_from_group(ctx: Context, group_id: AnyId, user_id: AnyId) -> None:
    """Remove a person from a group."""
    group = await access_group(ctx, group_id, lock=True)
    which = (col(GroupMember.group_id) == group.id, col(GroupMember.user_id) == parse_id(user_id, UserNotFound))
    await ctx.db.execute(delete(GroupMember).where(*which))
    ctx.emit(GroupChanged(group.id))


def check_group_name(value: str) -> str:
    """Return a group's name, cleaned. Raises :class:`GroupNameInvalid`."""
    name = clean_name(value)
    if not 1 <= len(name) <= NAME_MAX:
        raise GroupNameInvalid(field="name", maximum=NAME_MAX)
    return name
