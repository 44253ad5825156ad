"""Publish a question and its answer from an aside in the room of the aside."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from chat_app.core.access.permissions import Permission
from chat_app.core.ai.errors import NothingToPublish, StillAnswering
from chat_app.core.ai.ports.recordings import RECORDING_BYTES
from chat_app.core.files.attached.copying import FileCopies
from chat_app.core.files.attached.sending import mark_sent, unsent_files
from chat_app.core.files.attached.transcripts import enqueue_transcripts
from chat_app.core.files.tables import Attachment
from chat_app.core.files.views import attachment_json
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.ids import AnyId
from chat_app.core.messages.access import access_message
from chat_app.core.messages.commands import SENDS, announce, announce_change
from chat_app.core.messages.errors import MessageDeleted, SlowMode
from chat_app.core.messages.rules import slow_wait
from chat_app.core.messages.tables import LIVE, Message
from chat_app.core.messages.texts.parsing import parse_text
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.access import RoomAccess, access_room
from chat_app.core.rooms.events import RoomRead


@dataclass(frozen=True, slots=True)
class _Private:
    """A message of an aside that can be published in the ``parent``, under the ``id``."""

    message: Message
    parent: UUID

    @property
    def id(self) -> UUID:
        """Return the id that the message has once it is published."""
        return uuid5(self.message.id, self.message.text)


class Publishing:
    """Publishes messages of asides, with copies of their files: the originals stay private."""

    def __init__(self, work: UnitOfWork, copies: FileCopies) -> None:
        self._work, self._copies = work, copies

    async def publish(self, actor: Actor | None, message_id: AnyId) -> MessageView:
        """Publish a message and its files. Raises as :func:`publish_message`, and ``QuotaFull``."""
        async with self._work.begin(actor) as ctx:
            private = await _access_private(ctx, message_id)
            await access_room(ctx, private.parent, Permission.SEND)
            is_known = await ctx.db.get(Message, private.id) is not None
        ids = () if is_known else tuple(UUID(each["id"]) for each in private.message.attachments or ())
        copies = await self._copies.make(actor, private.parent, ids)
        try:
            async with self._work.begin(actor) as ctx:
                return await publish_message(ctx, message_id, copies)
        except BaseException:
            await asyncio.shield(self._copies.forget(copies.values()))
            raise


async def publish_message(ctx: Context, message_id: AnyId, copies: Mapping[UUID, UUID] | None = None) -> MessageView:
    """Publish a message of the actor's aside in the parent: the actor's own message as theirs, an answer as the
    model's. ``copies`` are the copies of its files, by the id of the original. The published message calls nobody and
    asks nothing. Publishing the same text again has no effect. Raises :class:`NothingToPublish` if there is neither
    text nor file, no picture was drawn, or the message is in no aside; :class:`StillAnswering` while it is being
    written; :class:`MessageDeleted` if it was published and has been deleted; and :class:`SlowMode`.
    """
    private = await _access_private(ctx, message_id)
    await ctx.limit(SENDS, str(ctx.me.user_id))
    said = await parse_text(private.message.text)
    room = await access_room(ctx, private.parent, Permission.SEND, lock=True)
    if known := await ctx.db.get(Message, private.id):
        if known.deleted_at is not None:
            raise MessageDeleted()
        return await announce(ctx, known)
    wait = slow_wait(room.room.slow_seconds, room.member.last_sent_at, ctx.now)
    if wait > 0 and not room.allows(Permission.EDIT_ROOM):
        raise SlowMode(retry_after=wait)
    files = await _files_of(ctx, private.message, copies or {})
    if not (files or _has_text(private.message)):
        raise NothingToPublish()
    message = _copy(ctx, private.message, room)
    message.id = private.id
    message.attachments = [dict(attachment_json(file)) for file in files] or None
    ctx.db.add(message)
    view = await announce_change(ctx, room.room, message, said.words)
    ctx.emit(RoomRead(room.room.id, ctx.me.user_id, message.seq))  # otherwise an answer would count as the actor's own
    sent = await mark_sent(ctx, {file.id: file for file in files}, view)
    await enqueue_transcripts(ctx, [file for file in sent if not file.transcript], RECORDING_BYTES)
    return view


async def _access_private(ctx: Context, message_id: AnyId) -> _Private:
    """Return a message of the actor's aside that has something to publish."""
    access = await access_message(ctx, message_id, Permission.VIEW, lock=False)
    message, parent_id = access.message, access.room.room.parent_id
    if message.status in LIVE:
        raise StillAnswering()
    if parent_id is None or not (_has_text(message) or message.attachments):
        raise NothingToPublish()
    return _Private(message, parent_id)


def _has_text(message: Message) -> bool:
    return bool(message.text.strip()) and message.drawing is None  # the text of a picture is its prompt


async def _files_of(ctx: Context, message: Message, copies: Mapping[UUID, UUID]) -> list[Attachment]:
    """Return the copies of a message's files, in their order, without files that have been deleted."""
    ids = [copies.get(UUID(each["id"])) for each in message.attachments or ()]
    found = await unsent_files(ctx, [each for each in ids if each])
    return [found[each] for each in ids if each and each in found]


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
        tokens=private.tokens,  # but no cost, which would reveal how much was read in private
        exclude_from_ai=private.exclude_from_ai,
        drawing=private.drawing and {key: each for key, each in private.drawing.items() if key != "cost"},
    )
