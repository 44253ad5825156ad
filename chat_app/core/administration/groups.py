"""List the site's groups, rename and delete them, as its staff.

Of a person's private group, the staff see the owner and the size, but neither the name nor the people. Groups of a
directory, and those named for a model, belong to the site.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final

from sqlalchemy import and_, case, exists, func, or_, select, tuple_
from sqlmodel import col
from typing_extensions import TypedDict

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.accounts.tables import User
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.connections.tables import ModelGroup
from chat_app.core.directory.tables import DirectoryGroup
from chat_app.core.groups.commands import check_group_name
from chat_app.core.groups.errors import GroupNotFound
from chat_app.core.groups.events import GroupChanged
from chat_app.core.groups.tables import Group, GroupMember
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotAllowed
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.pages import Page, Place, page_of
from chat_app.core.kernel.texts.cleaning import clean_line
from chat_app.core.kernel.wire import PersonJson, Timestamp, one_of, timestamp

PAGE_MAX: Final = 50
WORDS_MAX: Final = 100
PEOPLE_SHOWN: Final = 200


class GroupSource(StrEnum):
    """The origin of a group."""

    PERSON = "person"
    """A person's private group."""
    MODELS = "models"
    """An admin's group that is named for a model."""
    DIRECTORY = "directory"


class SiteGroupOut(TypedDict):
    """A group as the staff see it; the `name` of a person's own list is empty."""

    id: str
    name: str
    owner: PersonJson
    source: Annotated[str, one_of(GroupSource)]
    members: int
    created_at: Timestamp


class SiteGroupDetailsOut(SiteGroupOut):
    """A group with its people by name, at most 200. The people of a personal group are not shown."""

    people: list[PersonJson]


@dataclass(frozen=True, slots=True)
class SiteGroup:
    """A group as the staff see it."""

    group: Group
    owner: Person
    source: GroupSource
    members: int
    people: Sequence[Person] = ()

    @property
    def name(self) -> str:
        """Return its name; empty if it is a person's own."""
        return "" if self.source is GroupSource.PERSON else self.group.name

    def as_json(self) -> SiteGroupOut:
        """Return the shape in which REST lists it."""
        return {
            "id": str(self.group.id),
            "name": self.name,
            "owner": self.owner.as_json(),
            "source": self.source.value,
            "members": self.members,
            "created_at": timestamp(self.group.created_at),
        }

    def details(self) -> SiteGroupDetailsOut:
        """Return the shape in which REST gives it alone."""
        return {**self.as_json(), "people": [each.as_json() for each in self.people]}


_PROVISIONED: Final = exists().where(col(DirectoryGroup.group_id) == col(Group.id))
_NAMED: Final = exists().where(col(ModelGroup.group_id) == col(Group.id))
_SOURCE: Final = case(
    (_PROVISIONED, GroupSource.DIRECTORY.value), (_NAMED, GroupSource.MODELS.value), else_=GroupSource.PERSON.value
)
_SIZE: Final = select(func.count()).where(col(GroupMember.group_id) == col(Group.id)).correlate(Group).scalar_subquery()
_GROUPS: Final[Any] = select(Group, User, _SOURCE, _SIZE).join_from(Group, User, col(User.id) == col(Group.owner_id))


async def list_site_groups(
    ctx: Context, *, words: str = "", source: str = "", after: Place | None = None, limit: int = PAGE_MAX
) -> Page[SiteGroup]:
    """Return a page of all groups, the newest first: those whose name or owner's username matches ``words``. Raises
    ``NotFound`` without the permission.
    """
    access_site(ctx, SitePermission.VIEW_ROOMS)
    limit = max(1, min(limit, PAGE_MAX))
    statement = _GROUPS.where(*_wanted(words, source))
    newest = tuple_(col(Group.created_at), col(Group.id))
    if after:
        statement = statement.where(newest < tuple_(*after))
    ordered = statement.order_by(col(Group.created_at).desc(), col(Group.id).desc()).limit(limit + 1)
    found = [_view(*row) for row in (await ctx.db.execute(ordered)).all()]
    return page_of(found, limit, lambda each: Place(each.group.created_at, each.group.id))


async def view_site_group(ctx: Context, group_id: AnyId) -> SiteGroup:
    """Return a group, with its people if it is the site's. Raises ``NotFound`` or ``GroupNotFound``."""
    access_site(ctx, SitePermission.VIEW_ROOMS)
    return await _find(ctx, group_id)


async def rename_site_group(ctx: Context, group_id: AnyId, name: str) -> None:
    """Rename a group that is named for a model.

    Raises ``GroupNotFound``, ``GroupNameInvalid``, or ``NotAllowed`` for a personal group and for a group of a
    directory, which is renamed there.
    """
    access_site(ctx, SitePermission.MANAGE_ROOMS)
    name = check_group_name(name)
    found = await _find(ctx, group_id, lock=True)
    if found.source is not GroupSource.MODELS:
        raise NotAllowed()
    found.group.name, before = name, found.group.name
    named: dict[str, Any] = {"group_id": str(found.group.id), "name": name, "before": before}
    record(ctx, Action.RENAME_GROUP, user_id=found.group.owner_id, **named)


async def delete_site_group(ctx: Context, group_id: AnyId) -> None:
    """Delete a group. Its people stay in their rooms. Raises ``NotFound`` or ``GroupNotFound``."""
    access_site(ctx, SitePermission.MANAGE_ROOMS)
    found = await _find(ctx, group_id, lock=True)
    await ctx.db.delete(found.group)
    ctx.emit(GroupChanged(found.group.id))
    named: dict[str, Any] = {"name": found.name} if found.name else {}
    named |= {"group_id": str(found.group.id), "origin": found.source.value}  # a `source` would replace the actor
    record(ctx, Action.DELETE_GROUP, user_id=found.group.owner_id, **named)


async def _find(ctx: Context, group_id: AnyId, *, lock: bool = False) -> SiteGroup:
    statement = _GROUPS.where(col(Group.id) == parse_id(group_id, GroupNotFound))
    if lock:
        statement = statement.with_for_update(of=Group).execution_options(populate_existing=True)
    row = (await ctx.db.execute(statement)).first()
    if row is None:
        raise GroupNotFound()
    found = _view(*row)
    if found.source is GroupSource.PERSON:
        return found
    members = select(User).join(GroupMember, col(GroupMember.user_id) == col(User.id))
    members = members.where(col(GroupMember.group_id) == found.group.id)
    people = await ctx.db.scalars(members.order_by(func.lower(col(User.name)), col(User.id)).limit(PEOPLE_SHOWN))
    return SiteGroup(found.group, found.owner, found.source, found.members, [user.person() for user in people])


def _wanted(words: str, source: str) -> Sequence[Any]:
    conditions: list[Any] = []
    if words := clean_line(words[:WORDS_MAX]):
        named = func.lower(col(Group.name)).contains(words.lower(), autoescape=True)
        by_name = and_(or_(_PROVISIONED, _NAMED), named)
        conditions.append(or_(by_name, col(User.username) == words.removeprefix("@").lower()))
    if source in set(GroupSource):
        conditions.append(source == _SOURCE)
    return conditions


def _view(group: Group, owner: User, source: str, members: int) -> SiteGroup:
    return SiteGroup(group, owner.person(), GroupSource(source), members)
