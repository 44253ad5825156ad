"""Delete the messages that are older than the site keeps them, in batches."""

from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.audit.tables import Action, AuditEntry
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.messages.commands import take_back
from chat_app.core.messages.tables import LIVE, Message
from chat_app.core.rooms.access import lock_room

BATCH: Final = 100
_ROOM: Final = itemgetter(1)


async def delete_expired_messages(work: UnitOfWork) -> int:
    """Delete all messages that are older than the site keeps them; return how many there were.

    Each keeps its place in its room, as one that a person deletes. Lines about rooms stay. Pinned and starred ones are
    no exception, or people would keep by a star what the site has promised to delete. The log has the number.
    """
    after, total = UUID(int=0), 0
    while days := work.policy.retention_days:  # read once: switched off meanwhile, it would make all messages old
        async with work.begin() as ctx:
            found = await _next(ctx, after, days)
        for room_id, messages in groupby(sorted(found, key=_ROOM), key=_ROOM):
            async with work.begin() as ctx:  # one room at a time is locked, and not for long
                total += await _delete(ctx, room_id, [message for message, _ in messages])
        if not found:
            break
        after = max(message for message, _ in found)
    if total:
        async with work.begin() as ctx:
            details = {"messages": total, "days": ctx.policy.retention_days}
            ctx.db.add(AuditEntry(at=ctx.now, action=Action.EXPIRE_MESSAGES, details=details))
    return total


async def _next(ctx: Context, after: UUID, days: int) -> list[tuple[UUID, UUID]]:
    """Return the next old messages with their rooms, in the order of their ids: the table is read once a night."""
    before = ctx.now - timedelta(days=days)
    old = (col(Message.created_at) < before, col(Message.deleted_at).is_(None), col(Message.event).is_(None))
    statement = select(col(Message.id), col(Message.room_id)).where(col(Message.id) > after, *old)
    rows = await ctx.db.execute(statement.order_by(col(Message.id)).limit(BATCH))
    return [(message_id, room_id) for message_id, room_id in rows]


async def _delete(ctx: Context, room_id: UUID, ids: list[UUID]) -> int:
    room = await lock_room(ctx, room_id)
    here = select(Message).where(col(Message.id).in_(ids), col(Message.deleted_at).is_(None)).order_by(col(Message.seq))
    deleted = 0
    for message in (await ctx.db.scalars(here, execution_options={"populate_existing": True})).all():
        if message.status not in LIVE:
            await take_back(ctx, room, message)
            deleted += 1
    return deleted
