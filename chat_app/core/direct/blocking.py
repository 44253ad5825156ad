"""Block people, which closes the direct chat with them."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

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
    """Want no word from somebody: their direct chat with the actor is closed, and they are no contact any more."""
    other = await other_person(ctx, username)
    pair = await lock_pair(ctx, other.id)
    room = await _lock_room(ctx, pair)  # before the two people, whom a block refers to: everybody holds rooms first
    block = {"blocker_id": ctx.me.user_id, "blocked_id": other.id, "created_at": ctx.now}
    await ctx.db.execute(insert(Block).values(block).on_conflict_do_nothing())
    await ctx.db.execute(delete(Contact).where(Contact.user_id == ctx.me.user_id, Contact.contact_id == other.id))
    await _settle(ctx, room, other)
    ctx.emit(PeopleApart(ctx.me.user_id, other.id))
    return other.person()


async def unblock_person(ctx: Context, username: str) -> Person:
    """Take a block back; the direct chat is open again unless the other one has blocked the actor."""
    other = await other_person(ctx, username)
    room = await _lock_room(ctx, await lock_pair(ctx, other.id))
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


async def _lock_room(ctx: Context, pair: str) -> Room | None:
    room: Room | None = await ctx.db.scalar(select(Room).where(Room.pair == pair).with_for_update())
    return room
