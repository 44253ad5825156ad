"""Read rooms."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Result, Uuid, and_, bindparam, case, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from chat_app.core.access.permissions import Permission, Role
from chat_app.core.accounts.queries import PERSON
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.database.columns import table_of
from chat_app.core.kernel.ids import AnyId
from chat_app.core.people.blocks import apart_from
from chat_app.core.rooms.access import RoomAccess, access_room
from chat_app.core.rooms.tables import Member, Room, RoomKind
from chat_app.core.rooms.wire import MemberJson

SMALL: Final = 50
"""The largest number of members with which a room receives its members' presence."""
FIRST: Final = 50
"""The number of members that a tab receives when it opens a room."""


_ROOMS, _MEMBER, _USER = table_of(Room).c, table_of(Member).c, table_of(User).c
# Built once: every tab that arrives somewhere goes through them.
_STARTS = (
    select(_MEMBER.room_id, _MEMBER.sees_after)
    .join(table_of(Room), _ROOMS.id == _MEMBER.room_id)
    .where(_MEMBER.user_id == bindparam("who"), _ROOMS.deleted_at.is_(None))
)
_MEMBERS = (
    select(
        *PERSON,
        _MEMBER.role,
        _MEMBER.last_read_seq,
        _MEMBER.last_delivered_seq,
        and_(_USER.receipts, _USER.id.not_in(apart_from(bindparam("actor", type_=Uuid)))),
    )
    .join(table_of(Member), _MEMBER.user_id == _USER.id)
    .where(_MEMBER.room_id == bindparam("room"))
)
_FIRST = (
    _MEMBERS.add_columns(
        select(func.count()).where(col(Member.room_id) == bindparam("room")).scalar_subquery().label("people")
    )
    .order_by(
        _USER.id != bindparam("actor", type_=Uuid),
        case({role.value: -role.rank for role in Role}, value=_MEMBER.role),
        func.lower(_USER.name),
    )
    .limit(FIRST)
)


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member, as other members see them."""

    person: Person
    role: Role
    read: int = 0
    got: int = 0
    receipts: bool = False
    """Whether the actor may know how far this person has ``read``, and received messages (``got``)."""

    def as_json(self) -> MemberJson:
        """Return the shape in which REST and the live feed give a member."""
        return {**self.person.as_json(), "role": self.role.value}


async def my_rooms(ctx: Context) -> list[RoomAccess]:
    """Return the actor's rooms without their asides, the most lately active first."""
    statement = (
        select(Room, Member)
        .join(Member, col(Member.room_id) == col(Room.id))
        .where(col(Member.user_id) == ctx.me.user_id, col(Room.deleted_at).is_(None), col(Room.kind) != RoomKind.ASIDE)
        # A person can open a direct chat with the actor without writing anything.
        .where(col(Room.pair).is_(None) | (col(Room.last_seq) > 0) | (col(Room.created_by) == ctx.me.user_id))
        .order_by(col(Room.last_activity_at).desc())
    )
    return [RoomAccess(room, member) for room, member in await ctx.db.execute(statement)]


async def room_ids_of(ctx: Context, user_id: UUID) -> list[UUID]:
    """Return the ids of the rooms in which a person is."""
    return list(await starts_of(ctx, user_id))


async def starts_of(ctx: Context, user_id: UUID) -> dict[UUID, int]:
    """Return the rooms in which a person is, each with the ``seq`` after which they see messages."""
    return {row.room_id: row.sees_after for row in await ctx.db.execute(_STARTS, {"who": user_id})}


async def start_in(ctx: Context, room_id: UUID, user_id: UUID) -> int | None:
    """Return the ``seq`` after which a person sees a room's messages; ``None`` if they are not in it."""
    statement = (
        select(col(Member.sees_after))
        .join(Room, col(Room.id) == col(Member.room_id))
        .where(col(Member.room_id) == room_id, col(Member.user_id) == user_id, col(Room.deleted_at).is_(None))
    )
    start: int | None = await ctx.db.scalar(statement)
    return start


async def share_room(ctx: Context, one: UUID, other: UUID) -> bool:
    """Return whether two people are in a room together; a direct chat counts after its first message."""
    mine, theirs = aliased(Member), aliased(Member)
    both = (
        select(col(Room.id))
        .join(mine, (col(mine.room_id) == col(Room.id)) & (col(mine.user_id) == one))
        .join(theirs, (col(theirs.room_id) == col(Room.id)) & (col(theirs.user_id) == other))
        .where(col(Room.deleted_at).is_(None), col(Room.pair).is_(None) | (col(Room.last_seq) > 0))
    )
    return bool(await ctx.db.scalar(select(both.exists())))


async def small_rooms_of(ctx: Context, user_ids: Iterable[UUID]) -> list[tuple[UUID, Room]]:
    """Return each person's rooms of at most :data:`SMALL` members.

    Asides are excluded, as they have no other people.
    """
    other = aliased(Member)
    some = (
        select(col(other.user_id))
        .where(col(other.room_id) == col(Member.room_id))
        .correlate(Member)
        .limit(SMALL + 1)
        .subquery()
    )
    size = select(func.count()).select_from(some).scalar_subquery()
    statement = (
        select(col(Member.user_id), Room)
        .join(Room, col(Room.id) == col(Member.room_id))
        .where(col(Member.user_id).in_(set(user_ids)), col(Room.deleted_at).is_(None), size <= SMALL)
        .where(col(Room.kind) != RoomKind.ASIDE)
    )
    return [(user_id, room) for user_id, room in await ctx.db.execute(statement)]


async def room_members(ctx: Context, room_id: AnyId | RoomAccess) -> list[MemberView]:
    """Return the members of the room: the highest role first, then by name."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    return _ranked(await ctx.db.execute(_MEMBERS, {"room": access.room.id, "actor": ctx.me.user_id}))


async def first_members(ctx: Context, access: RoomAccess) -> tuple[list[MemberView], int]:
    """Return the actor and the first other members, at most :data:`FIRST`, and how many there are."""
    found: Result[Any] = await ctx.db.execute(_FIRST, {"room": access.room.id, "actor": ctx.me.user_id})
    rows = found.all()
    return _ranked(row[:-1] for row in rows), rows[0].people


def _ranked(rows: Iterable[Any]) -> list[MemberView]:
    members = [MemberView(Person(*person), Role(role), read, got, shown) for *person, role, read, got, shown in rows]
    return sorted(members, key=lambda member: (-member.role.rank, member.person.name.casefold()))
