"""Read groups."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col
from typing_extensions import TypedDict

from chat_app.core.accounts.tables import User
from chat_app.core.groups.errors import GroupNotFound
from chat_app.core.groups.tables import Group, GroupMember
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.wire import PersonJson


class GroupJson(TypedDict):
    """A group, its people by name."""

    id: str
    name: str
    members: list[PersonJson]


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group as its owner sees it, its people by name."""

    id: UUID
    name: str
    people: tuple[Person, ...]

    def as_json(self) -> GroupJson:
        """Return the shape in which REST gives a group."""
        return {"id": str(self.id), "name": self.name, "members": [person.as_json() for person in self.people]}


async def access_group(ctx: Context, group_id: AnyId, *, lock: bool = False) -> Group:
    """Return the group if it is the actor's, and lock it with ``lock``. Raises :class:`GroupNotFound`."""
    wanted = parse_id(group_id, GroupNotFound)
    group = await ctx.db.get(Group, wanted, with_for_update=lock or None, populate_existing=lock)
    if group is None or group.owner_id != ctx.me.user_id:
        raise GroupNotFound()
    return group


async def my_groups(ctx: Context) -> list[GroupView]:
    """Return the actor's groups, by name."""
    mine = select(Group).where(col(Group.owner_id) == ctx.me.user_id)
    return await _view(ctx, (await ctx.db.scalars(mine)).all())


async def view_group(ctx: Context, group_id: AnyId) -> GroupView:
    """Return one of the actor's groups. Raises :class:`GroupNotFound`."""
    [view] = await _view(ctx, [await access_group(ctx, group_id)])
    return view


async def group_users(ctx: Context, group_id: AnyId) -> Sequence[User]:
    """Return the people of one of the actor's groups. Raises :class:`GroupNotFound`."""
    group = await access_group(ctx, group_id)
    members = select(User).join(GroupMember).where(col(GroupMember.group_id) == group.id).order_by(col(User.name))
    return (await ctx.db.scalars(members)).all()


async def _view(ctx: Context, groups: Sequence[Group]) -> list[GroupView]:
    members = (
        select(col(GroupMember.group_id), User).join(User).where(col(GroupMember.group_id).in_([g.id for g in groups]))
    )
    people: dict[UUID, list[Person]] = defaultdict(list)
    for group_id, user in await ctx.db.execute(members):
        people[group_id].append(user.person())
    views = [
        GroupView(group.id, group.name, tuple(sorted(people[group.id], key=lambda person: person.name.casefold())))
        for group in groups
    ]
    return sorted(views, key=lambda view: view.name.casefold())
