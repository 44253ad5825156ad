"""Provision groups from a directory. They are groups of the directory's owner."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.accounts.tables import User
from chat_app.core.directory.errors import DirectoryConflict, DirectoryInvalid, DirectoryNotFound
from chat_app.core.directory.following import MEMBERS_MAX, directory_owner
from chat_app.core.directory.people import EXTERNAL_ID_MAX
from chat_app.core.directory.recording import SCIM, note_group
from chat_app.core.directory.tables import DirectoryGroup, DirectoryUser
from chat_app.core.groups.commands import NAME_MAX
from chat_app.core.groups.events import GroupChanged
from chat_app.core.groups.tables import Group, GroupMember
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.texts.cleaning import clean_line, clean_name


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """A group of a directory: its name, and the ids of its people here."""

    name: str
    members: Collection[str]
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class ProvisionedGroup:
    """A group of the directory, and the people of the directory in it."""

    row: DirectoryGroup
    group: Group
    members: Sequence[User]


async def provision_group(ctx: Context, entry: GroupEntry) -> ProvisionedGroup:
    """Create a group of the directory. Raises :class:`DirectoryInvalid` or :class:`DirectoryConflict`."""
    owner = await directory_owner(ctx)
    if owner is None:
        raise DirectoryConflict("directory_without_owner")
    await ctx.lock_key("directory")
    group = Group(owner_id=owner.id, name=await _free_name(ctx, entry.name), created_at=ctx.now)
    ctx.db.add(group)
    await ctx.db.flush()
    ctx.db.add(row := DirectoryGroup(group_id=group.id, external_id=_external(entry)))
    return ProvisionedGroup(row, group, await _set_members(ctx, group, [], entry.members))


async def change_provisioned_group(
    ctx: Context, group_id: AnyId, change: Callable[[ProvisionedGroup], GroupEntry]
) -> ProvisionedGroup:
    """Change a group as the directory requests, possibly depending on its present state.

    Concurrent changes do not overwrite each other. Raises :class:`DirectoryNotFound`, or as :func:`provision_group`
    does.
    """
    await ctx.lock_key("directory")
    found = await view_provisioned_group(ctx, group_id)
    entry = change(found)
    if entry.name != found.group.name:
        found.group.name = await _free_name(ctx, entry.name, found.group.id)
    found.row.external_id = _external(entry)
    members = await _set_members(ctx, found.group, found.members, entry.members)
    return ProvisionedGroup(found.row, found.group, members)


async def deprovision_group(ctx: Context, group_id: AnyId) -> None:
    """Delete a group of the directory. Raises :class:`DirectoryNotFound`."""
    found = await view_provisioned_group(ctx, group_id)
    note_group(ctx, found.group, SCIM, [], found.members)
    await ctx.db.delete(found.group)
    ctx.emit(GroupChanged(found.group.id))


async def view_provisioned_group(ctx: Context, group_id: AnyId) -> ProvisionedGroup:
    """Return a group of the directory. Raises :class:`DirectoryNotFound`."""
    which = parse_id(group_id, DirectoryNotFound)
    found = await _with_members(ctx, _GROUPS.where(col(DirectoryGroup.group_id) == which))
    if not found:
        raise DirectoryNotFound()
    return found[0]


async def list_provisioned_groups(
    ctx: Context, *, name: str | None, external_id: str | None, skip: int, most: int
) -> tuple[int, Sequence[ProvisionedGroup]]:
    """Return the number of matching groups of the directory, and a page of them in the order of their ids."""
    wanted: list[ColumnElement[bool]] = [true()]
    if name is not None:
        wanted.append(col(Group.name) == clean_name(name))
    if external_id is not None:
        wanted.append(col(DirectoryGroup.external_id) == clean_line(external_id))
    found = _GROUPS.where(*wanted)
    total = await ctx.db.scalar(select(func.count()).select_from(found.subquery())) or 0
    return total, await _with_members(ctx, found.order_by(col(Group.id)).offset(skip).limit(most))


_GROUPS: Final = select(DirectoryGroup, Group).join(Group, col(Group.id) == col(DirectoryGroup.group_id))


async def _with_members(ctx: Context, groups: Select[DirectoryGroup, Group]) -> list[ProvisionedGroup]:
    rows = (await ctx.db.execute(groups)).all()
    members: dict[UUID, list[User]] = {group.id: [] for _, group in rows}
    people = select(col(GroupMember.group_id), User).join(User, col(User.id) == col(GroupMember.user_id))
    known = people.join(DirectoryUser, col(DirectoryUser.user_id) == col(User.id)).order_by(col(User.id))
    for group_id, user in await ctx.db.execute(known.where(col(GroupMember.group_id).in_(members))):
        members[group_id].append(user)
    return [ProvisionedGroup(row, group, members[group.id]) for row, group in rows]


async def _free_name(ctx: Context, name: str, own: UUID | None = None) -> str:
    name = clean_name(name)
    if not 1 <= len(name) <= NAME_MAX:
        raise DirectoryInvalid(field="displayName")
    same = select(col(Group.id)).join(DirectoryGroup, col(DirectoryGroup.group_id) == col(Group.id))
    holder = await ctx.db.scalar(same.where(col(Group.name) == name).limit(1))
    if holder is not None and holder != own:
        raise DirectoryConflict()
    return name


def _external(entry: GroupEntry) -> str:
    external_id = clean_line(entry.external_id)
    if len(external_id) > EXTERNAL_ID_MAX:
        raise DirectoryInvalid(field="externalId")
    return external_id


async def _set_members(ctx: Context, group: Group, before: Sequence[User], members: Collection[str]) -> Sequence[User]:
    """Set the directory's people in the group to exactly these; others whom its owner has added stay."""
    wanted = {parse_id(each, DirectoryInvalid) for each in members}
    if len(wanted) > MEMBERS_MAX:
        raise DirectoryInvalid(field="members", maximum=MEMBERS_MAX)
    people = select(User).join(DirectoryUser, col(DirectoryUser.user_id) == col(User.id)).order_by(col(User.id))
    found = (await ctx.db.scalars(people.where(col(User.id).in_(wanted)))).all() if wanted else []
    if len(found) != len(wanted):
        raise DirectoryInvalid(field="members")
    there = {each.id for each in before}
    joined = sorted((each for each in found if each.id not in there), key=_by_name)
    left = sorted((each for each in before if each.id not in wanted), key=_by_name)
    if left:
        gone = (col(GroupMember.group_id) == group.id, col(GroupMember.user_id).in_([each.id for each in left]))
        await ctx.db.execute(delete(GroupMember).where(*gone))
    if joined:
        rows = [{"group_id": group.id, "user_id": each.id} for each in joined]
        await ctx.db.flush()  # a new group's own row first
        await ctx.db.execute(insert(GroupMember).values(rows).on_conflict_do_nothing())
    note_group(ctx, group, SCIM, joined, left)
    ctx.emit(GroupChanged(group.id))
    return found


def _by_name(user: User) -> str:
    return user.username
