"""Check new texts; edit and delete messages."""

from collections.abc import Sequence
from typing import Final

from limits import RateLimitItemPerMinute
from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotAllowed
from chat_app.core.kernel.ids import AnyId
from chat_app.core.messages.access import access_message
from chat_app.core.messages.answers.branches import drop_branches
from chat_app.core.messages.answers.tool_calls import drop_calls
from chat_app.core.messages.errors import MessageDeleted, MessageEmpty
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.rules import check_text
from chat_app.core.messages.summaries import drop_summary
from chat_app.core.messages.tables import Message
from chat_app.core.messages.texts.mentions import set_mentions
from chat_app.core.messages.texts.parsing import ParsedText, parse_text
from chat_app.core.messages.views.messages import MessageView, seen_by_actor, view_messages
from chat_app.core.messages.writing import index_message
from chat_app.core.rooms.access import advance
from chat_app.core.rooms.tables import Room

SENDS = RateLimitItemPerMinute(120, namespace="sends")
QUOTES_ANNOUNCED: Final = 100
"""So many of the newest quotes of a changed message are published; older ones are correct when loaded again."""


async def check_message(ctx: Context, text: str, *, may_be_empty: bool = False) -> ParsedText:
    """Return the text to store, with its words and mentions.

    Raises as :func:`check_text`, or ``RateLimited``. Call it before the room's row is locked, so that no other request
    waits for it.
    """
    text = check_text(text, ctx.policy.message_max_chars, may_be_empty=may_be_empty)
    await ctx.limit(SENDS, str(ctx.me.user_id))
    return await parse_text(text)


async def edit_message(ctx: Context, message_id: AnyId, text: str) -> MessageView:
    """Change the text of the actor's own message."""
    said = await check_message(ctx, text, may_be_empty=True)
    access = await access_message(ctx, message_id, Permission.SEND)
    message = access.message
    if message.author_id != ctx.me.user_id:
        raise NotAllowed()
    if message.deleted_at is not None:
        raise MessageDeleted()
    if not said.text and not message.attachments:
        raise MessageEmpty(field="text")
    if said.text == message.text:
        return await announce(ctx, message)
    message.text, message.edited_at = said.text, ctx.now
    await set_mentions(ctx, access.room, message, said.calls)
    return await announce_change(ctx, access.room.room, message, said.words)


async def delete_message(ctx: Context, message_id: AnyId) -> MessageView:
    """Delete a message: the actor's own, or any with ``Permission.DELETE_ANY_MESSAGE``. Its place remains."""
    access = await access_message(ctx, message_id, Permission.VIEW)
    message, room = access.message, access.room
    own = message.author_id == ctx.me.user_id
    room.require(Permission.SEND if own else Permission.DELETE_ANY_MESSAGE)
    if message.deleted_at is not None:
        return await announce(ctx, message)
    return await take_back(ctx, room.room, message)


async def take_back(ctx: Context, room: Room, message: Message) -> MessageView:
    """Delete a message in a locked room; its place remains."""
    message.deleted_at, message.text = ctx.now, ""
    message.reasoning = message.reasoning_seconds = None
    message.reactions = message.mentions = message.pinned_at = message.attachments = None
    message.mentions_all = message.pinned_for_ai = False
    message.drawing = None
    await drop_branches(ctx, message)
    await drop_calls(ctx, message)
    return await announce_change(ctx, room, message)


async def announce(ctx: Context, message: Message) -> MessageView:
    """Announce the message, once the transaction has committed; return it as the actor sees it."""
    await ctx.db.flush()
    [view] = views = await view_messages(ctx, [message])
    ctx.emit(MessageChanged(view))
    return seen_by_actor(ctx, views)[0]


async def announce_change(ctx: Context, room: Room, message: Message, words: Sequence[str] = ()) -> MessageView:
    """Publish a changed text in a locked room: the message, and the messages that quote it.

    ``words`` are the words of the text; without them the message is not found. A summary that covers it is deleted.
    """
    await drop_summary(ctx, room, message)
    quoting = select(Message).where(col(Message.reply_to_id) == message.id).order_by(col(Message.seq).desc())
    with ctx.db.no_autoflush:
        replies = (await ctx.db.scalars(quoting.limit(QUOTES_ANNOUNCED))).all()
    changed = [message, *reversed(replies)]
    for each in changed:
        each.rev = advance(room)
    await ctx.db.flush()
    await index_message(ctx, message, words)
    views = await view_messages(ctx, changed)
    for view in views:
        ctx.emit(MessageChanged(view))
    return seen_by_actor(ctx, views)[0]
