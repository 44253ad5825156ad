"""Read the mentions and deletions among a person's unread messages."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, any_, bindparam, func, select
from sqlmodel import col

from chat_app.core.kernel.context import Context
from chat_app.core.messages.receipts import few_in
from chat_app.core.messages.tables import Message
from chat_app.core.people.tables import Block
from chat_app.core.rooms.tables import Member

_ACTOR = bindparam("actor", type_=Uuid)
DELETED_TOLD: Final = 500
"""Of a room's deleted messages that somebody has not read, so many places are told."""


def _deleted_unread() -> ColumnElement[bool]:
    """Return whether a message is deleted, and the member of its room has not read it."""
    return and_(
        Message.room_id == Member.room_id, Message.seq > Member.last_read_seq, col(Message.deleted_at).is_not(None)
    )


def _note_columns() -> tuple[Any, ...]:
    calls = select(func.array_agg(Message.seq)).where(
        Message.room_id == Member.room_id,
        Message.seq > Member.last_read_seq,
        col(Message.mentions).is_not(None),
        col(Message.mentions_all) | (any_(col(Message.mentions)) == _ACTOR),
        col(Message.author_id).is_distinct_from(_ACTOR),
        ~select(Block.blocker_id).where(Block.blocker_id == _ACTOR, Block.blocked_id == Message.author_id).exists(),
    )
    deleted = select(Message.seq).where(_deleted_unread()).order_by(col(Message.seq).desc()).limit(DELETED_TOLD)
    return (
        calls.scalar_subquery().label("mentions"),
        func.array(deleted.scalar_subquery()).label("deleted"),
        few_in(Member.room_id).label("small"),
    )


NOTES: Final = _note_columns()
"""The columns of the list of rooms, for a statement that reads memberships of ``actor``: the places of the unread
messages that call them, but for those of blocked people; the places of the newest unread messages that are deleted,
which do not count as unread; whether each person's place is told to all (see :mod:`chat_app.core.messages.receipts`).
"""


async def deleted_unread(ctx: Context, room_ids: Collection[UUID]) -> dict[UUID, int]:
    """By room, how many of the messages that the actor has not read are deleted; none where there are none."""
    statement = (
        select(Member.room_id, func.count())
        .join(Message, _deleted_unread())
        .where(Member.user_id == ctx.me.user_id, col(Member.room_id).in_(room_ids))
        .group_by(Member.room_id)
    )
    rows = await ctx.db.execute(statement)
    return {row[0]: row[1] for row in rows}
