"""Direct chats, of which every two people have one at most; group chats; and who wants no word from whom."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from limits import RateLimitItemPerHour
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from chat_app.core.access.permissions import Permission, Role
from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.accounts.queries import hold_people, people
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.text import cut
from chat_app.core.people.blocks import blocked_ids, is_blocked
from chat_app.core.people.contacts import CHANGES
from chat_app.core.people.events import BlocksChanged, PeopleApart
from chat_app.core.people.search import find_person
from chat_app.core.people.tables import Block, Contact
from chat_app.core.rooms.access import RoomAccess, access_room, advance, room_changed
from chat_app.core.rooms.commands import create_room
from chat_app.core.rooms.errors import InvalidRoom, PersonBlocked
from chat_app.core.rooms.events import MemberJoined
from chat_app.core.rooms.rules import AUTO_NAME_MAX
from chat_app.core.rooms.tables import Member, Room

NEW_CHATS: Final = RateLimitItemPerHour(60, namespace="new_direct_chats")
GROUP_MAX: Final = 50


async def start_direct_chat(ctx: Context, username: str) -> RoomAccess:
    """Return the direct chat of the actor and another person, which is made if the two have none yet.

    The other sees it once something is said in it. Raises ``UserNotFound``, or :class:`PersonBlocked` where there is a
    block between the two and nothing to be read.
    """
    other = await _other(ctx, username)
    pair = await _hold_pair(ctx, other.id)
    room_id = await ctx.db.scalar(select(Room.id).where(Room.pair == pair))
    return await access_room(ctx, room_id or await _make(ctx, pair, other), Permission.VIEW)


async def start_group_chat(ctx: Context, usernames: Sequence[str], *, name: str = "") -> RoomAccess:
    """A new room of the actor and several others, who are in it at once; without a ``name`` it is called by theirs.

    Raises ``UserNotFound``, or :class:`PersonBlocked` with the ``username`` of whom a block keeps out.
    """
    if not 1 <= len(usernames) <= GROUP_MAX:
        raise InvalidRoom("number_out_of_range", "usernames", minimum=1, maximum=GROUP_MAX)
    await ctx.limit(NEW_CHATS, str(ctx.me.user_id))
    others = {other.id: other for other in [await _other(ctx, username) for username in usernames]}
    for other in others.values():
        if await is_blocked(ctx, ctx.me.user_id, other.id):
            raise PersonBlocked(username=other.username)
    names = ", ".join([ctx.me.person.name, *(other.name for other in others.values())])
    access = await create_room(ctx, name=name or _short(names), auto_named=not name)
    await hold_people(ctx, others.keys())
    for other in others.values():
        _add(ctx, access.room, other.person(), Role.MEMBER, advance(access.room))
    return access


async def direct_peers(ctx: Context, rooms: Iterable[Room]) -> dict[UUID, Person]:
    """By room, the other person of each of the actor's direct chats among ``rooms``."""
    ids = {room.id: peer_id(room, ctx.me.user_id) for room in rooms if room.pair}
    persons = await people(ctx, ids.values())
    return {room_id: persons[user_id] for room_id, user_id in ids.items() if user_id in persons}


def peer_id(room: Room, user_id: UUID) -> UUID:
    """Return the other one in a direct chat of ``user_id``."""
    one, other = (UUID(each) for each in (room.pair or "").split(":"))
    return other if one == user_id else one


async def block_person(ctx: Context, username: str) -> Person:
    """Want no word from somebody: their direct chat with the actor is closed, and they are no contact any more."""
    other = await _other(ctx, username)
    pair = await _hold_pair(ctx, other.id)
    room = await _hold_room(ctx, pair)  # before the two people, whom a block refers to: everybody holds rooms first
    block = {"blocker_id": ctx.me.user_id, "blocked_id": other.id, "created_at": ctx.now}
    await ctx.db.execute(insert(Block).values(block).on_conflict_do_nothing())
    await ctx.db.execute(delete(Contact).where(Contact.user_id == ctx.me.user_id, Contact.contact_id == other.id))
    await _settle(ctx, room, other)
    ctx.emit(PeopleApart(ctx.me.user_id, other.id))
    return other.person()


async def unblock_person(ctx: Context, username: str) -> Person:
    """Take a block back; the direct chat is open again unless the other one has blocked the actor."""
    other = await _other(ctx, username)
    room = await _hold_room(ctx, await _hold_pair(ctx, other.id))
    await ctx.db.execute(delete(Block).where(Block.blocker_id == ctx.me.user_id, Block.blocked_id == other.id))
    await _settle(ctx, room, other)
    return other.person()


async def _settle(ctx: Context, room: Room | None, other: User) -> None:
    """Open or close the direct chat of the two as the blocks between them say, and tell."""
    ctx.emit(BlocksChanged(ctx.me.user_id, tuple(await blocked_ids(ctx))))
    closed = await is_blocked(ctx, ctx.me.user_id, other.id)
    if room and room.closed != closed:
        room.closed = closed
        advance(room)
        ctx.emit(room_changed(room))


async def _other(ctx: Context, username: str) -> User:
    await ctx.limit(CHANGES, str(ctx.me.user_id))
    other = await find_person(ctx, username)
    if other.id == ctx.me.user_id:
        raise UserNotFound()
    return other


async def _hold_pair(ctx: Context, other_id: UUID) -> str:
    """Lock the key of the actor and another until the transaction ends; of two who start or block, one waits."""
    pair = ":".join(sorted((str(ctx.me.user_id), str(other_id))))
    await ctx.lock_key(pair)
    return pair


async def _hold_room(ctx: Context, pair: str) -> Room | None:
    room: Room | None = await ctx.db.scalar(select(Room).where(Room.pair == pair).with_for_update())
    return room


async def _make(ctx: Context, pair: str, other: User) -> UUID:
    if await is_blocked(ctx, ctx.me.user_id, other.id):
        raise PersonBlocked(username=other.username)
    await ctx.limit(NEW_CHATS, str(ctx.me.user_id))
    room = Room(name="", pair=pair, rev=1, created_by=ctx.me.user_id, created_at=ctx.now, last_activity_at=ctx.now)
    ctx.db.add(room)
    await ctx.db.flush()
    await hold_people(ctx, [ctx.me.user_id, other.id])
    for person in (ctx.me.person, other.person()):
        _add(ctx, room, person, Role.MEMBER, room.rev)
    await ctx.db.flush()
    return room.id


def _add(ctx: Context, room: Room, person: Person, role: Role, rev: int) -> None:
    ctx.db.add(Member(room_id=room.id, user_id=person.id, role=role, joined_at=ctx.now))
    ctx.emit(MemberJoined(room.id, rev, person, role))


def _short(names: str) -> str:
    return names if len(names) <= AUTO_NAME_MAX else f"{cut(names, AUTO_NAME_MAX - 1)}…"
