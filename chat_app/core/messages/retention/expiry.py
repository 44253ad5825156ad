"""Delete the messages that are older than the site or their room keeps them, in batches."""

from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from chat_app.core.audit.tables import Action, AuditEntry
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.work.jobs import JobKind, Retry
from chat_app.core.messages.commands import take_back
from chat_app.core.messages.tables import LIVE, Message
from chat_app.core.rooms.access import lock_room
from chat_app.core.rooms.tables import Room

BATCH: Final = 100
EXPIRE_MESSAGES: Final = JobKind("expire_messages", Retry(attempts=3, first=timedelta(minutes=1)), cron="23 3 * * *")
_ROOM: Final = itemgetter(1)


async def delete_expired_messages(work: UnitOfWork) -> int:
    """Delete all messages that have exceeded the retention time of the site or their room; return their number.

    Each keeps its place in its room, like a message that a person deletes. Lines about rooms stay. Pinned and starred
    messages are deleted too: otherwise a star would keep what the site has promised to delete. The log records the
    number of messages that were deleted by the site's retention time.
    """
    total = await _delete_all(work)
    async with work.begin() as ctx:
        choosing = select(col(Room.id)).where(col(Room.keeps_days) > 0, col(Room.deleted_at).is_(None))
        rooms = (await ctx.db.scalars(choosing)).all()
    for room_id in rooms:
        total += await delete_expired_in_room(work, room_id)
    return total


async def count_expired(ctx: Context, room_id: UUID, days: int) -> int:
    """Return how many messages of a room are older than so many days."""
    old = select(func.count()).select_from(Message).where(col(Message.room_id) == room_id, *_older(ctx, days))
    return await ctx.db.scalar(old) or 0


async def _delete_all(work: UnitOfWork) -> int:
    after, total = UUID(int=0), 0
    while days := work.policy.retention_days:  # read once: switched off in between, it would make all messages old
        async with work.begin() as ctx:
            found = await _next(ctx, after, days)
        for room_id, messages in groupby(sorted(found, key=_ROOM), key=_ROOM):
            async with work.begin() as ctx:  # one room at a time is locked, and not for long
                total += await _delete(ctx, await lock_room(ctx, room_id), [message for message, _ in messages])
        if not found:
            break
        after = max(message for message, _ in found)
    if total:
        async with work.begin() as ctx:
            details = {"messages": total, "days": ctx.policy.retention_days}
            ctx.db.add(AuditEntry(at=ctx.now, action=Action.EXPIRE_MESSAGES, details=details))
    return total


async def delete_expired_in_room(work: UnitOfWork, room_id: UUID) -> int:
    """Delete the messages that are older than a room keeps them, by what its owner has chosen at each batch."""
    after, total = UUID(int=0), 0
    while True:
        async with work.begin() as ctx:
            room = await lock_room(ctx, room_id)
            if not room.keeps_days or room.deleted_at is not None:
                return total
            here = (col(Message.room_id) == room_id, col(Message.id) > after)
            old = select(col(Message.id)).where(*here, *_older(ctx, room.keeps_days))
            ids = (await ctx.db.scalars(old.order_by(col(Message.id)).limit(BATCH))).all()
            if not ids:
                return total
            total += await _delete(ctx, room, list(ids))
            after = ids[-1]


async def _next(ctx: Context, after: UUID, days: int) -> list[tuple[UUID, UUID]]:
    """Return the next old messages with their rooms, in the order of their ids: the table is read once a night."""
    statement = select(col(Message.id), col(Message.room_id)).where(col(Message.id) > after, *_older(ctx, days))
    rows = await ctx.db.execute(statement.order_by(col(Message.id)).limit(BATCH))
    return [(message_id, room_id) for message_id, room_id in rows]


def _older(ctx: Context, days: int) -> tuple[ColumnElement[bool], ...]:
    before = ctx.now - timedelta(days=days)
    return (col(Message.created_at) < before, col(Message.deleted_at).is_(None), col(Message.event).is_(None))


async def _delete(ctx: Context, room: Room, ids: list[UUID]) -> int:
    here = select(Message).where(col(Message.id).in_(ids), col(Message.deleted_at).is_(None)).order_by(col(Message.seq))
    deleted = 0
    for message in (await ctx.db.scalars(here, execution_options={"populate_existing": True})).all():
        if message.status not in LIVE:
            await take_back(ctx, room, message)
            deleted += 1
    return deleted
