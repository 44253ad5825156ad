"""Block and unblock people, which closes and opens the direct chat with them."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.accounts.tables import User
from chat_app.core.direct.pairs import lock_pair, other_person
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.people.blocks import blocked_ids, is_blocked
from chat_app.core.people.events import BlocksChanged, PeopleApart
from chat_app.core.people.tables import Block, Contact
from chat_app.core.rooms.access import advance, room_changed
from chat_app.core.rooms.tables import Room


async def block_person(ctx: Context, username: str) -> Person:
    """Block a person: close the direct chat with them, and remove them from the contacts."""
    other = await other_person(ctx, username)
    pair = await lock_pair(ctx, other.id)
    room = await _lock_room(ctx, pair)  # before the two people, to whom a block refers: rooms are always locked first
    block = {"blocker_id": ctx.me.user_id, "blocked_id": other.id, "created_at": ctx.now}
    await ctx.db.execute(insert(Block).values(block).on_conflict_do_nothing())
    await ctx.db.execute(
        delete(Contact).where(col(Contact.user_id) == ctx.me.user_id, col(Contact.contact_id) == other.id)
    )
    await _update_chat(ctx, room, other)
    ctx.emit(PeopleApart(ctx.me.user_id, other.id))
    return other.person()


async def unblock_person(ctx: Context, username: str) -> Person:
    """Remove a block. The direct chat opens again unless the other person has blocked the actor."""
    other = await other_person(ctx, username)
    room = await _lock_room(ctx, await lock_pair(ctx, other.id))
    await ctx.db.execute(
        delete(Block).where(col(Block.blocker_id) == ctx.me.user_id, col(Block.blocked_id) == other.id)
    )
    await _update_chat(ctx, room, other)
    return other.person()


async def _update_chat(ctx: Context, room: Room | None, other: User) -> None:
    """Open or close the direct chat of two people by the blocks between them, and publish the change."""
    ctx.emit(BlocksChanged(ctx.me.user_id, tuple(await blocked_ids(ctx))))
    closed = await is_blocked(ctx, ctx.me.user_id, other.id)
    if room and room.closed != closed:
        room.closed = closed
        advance(room)
        ctx.emit(room_changed(room))


async def _lock_room(ctx: Context, pair: str) -> Room | None:
    room: Room | None = await ctx.db.scalar(select(Room).where(col(Room.pair) == pair).with_for_update())
    return room
