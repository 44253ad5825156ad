"""Reading messages."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import parse_id
from chat_app.core.messages.errors import MessageNotFound
from chat_app.core.messages.tables import Message
from chat_app.core.messages.views import MessageView, view_messages
from chat_app.core.rooms.access import access_room

PAGE_MAX = 100
SYNC_MAX = 300


@dataclass(frozen=True, slots=True)
class Page:
    """Messages in order of ``seq``; ``more`` says that there are older ones.

    After a page that follows a place, it says that there are newer ones; after a sync, that there are further changes.
    """

    messages: list[MessageView]
    more: bool
    rev: int
    """The room's moment that the page shows at least."""


async def history(ctx: Context, room_id: object, *, before: int | None = None, limit: int = 50) -> Page:
    """The newest ``limit`` messages, or those just before the place ``before``."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    limit = max(1, min(limit, PAGE_MAX))
    statement = select(Message).where(Message.room_id == access.room.id).order_by(Message.seq.desc()).limit(limit + 1)
    if before is not None:
        statement = statement.where(Message.seq < max(0, min(before, 2**62)))
    found = list(await ctx.db.scalars(statement))
    return Page(await view_messages(ctx, found[limit - 1 :: -1]), len(found) > limit, access.room.rev)


async def history_after(ctx: Context, room_id: object, after: int, *, limit: int = 50) -> Page:
    """The messages that follow the place ``after``."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    limit = max(1, min(limit, PAGE_MAX))
    found = list(await ctx.db.scalars(_following(access.room.id, max(0, min(after, 2**62)), limit + 1)))
    return Page(await view_messages(ctx, found[:limit]), len(found) > limit, access.room.rev)


async def history_around(ctx: Context, room_id: object, message_id: object, *, limit: int = 50) -> Page:
    """The message with what was said before and after it; ``more`` tells of older ones.

    Raises :class:`MessageNotFound` when it is not in the room.
    """
    access = await access_room(ctx, room_id, Permission.VIEW)
    half = max(1, min(limit, PAGE_MAX) // 2)
    message = await ctx.db.get(Message, parse_id(message_id, MessageNotFound))
    if message is None or message.room_id != access.room.id:
        raise MessageNotFound()
    older = (
        select(Message)
        .where(col(Message.room_id) == access.room.id, col(Message.seq) < message.seq)
        .order_by(col(Message.seq).desc())
        .limit(half + 1)
    )
    before = list(await ctx.db.scalars(older))
    after = list(await ctx.db.scalars(_following(access.room.id, message.seq, half)))
    found = [*before[half - 1 :: -1], message, *after]
    return Page(await view_messages(ctx, found), len(before) > half, access.room.rev)


def _following(room_id: UUID, seq: int, limit: int) -> Select[Message]:
    following = select(Message).where(col(Message.room_id) == room_id, col(Message.seq) > seq)
    return following.order_by(col(Message.seq)).limit(limit)


async def changes_since(ctx: Context, room_id: object, rev: int) -> Page:
    """The messages that changed after the room's moment ``rev``: what a client that was away has missed.

    ``more`` means that it missed too much to catch up with in one go, and does better to begin with the newest page.
    """
    access = await access_room(ctx, room_id, Permission.VIEW)
    statement = (
        select(Message)
        .where(Message.room_id == access.room.id, Message.rev > max(-1, min(rev, 2**62)))
        .order_by(Message.rev)
        .limit(SYNC_MAX + 1)
    )
    found = sorted(await ctx.db.scalars(statement), key=lambda message: message.seq)
    return Page(await view_messages(ctx, found[:SYNC_MAX]), len(found) > SYNC_MAX, access.room.rev)
