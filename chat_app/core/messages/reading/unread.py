"""Read the mentions and deletions among a person's unread messages."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, any_, bindparam, case, func, select
from sqlmodel import col

from chat_app.core.kernel.context import Context
from chat_app.core.messages.reading.receipts import few_in
from chat_app.core.messages.tables import Message
from chat_app.core.people.tables import Block
from chat_app.core.rooms.tables import Member, Room

_ACTOR = bindparam("actor", type_=Uuid)
UNCOUNTED_TOLD: Final = 500
"""The maximum number of places of deleted messages and lines that a person has not read in a room."""


def _uncounted() -> ColumnElement[bool]:
    """Return whether a message is after the member's read position, but does not count as unread: it is deleted, or a
    line about the room.
    """
    is_nothing = col(Message.deleted_at).is_not(None) | col(Message.event).is_not(None)
    return and_(col(Message.room_id) == col(Member.room_id), col(Message.seq) > col(Member.last_read_seq), is_nothing)


def _note_columns() -> tuple[Any, ...]:
    calls = select(func.array_agg(col(Message.seq))).where(
        col(Message.room_id) == col(Member.room_id),
        col(Message.seq) > col(Member.last_read_seq),
        col(Message.mentions).is_not(None),
        col(Message.mentions_all) | (any_(col(Message.mentions)) == _ACTOR),
        col(Message.author_id).is_distinct_from(_ACTOR),
        ~select(col(Block.blocker_id))
        .where(col(Block.blocker_id) == _ACTOR, col(Block.blocked_id) == col(Message.author_id))
        .exists(),
    )
    deleted = select(col(Message.seq)).where(_uncounted()).order_by(col(Message.seq).desc()).limit(UNCOUNTED_TOLD)
    number = select(func.count()).where(_uncounted()).correlate(Member).scalar_subquery()
    has_many = col(Room.last_seq) - col(Member.last_read_seq) > UNCOUNTED_TOLD
    return (
        calls.scalar_subquery().label("mentions"),
        func.array(deleted.scalar_subquery()).label("deleted"),
        case((has_many, func.greatest(number - UNCOUNTED_TOLD, 0)), else_=0).label("older_deleted"),
        few_in(col(Member.room_id)).label("small"),
    )


NOTES: Final = _note_columns()
"""The columns of the list of rooms, for a statement that reads rooms and memberships of ``actor``:

the places of unread messages that mention them, except those of blocked people; the places of the newest messages that
do not count as unread (deleted, or lines about the room), and the number of the other such messages; whether each
person's read position is published to all (see :mod:`chat_app.core.messages.reading.receipts`).
"""


async def uncounted_unread(ctx: Context, room_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the number of unread messages of the actor that are deleted or are lines, by room; no entry for none."""
    statement = (
        select(col(Member.room_id), func.count())
        .join(Message, _uncounted())
        .where(col(Member.user_id) == ctx.me.user_id, col(Member.room_id).in_(room_ids))
        .group_by(col(Member.room_id))
    )
    rows = await ctx.db.execute(statement)
    return {row[0]: row[1] for row in rows}
