"""Send, edit and delete messages."""

from collections.abc import Sequence
from math import ceil
from typing import Final
from uuid import UUID

from limits import RateLimitItemPerMinute
from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotAllowed
from chat_app.core.kernel.ids import parse_id
from chat_app.core.messages.access import access_message
from chat_app.core.messages.errors import MessageDeleted, MessageNotFound, SlowMode
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.mentions import set_mentions
from chat_app.core.messages.rules import check_text
from chat_app.core.messages.said import Said, read_said
from chat_app.core.messages.tables import Message
from chat_app.core.messages.views import MessageView, view_messages
from chat_app.core.messages.writing import index_message, write_message
from chat_app.core.rooms.access import RoomAccess, advance, next_moment
from chat_app.core.rooms.tables import Room

SENDS = RateLimitItemPerMinute(120, namespace="sends")
QUOTES_TOLD: Final = 100
"""Of the messages that quote a changed one, so many of the newest are told of; older ones quote it anew when loaded."""


async def check_message(ctx: Context, text: str) -> Said:
    """Return the text as it will be kept, and what there is to know about it; raises as :func:`check_text` does, or
    ``RateLimited``.

    Comes before the room's row is held, so that nobody waits for it.
    """
    text = check_text(text, ctx.policy.message_max_chars)
    await ctx.limit(SENDS, str(ctx.me.user_id))
    return await read_said(text)


async def send_message(
    ctx: Context, access: RoomAccess, said: Said, *, nonce: UUID | None = None, reply_to: object = None
) -> tuple[MessageView, bool]:
    """Say what was checked in a room that was accessed for ``Permission.SEND``, its row held.

    Returns the message and whether it is new: a ``nonce`` that the actor has used gives the message it made then.
    Raises :class:`SlowMode`.
    """
    message = Message(
        room_id=access.room.id,
        seq=access.room.last_seq + 1,
        rev=access.room.rev + 1,
        author_id=ctx.me.user_id,
        text=said.text,
        nonce=nonce,
        reply_to_id=await _reply_target(ctx, access.room.id, reply_to),
        created_at=next_moment(ctx, access.room),
    )
    wait = _wait(ctx, access)
    if wait <= 0:
        await set_mentions(ctx, access, message, said.calls)
    if wait <= 0 and await write_message(ctx, access, message, said.words):
        return await tell(ctx, message), True
    sent = await _sent_before(ctx, message)
    if sent is None:
        raise SlowMode(retry_after=wait)
    [view] = await view_messages(ctx, [sent])
    return view, False


async def edit_message(ctx: Context, message_id: object, text: str) -> MessageView:
    """Change the text of one's own message."""
    said = await check_message(ctx, text)
    access = await access_message(ctx, message_id, Permission.SEND)
    message = access.message
    if message.author_id != ctx.me.user_id:
        raise NotAllowed()
    if message.deleted_at is not None:
        raise MessageDeleted()
    if said.text == message.text:
        return await tell(ctx, message)
    message.text, message.edited_at = said.text, ctx.now
    await set_mentions(ctx, access.room, message, said.calls)
    return await tell_changed(ctx, access.room.room, message, said.words)


async def delete_message(ctx: Context, message_id: object) -> MessageView:
    """Take a message back: one's own, or any with ``Permission.DELETE_ANY_MESSAGE``. Its place in the room remains."""
    access = await access_message(ctx, message_id, Permission.VIEW)
    message, room = access.message, access.room
    own = message.author_id == ctx.me.user_id
    room.require(Permission.SEND if own else Permission.DELETE_ANY_MESSAGE)
    if message.deleted_at is not None:
        return await tell(ctx, message)
    return await take_back(ctx, room.room, message)


async def take_back(ctx: Context, room: Room, message: Message) -> MessageView:
    """Leave nothing of a message but its place, in a room whose row is held."""
    message.deleted_at, message.text = ctx.now, ""
    message.reactions = message.mentions = message.pinned_at = None
    message.mentions_all = False
    return await tell_changed(ctx, room, message)


async def tell(ctx: Context, message: Message) -> MessageView:
    """Announce the message as it is now, once the transaction has committed."""
    await ctx.db.flush()
    [view] = await view_messages(ctx, [message])
    ctx.emit(MessageChanged(view))
    return view


async def tell_changed(ctx: Context, room: Room, message: Message, words: Sequence[str] = ()) -> MessageView:
    """Announce that the text changed, in a room whose row is held: of the message, and of what quotes it.

    ``words`` are those of the text; without any it is not found.
    """
    quoting = select(Message).where(col(Message.reply_to_id) == message.id).order_by(col(Message.seq).desc())
    with ctx.db.no_autoflush:
        replies = (await ctx.db.scalars(quoting.limit(QUOTES_TOLD))).all()
    changed = [message, *reversed(replies)]
    for each in changed:
        each.rev = advance(room)
    await ctx.db.flush()
    await index_message(ctx, message, words)
    views = await view_messages(ctx, changed)
    for view in views:
        ctx.emit(MessageChanged(view))
    return views[0]


def _wait(ctx: Context, access: RoomAccess) -> int:
    """Return how many seconds the actor still has to wait in a room in slow mode; those who set it never do."""
    last, slow = access.member.last_sent_at, access.room.slow_seconds
    if not slow or last is None or access.allows(Permission.EDIT_ROOM):
        return 0
    return ceil((last - ctx.now).total_seconds() + slow)


async def _sent_before(ctx: Context, resent: Message) -> Message | None:
    """Return the message that the actor made with this nonce."""
    if resent.nonce is None:
        return None
    statement = select(Message).where(
        col(Message.room_id) == resent.room_id,
        col(Message.author_id) == resent.author_id,
        col(Message.nonce) == resent.nonce,
    )
    return (await ctx.db.scalars(statement)).one_or_none()


async def _reply_target(ctx: Context, room_id: UUID, reply_to: object) -> UUID | None:
    if not reply_to:
        return None
    statement = select(Message.id).where(Message.id == parse_id(reply_to, MessageNotFound), Message.room_id == room_id)
    target: UUID | None = await ctx.db.scalar(statement)
    if target is None:
        raise MessageNotFound()
    return target
