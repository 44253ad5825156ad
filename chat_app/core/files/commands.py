"""Announce, change and delete files."""

from typing import Final
from uuid import UUID

from limits import RateLimitItemPerHour
from sqlalchemy import case, delete, select, update
from sqlmodel import col

from chat_app.core.access.features import Feature, require_feature
from chat_app.core.access.permissions import Permission
from chat_app.core.files.access import FileAccess, access_file
from chat_app.core.files.errors import AttachmentNotFound, QuotaFull
from chat_app.core.files.rules import check_caption, check_declared_type, check_file_name, check_size
from chat_app.core.files.tables import Attachment, AttachmentWords
from chat_app.core.files.usage import in_room, of_person, used_space
from chat_app.core.files.views import show_changed
from chat_app.core.files.voice import Voice
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import Busy, NotAllowed
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.messages.commands import announce_change, take_back
from chat_app.core.messages.marks.commands import MARKS
from chat_app.core.messages.tables import Message
from chat_app.core.messages.texts.parsing import ParsedText, parse_text
from chat_app.core.rooms.access import access_room

UPLOADS: Final = RateLimitItemPerHour(300, namespace="uploads")


async def announce_file(
    ctx: Context, room_id: AnyId, *, name: str, mime_type: str, size: int, voice: Voice | None = None
) -> Attachment:
    """Announce a file that the actor is about to upload into a room; with ``voice`` it was recorded.

    Raises ``FileRefused`` and ``QuotaFull``.
    """
    require_feature(ctx, Feature.VOICE if voice else Feature.UPLOADS)
    check_size(size, ctx.policy.upload_max_bytes)
    await ctx.limit(UPLOADS, str(ctx.me.user_id))
    room = (await access_room(ctx, room_id, Permission.SEND)).room
    file = Attachment(
        room_id=room.id,
        uploader_id=ctx.me.user_id,
        name=check_file_name(name),
        declared_type=check_declared_type(mime_type),
        size=size,
        seconds=voice.seconds if voice else None,
        peaks=list(voice.peaks) if voice else None,
        created_at=ctx.now,
    )
    await check_quotas(ctx, file)
    ctx.db.add(file)
    await ctx.db.flush()
    return file


async def check_quotas(ctx: Context, file: Attachment) -> None:
    """Raise ``QuotaFull`` where the person, the room or the site has no space left. One announcement at a time."""
    quotas = (
        ("person", ctx.policy.quota_person_bytes, (of_person(file.uploader_id),)),
        ("room", ctx.policy.quota_room_bytes, (in_room(file.room_id),)),
        ("site", ctx.policy.quota_site_bytes, ()),
    )
    await ctx.lock_key("quotas of files")
    for whose, quota, mine in quotas:
        if quota and await used_space(ctx, *mine) + file.size > quota:
            raise QuotaFull(f"quota_{whose}_full", field="size", maximum=quota)


async def change_caption(ctx: Context, attachment_id: AnyId, caption: str) -> Attachment:
    """Change the caption of the actor's own file. Raises ``FileRefused`` if it is too long."""
    caption = check_caption(caption)
    await ctx.limit(MARKS, str(ctx.me.user_id))
    said = await _said_with(ctx, attachment_id)
    access = await access_file(ctx, attachment_id, Permission.SEND, lock=True)
    if access.file.uploader_id != ctx.me.user_id:
        raise NotAllowed()
    access.file.caption = caption
    if access.message:
        show_changed(access.message, access.file)
        await _announce(ctx, access, access.message, said)
    return access.file


async def delete_file(ctx: Context, attachment_id: AnyId, *, unsent: bool = False) -> None:
    """Delete a file: the actor's own, or any sent file with ``Permission.DELETE_ANY_MESSAGE``. A message without other
    content is deleted with its last file. A job deletes the objects.

    With ``unsent``, raises ``AttachmentNotFound`` for a sent file, because the caller may not know yet that it was
    sent.
    """
    said = await _said_with(ctx, attachment_id)
    access = await access_file(ctx, attachment_id, lock=True)
    if unsent and access.message is not None:
        raise AttachmentNotFound()
    own = access.file.uploader_id == ctx.me.user_id
    access.room.require(Permission.SEND if own else Permission.DELETE_ANY_MESSAGE)
    message = access.message
    access.file.message_id = access.file.room_id = access.file.sent_at = None
    if message is None:
        return
    await ctx.db.execute(delete(AttachmentWords).where(col(AttachmentWords.attachment_id) == access.file.id))
    left = [each for each in message.attachments or () if each["id"] != str(access.file.id)]
    if left or message.text:
        message.attachments = left or None
        await _announce(ctx, access, message, said)
    else:
        await take_back(ctx, access.room.room, message)


async def _said_with(ctx: Context, attachment_id: AnyId) -> ParsedText:
    """Return the text that a file was sent with, parsed before anything is locked."""
    wanted = parse_id(attachment_id, AttachmentNotFound)
    sent = select(col(Message.text)).join(Attachment, col(Attachment.message_id) == col(Message.id))
    return await parse_text(await ctx.db.scalar(sent.where(col(Attachment.id) == wanted)) or "")


async def _announce(ctx: Context, access: FileAccess, message: Message, said: ParsedText) -> None:
    """Publish a message whose files have changed, and index it by their new words.

    Raises ``Busy`` if its text has changed in between.
    """
    if said.text != message.text:
        raise Busy(retry_after=1)
    await announce_change(ctx, access.room.room, message, said.words)


async def forget_uploads(ctx: Context, user_id: UUID) -> None:
    """Remove a person as the uploader of files. Files in messages stay there; the others are marked for deletion."""
    place = case((col(Attachment.message_id).is_not(None), col(Attachment.room_id)))
    mine = update(Attachment).where(col(Attachment.uploader_id) == user_id)
    await ctx.db.execute(mine.values(uploader_id=None, room_id=place))


async def own_unsent(ctx: Context, attachment_id: AnyId, *, lock: bool = False) -> Attachment:
    """Return a file that the actor has uploaded and not sent. Raises ``AttachmentNotFound``."""
    access = await access_file(ctx, attachment_id, Permission.SEND, lock=lock)
    if access.message is not None:
        raise AttachmentNotFound()
    return access.file
