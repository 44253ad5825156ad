"""Choose and order the blocks of rooms that a search reads."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import func, select, true
from sqlmodel import col

from chat_app.core.kernel.context import Context
from chat_app.core.messages.tables import Message
from chat_app.core.messages.texts.words import BLOCK
from chat_app.core.rooms.tables import Member, Room

_FIRST_BLOCKS: Final = 2
_GROWTH: Final = 4


class MessageBlock(NamedTuple):
    """A range of a room's messages, and their times."""

    room_id: UUID
    seq: int
    since: datetime
    until: datetime


async def read_blocks(ctx: Context, room_id: UUID | None) -> tuple[list[MessageBlock], dict[UUID, str]]:
    """Return the blocks of the actor's rooms (or of one room) with messages that they see, the block with the latest
    message first; and the rooms' names. Uses a subquery for each block, because the planner would otherwise read all
    messages in place of some thousands of blocks.
    """
    series = func.generate_series(0, col(Room.last_seq) // BLOCK).table_valued("number").render_derived()
    number = series.c.number
    begins = (
        select(col(Message.created_at))
        .where(col(Message.room_id) == col(Room.id), col(Message.seq) == func.greatest(number * BLOCK, 1))
        .scalar_subquery()
    )
    statement = (
        select(col(Room.id), col(Room.name), col(Room.last_activity_at), number, begins, col(Member.sees_after))
        .select_from(Member)
        .join(Room, col(Room.id) == col(Member.room_id))
        .join(series, true())
        .where(col(Member.user_id) == ctx.me.user_id, col(Room.deleted_at).is_(None), col(Room.last_seq) > 0)
        .order_by(col(Room.id), number)
    )
    rows = (await ctx.db.execute(statement.where(col(Room.id) == room_id) if room_id else statement)).all()
    ctx.starts.update((room, start) for room, *_, start in rows if start)
    blocks = [
        MessageBlock(room, block * BLOCK, since or active, following[4] if following[0] == room else active)
        for (room, _, active, block, since, start), following in pairwise([*rows, (None,) * 6])
        if start < (block + 1) * BLOCK
    ]
    return sorted(blocks, key=lambda block: block.until, reverse=True), {room: name for room, name, *_ in rows}


def growing(blocks: Sequence[MessageBlock]) -> Iterator[Sequence[MessageBlock]]:
    """Yield the blocks in batches, small at first and then larger."""
    at, size = 0, _FIRST_BLOCKS
    while at < len(blocks):
        yield blocks[at : at + size]
        at, size = at + size, size * _GROWTH
