"""Give people the groups and roles that are configured for their organisation's groups."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.access.site import SiteRole
from chat_app.core.accounts.tables import User
from chat_app.core.directory.recording import change_roles, note_group
from chat_app.core.groups.events import GroupChanged
from chat_app.core.groups.tables import Group, GroupMember
from chat_app.core.identities.organisation import Organisation
from chat_app.core.kernel.context import Context

MEMBERS_MAX: Final = 200
"""The people in one group, as in those that people make themselves."""


async def follow_groups(
    ctx: Context, organisation: Organisation, user: User, groups: Collection[str], *, source: str
) -> None:
    """Give a person who signs in the groups and roles of their organisation's ``groups``, and take others back.

    Groups and roles that the organisation's settings do not name stay, and so does the last admin's role. The log names
    the provider as the ``source``.
    """
    there = set(groups)
    await _follow_roles(ctx, organisation, user, there, source)
    if organisation.groups and (owner := await directory_owner(ctx)):
        wanted = {here for name, here in organisation.groups.items() if name in there}
        for name in sorted(set(organisation.groups.values())):
            await _follow_group(ctx, owner, name, user, on=name in wanted, source=source)


async def directory_owner(ctx: Context) -> User | None:
    """Return who owns the groups of directories: the person whom the settings name, or else the first admin."""
    admins = select(User).where(col(User.deleted_at).is_(None), col(User.suspended_at).is_(None))
    if ctx.policy.directory_owner:
        admins = admins.where(col(User.username) == ctx.policy.directory_owner)
    else:
        admins = admins.where(col(User.site_roles).contains([SiteRole.ADMIN])).order_by(col(User.created_at))
    found: User | None = await ctx.db.scalar(admins.limit(1))
    return found


async def _follow_roles(ctx: Context, organisation: Organisation, user: User, there: set[str], source: str) -> None:
    managed = set(organisation.roles.values())
    wanted = {role for name, role in organisation.roles.items() if name in there}
    roles = (set(user.site_roles) - managed) | wanted
    if SiteRole.ADMIN in user.site_roles and SiteRole.ADMIN not in roles and await is_last_admin(ctx, user):
        roles.add(SiteRole.ADMIN)
    await change_roles(ctx, user, roles, source)


async def is_last_admin(ctx: Context, user: User) -> bool:
    """Return whether a person is the only admin. Concurrent changes of admins wait for each other."""
    await ctx.lock_key("the last admin")
    others = select(func.count()).where(
        col(User.id) != user.id,
        col(User.deleted_at).is_(None),
        col(User.suspended_at).is_(None),
        col(User.site_roles).contains([SiteRole.ADMIN]),
    )
    return not await ctx.db.scalar(others)


async def _follow_group(ctx: Context, owner: User, name: str, user: User, *, on: bool, source: str) -> None:
    group = await ctx.db.scalar(select(Group).where(col(Group.owner_id) == owner.id, col(Group.name) == name).limit(1))
    if group is None and on:
        group = Group(owner_id=owner.id, name=name, created_at=ctx.now)
        ctx.db.add(group)
        await ctx.db.flush()
    if group is not None and await _set_member(ctx, group, user, on=on):
        note_group(ctx, group, source, [user] if on else [], [] if on else [user])
        ctx.emit(GroupChanged(group.id))


async def _set_member(ctx: Context, group: Group, user: User, *, on: bool) -> bool:
    """Add a person to a group, or remove them; a full group accepts nobody. Returns whether the membership changed."""
    mine = (col(GroupMember.group_id) == group.id, col(GroupMember.user_id) == user.id)
    changed: Any = delete(GroupMember).where(*mine)
    if on:
        if (await ctx.db.scalar(select(func.count()).where(mine[0])) or 0) >= MEMBERS_MAX:
            return False
        changed = insert(GroupMember).values(group_id=group.id, user_id=user.id).on_conflict_do_nothing()
    return await ctx.db.scalar(changed.returning(col(GroupMember.user_id))) is not None
