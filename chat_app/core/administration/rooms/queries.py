"""List the site's rooms, a page at a time, and read one, as its staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, tuple_
from sqlmodel import col

from chat_app.core.access.permissions import Role
from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.accounts.tables import User
from chat_app.core.administration.rooms.figures import FILES, MEMBERS, REPORTED, read_figures
from chat_app.core.administration.rooms.views import SiteRoom
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.pages import NumberPlace
from chat_app.core.kernel.texts.cleaning import clean_line
from chat_app.core.rooms.errors import RoomNotFound
from chat_app.core.rooms.staff_names import is_named
from chat_app.core.rooms.tables import Member, Room, RoomKind

PAGE_MAX: Final = 50
WORDS_MAX: Final = 100
HEIRS_SHOWN: Final = 50


class RoomState(StrEnum):
    """A property of rooms by which they are filtered."""

    ARCHIVED = "archived"
    ACTIVE = "active"
    """Not archived."""
    WITHOUT_OWNER = "without_owner"
    REPORTED = "reported"
    ASSISTED = "assisted"


class RoomOrder(StrEnum):
    """An order of rooms: the greatest first."""

    ACTIVE = "active"
    NEWEST = "newest"
    MEMBERS = "members"
    MESSAGES = "messages"
    FILES = "files"
    TOKENS = "tokens"


@dataclass(frozen=True, slots=True)
class RoomFilter:
    """The rooms that are wanted: by words of their names, their owner's username or their id; by kind; by state."""

    words: str = ""
    kind: str = ""
    state: str = ""


_THERE: Final = and_(col(Room.deleted_at).is_(None), col(Room.kind) != RoomKind.ASIDE)
"""An aside belongs to one person, and is deleted with its parent."""
_OWNED: Final = and_(
    col(Member.room_id) == col(Room.id),
    col(Member.role) == Role.MASTER,
    col(User.id) == col(Member.user_id),
)
_ABLE: Final = and_(col(User.suspended_at).is_(None), col(User.deleted_at).is_(None))
_WITHOUT_OWNER: Final = and_(col(Room.kind) != RoomKind.DIRECT, ~exists().where(_OWNED, _ABLE))
_STATES: Final[dict[RoomState, Any]] = {
    RoomState.ARCHIVED: col(Room.archived_at).is_not(None),
    RoomState.ACTIVE: col(Room.archived_at).is_(None),
    RoomState.WITHOUT_OWNER: _WITHOUT_OWNER,
    RoomState.REPORTED: col(Room.id).in_(select(REPORTED.subquery().c.room_id)),
    RoomState.ASSISTED: col(Room.assisted),
}
_COUNTED: Final[dict[RoomOrder, Select[Any]]] = {
    RoomOrder.MEMBERS: MEMBERS,
    RoomOrder.FILES: FILES,
}
_OF_ROW: Final[dict[RoomOrder, Any]] = {
    RoomOrder.ACTIVE: func.extract("epoch", col(Room.last_activity_at)) * 1_000_000,
    RoomOrder.NEWEST: func.extract("epoch", col(Room.created_at)) * 1_000_000,
    RoomOrder.MESSAGES: col(Room.last_seq),
    RoomOrder.TOKENS: col(Room.ai_tokens),
}


async def list_site_rooms(
    ctx: Context,
    wanted: RoomFilter = RoomFilter(),
    order: str = RoomOrder.ACTIVE,
    *,
    after: NumberPlace | None = None,
    limit: int = PAGE_MAX,
) -> tuple[list[SiteRoom], NumberPlace | None]:
    """Return a page of the site's rooms, without asides, and the cursor of the next one. Raises ``NotFound`` without
    the permission. An unknown kind, state or order is ignored.
    """
    access_site(ctx, SitePermission.VIEW_ROOMS)
    limit = max(1, min(limit, PAGE_MAX))
    statement, value = _ordered(RoomOrder(order) if order in set(RoomOrder) else RoomOrder.ACTIVE)
    statement = statement.where(*_conditions(wanted))
    if after:
        statement = statement.where(tuple_(value, col(Room.id)) < tuple_(*after))
    rows = (await ctx.db.execute(statement.order_by(value.desc(), col(Room.id).desc()).limit(limit + 1))).all()
    shown = rows[:limit]
    place = NumberPlace(int(shown[-1][1]), shown[-1][0].id) if len(rows) > limit else None
    return await _views(ctx, [row[0] for row in shown]), place


async def view_site_room(ctx: Context, room_id: AnyId) -> SiteRoom:
    """Return a room with its figures, and who may be made its owner. Raises ``NotFound`` or ``RoomNotFound``."""
    access_site(ctx, SitePermission.VIEW_ROOMS)
    room = await ctx.db.scalar(select(Room).where(_THERE, col(Room.id) == parse_id(room_id, RoomNotFound)))
    if room is None:
        raise RoomNotFound()
    [found] = await _views(ctx, [room])
    if not found.owner_gone:
        return found
    return SiteRoom(room, found.owner, True, found.figures, await _heirs(ctx, room.id))


def _ordered(order: RoomOrder) -> tuple[Select[Any], Any]:
    if order in _OF_ROW:
        value: Any = _OF_ROW[order]
        return select(Room, value.label("value")).where(_THERE), value
    counted = _COUNTED[order].subquery()
    value = func.coalesce(counted.c.value, 0)
    statement = select(Room, value.label("value")).outerjoin(counted, counted.c.room_id == col(Room.id))
    return statement.where(_THERE), value


def _conditions(wanted: RoomFilter) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if words := clean_line(wanted.words[:WORDS_MAX]):
        conditions.append(_named(words))
    if wanted.kind in set(RoomKind):
        conditions.append(col(Room.kind) == wanted.kind)
    if wanted.state in set(RoomState):
        conditions.append(_STATES[RoomState(wanted.state)])
    return conditions


def _named(words: str) -> ColumnElement[bool]:
    by_name = and_(is_named(), func.lower(col(Room.name)).contains(words.lower(), autoescape=True))
    owned = exists().where(_OWNED, col(User.username) == words.removeprefix("@").lower())
    try:
        return or_(by_name, owned, col(Room.id) == UUID(words))
    except ValueError:
        return or_(by_name, owned)


async def _views(ctx: Context, rooms: Sequence[Room]) -> list[SiteRoom]:
    ids = [room.id for room in rooms]
    figures = await read_figures(ctx, ids)
    owners = select(col(Member.room_id), User).join(User, col(User.id) == col(Member.user_id))
    found = await ctx.db.execute(owners.where(col(Member.room_id).in_(ids), col(Member.role) == Role.MASTER))
    known: dict[UUID, User] = {row[0]: row[1] for row in found}
    return [SiteRoom(each, *_owner(each, known.get(each.id)), figures[each.id]) for each in rooms]


def _owner(room: Room, user: User | None) -> tuple[Person | None, bool]:
    if room.kind == RoomKind.DIRECT:
        return None, False  # its two people are equals
    able = user is not None and user.suspended_at is None and user.deleted_at is None
    return user.person() if user else None, not able


async def _heirs(ctx: Context, room_id: UUID) -> list[Person]:
    """Return the members who could become the owner: the highest roles first, then those who joined first."""
    ranks = case({role.value: role.rank for role in Role}, value=col(Member.role))
    members = select(User).join(Member, col(Member.user_id) == col(User.id))
    members = members.where(col(Member.room_id) == room_id, col(Member.role) != Role.MASTER, _ABLE)
    ordered = members.order_by(ranks.desc(), col(Member.joined_at), col(Member.user_id)).limit(HEIRS_SHOWN)
    return [user.person() for user in await ctx.db.scalars(ordered)]
