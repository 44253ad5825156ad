"""Publish what was asked in an aside, and what was answered there, in the room that it is about."""

from datetime import timedelta
from uuid import uuid5

from chat_app.core.access.permissions import Permission
from chat_app.core.ai.errors import NothingToPublish, StillAnswering
from chat_app.core.kernel.context import Context
from chat_app.core.messages.access import access_message
from chat_app.core.messages.commands import SENDS, announce, announce_change
from chat_app.core.messages.errors import MessageDeleted, SlowMode
from chat_app.core.messages.parsing import parse_text
from chat_app.core.messages.rules import slow_wait
from chat_app.core.messages.tables import LIVE, Message
from chat_app.core.messages.views import MessageView
from chat_app.core.rooms.access import RoomAccess, access_room
from chat_app.core.rooms.events import RoomRead


async def publish_message(ctx: Context, message_id: object) -> MessageView:
    """Show everybody in the parent a message of the actor's aside: their own as theirs, an answer as the model's.

    It calls nobody and asks nothing. Done twice with the same text, it is done once. Raises :class:`NothingToPublish`
    where there is no text, or the message is in no aside or is a picture, :class:`StillAnswering` while it is being
    written, :class:`MessageDeleted` where it was published and has been deleted, and :class:`SlowMode`.
    """
    access = await access_message(ctx, message_id, Permission.VIEW, lock=False)
    private, parent_id = access.message, access.room.room.parent_id
    if private.status in LIVE:
        raise StillAnswering()
    if parent_id is None or not private.text.strip() or private.drawing is not None:
        raise NothingToPublish()
    await ctx.limit(SENDS, str(ctx.me.user_id))
    said = await parse_text(private.text)
    room = await access_room(ctx, parent_id, Permission.SEND, lock=True)
    published_id = uuid5(private.id, private.text)
    if known := await ctx.db.get(Message, published_id):
        if known.deleted_at is not None:
            raise MessageDeleted()
        return await announce(ctx, known)
    wait = slow_wait(room.room.slow_seconds, room.member.last_sent_at, ctx.now)
    if wait > 0 and not room.allows(Permission.EDIT_ROOM):
        raise SlowMode(retry_after=wait)
    message = _copy(ctx, private, room)
    message.id = published_id
    ctx.db.add(message)
    shown = await announce_change(ctx, room.room, message, said.words)
    ctx.emit(RoomRead(room.room.id, ctx.me.user_id, message.seq))  # an answer would count as one that the actor has not
    return shown


def _copy(ctx: Context, private: Message, access: RoomAccess) -> Message:
    """Return what takes the next place in the room. It is the actor's, or an answer for which they have asked."""
    room, member = access.room, access.member
    at = max(ctx.now, room.last_activity_at + timedelta(microseconds=1))
    room.last_seq += 1
    room.last_activity_at = member.last_sent_at = at
    member.last_read_seq = room.last_seq
    return Message(
        room_id=room.id,
        seq=room.last_seq,
        rev=room.rev,
        author_id=private.author_id,
        is_ai=private.is_ai,
        asked_by_id=private.asked_by_id,
        text=private.text,
        created_at=at,
        status=private.status,
        model=private.model,
        assistant_id=private.assistant_id,
        assistant_name=private.assistant_name,
        assistant_picture=private.assistant_picture,
        error=private.error,
        tokens=private.tokens,  # but no cost, which tells how much was read in private
        exclude_from_ai=private.exclude_from_ai,
    )
