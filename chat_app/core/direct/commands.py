"""Start direct chats, at most one for each two people, and group chats."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from limits import RateLimitItemPerHour
from sqlalchemy import ARRAY, Uuid, bindparam, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from chat_app.core.access.features import Feature, require_feature
from chat_app.core.access.permissions import Permission, Role
from chat_app.core.accounts.queries import lock_people
from chat_app.core.accounts.tables import User
from chat_app.core.direct.errors import PersonBlocked
from chat_app.core.direct.pairs import lock_pair, other_person, pair_of
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.texts.cleaning import cut
from chat_app.core.people.blocks import is_blocked
from chat_app.core.rooms.access import RoomAccess, access_room, advance
from chat_app.core.rooms.commands import count_room, create_room
from chat_app.core.rooms.errors import InvalidRoom
from chat_app.core.rooms.events import MemberJoined
from chat_app.core.rooms.rules import AUTO_NAME_MAX
from chat_app.core.rooms.tables import Member, Room, RoomKind

NEW_CHATS: Final = RateLimitItemPerHour(60, namespace="new_direct_chats")
GROUP_MAX: Final = 50


_EACH = aliased(Member)
_THEM = (
    select(col(_EACH.user_id)).where(col(_EACH.room_id) == col(Room.id)).order_by(col(_EACH.user_id)).correlate(Room)
)
_SAME_PEOPLE = (
    select(col(Room.id))
    .join(Member, col(Member.room_id) == col(Room.id))
    .where(
        col(Member.user_id) == bindparam("actor"),
        col(Room.kind) == RoomKind.GROUP,
        col(Room.auto_named),
        col(Room.deleted_at).is_(None),
        col(Room.archived_at).is_(None),
        func.array(_THEM.scalar_subquery()) == bindparam("people", type_=ARRAY(Uuid)),
    )
    .order_by(col(Room.last_activity_at).desc())
    .limit(1)
)


async def start_direct_chat(ctx: Context, username: str) -> RoomAccess:
    """Return the direct chat of the actor and another person.

    Creates it if there is none. The other person sees it after the first message. Raises ``UserNotFound``, or
    :class:`PersonBlocked` after a block in either direction if there are no messages to read.
    """
    other = await other_person(ctx, username)
    theirs = select(col(Room.id)).where(col(Room.pair) == pair_of(ctx, other.id))
    room_id = await ctx.db.scalar(theirs)
    if room_id is None:
        require_feature(ctx, Feature.DIRECT)
        await ctx.limit(NEW_CHATS, str(ctx.me.user_id))
        pair = await lock_pair(ctx, other.id)
        room_id = await ctx.db.scalar(theirs) or await _make(ctx, pair, other)
    return await access_room(ctx, room_id, Permission.VIEW)


async def start_group_chat(ctx: Context, usernames: Sequence[str], *, name: str = "") -> RoomAccess:
    """Return a room of the actor and several others, who are members at once.

    Without a ``name``, an existing unnamed chat of exactly these people is returned; concurrent requests create only
    one. Raises ``UserNotFound``, or :class:`PersonBlocked` with the ``username`` of a person whom a block excludes.
    """
    require_feature(ctx, Feature.DIRECT)
    if not 1 <= len(usernames) <= GROUP_MAX:
        raise InvalidRoom("number_out_of_range", "usernames", minimum=1, maximum=GROUP_MAX)
    others = {other.id: other for other in [await other_person(ctx, username) for username in usernames]}
    for other in others.values():
        if await is_blocked(ctx, ctx.me.user_id, other.id):
            raise PersonBlocked(username=other.username)
    people = sorted([ctx.me.user_id, *others])
    if not name and (known := await _of_people(ctx, people)):
        return known
    await ctx.limit(NEW_CHATS, str(ctx.me.user_id))
    await count_room(ctx)
    if not name:
        await ctx.lock_key(":".join(map(str, people)))
        if known := await _of_people(ctx, people):
            return known
    names = ", ".join([ctx.me.person.name, *(other.name for other in others.values())])
    called = name or _short(names)
    access = await create_room(ctx, kind=RoomKind.GROUP, counted=True, name=called, auto_named=not name)
    await lock_people(ctx, others.keys())
    for other in others.values():
        _add(ctx, access.room, other.person(), Role.MEMBER, advance(access.room))
    return access


async def _of_people(ctx: Context, people: Sequence[UUID]) -> RoomAccess | None:
    """Return the unnamed chat of exactly these people."""
    room_id = await ctx.db.scalar(_SAME_PEOPLE, {"actor": ctx.me.user_id, "people": people})
    return await access_room(ctx, room_id, Permission.VIEW) if room_id else None


async def _make(ctx: Context, pair: str, other: User) -> UUID:
    if await is_blocked(ctx, ctx.me.user_id, other.id):
        raise PersonBlocked(username=other.username)
    room = Room(
        kind=RoomKind.DIRECT,
        name="",
        pair=pair,
        rev=1,
        created_by=ctx.me.user_id,
        created_at=ctx.now,
        last_activity_at=ctx.now,
    )
    ctx.db.add(room)
    await ctx.db.flush()
    await lock_people(ctx, [ctx.me.user_id, other.id])
    for person in (ctx.me.person, other.person()):
        _add(ctx, room, person, Role.MEMBER, room.rev)
    await ctx.db.flush()
    return room.id


def _add(ctx: Context, room: Room, person: Person, role: Role, rev: int) -> None:
    ctx.db.add(Member(room_id=room.id, user_id=person.id, role=role, joined_at=ctx.now))
    ctx.emit(MemberJoined(room.id, rev, person, role))


def _short(names: str) -> str:
    return names if len(names) <= AUTO_NAME_MAX else f"{cut(names, AUTO_NAME_MAX - 1)}…"
