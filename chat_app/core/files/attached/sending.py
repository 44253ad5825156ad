"""Send files with messages: a file is sent with one message, by its uploader."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.files.errors import AttachmentNotFound, AttachmentsTooMany, FileNotReady
from chat_app.core.files.kinds import WITH_TEXT, FileStatus
from chat_app.core.files.tables import Attachment
from chat_app.core.files.views import attachment_json
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import parse_id
from chat_app.core.kernel.work.jobs import JobKind, Retry
from chat_app.core.messages.tables import Message
from chat_app.core.messages.views.messages import MessageView

ATTACHMENTS_MAX: Final = 10
"""Files of one message."""

INDEX_FILE: Final = JobKind("index_file", Retry(attempts=5, first=timedelta(seconds=10)))
"""Indexes messages by the text of a file."""

Files = Mapping[UUID, Attachment]


def parse_attachments(values: object) -> tuple[UUID, ...]:
    """Return the ids of a message's files, each once. Raises ``AttachmentNotFound`` and ``AttachmentsTooMany``."""
    if not isinstance(values, list | tuple):
        raise AttachmentNotFound(field="attachments")
    if len(values) > ATTACHMENTS_MAX:
        raise AttachmentsTooMany(field="attachments", maximum=ATTACHMENTS_MAX)
    return tuple(dict.fromkeys(parse_id(value, AttachmentNotFound) for value in values))


async def unsent_files(ctx: Context, ids: Collection[UUID]) -> Files:
    """Lock and return the files that have not been sent."""
    if not ids:
        return {}
    wanted = select(Attachment).where(col(Attachment.id).in_(ids), col(Attachment.message_id).is_(None))
    held = await ctx.db.scalars(wanted.order_by(col(Attachment.id)).with_for_update())
    return {file.id: file for file in held}


def files_to_send(files: Files, ids: Sequence[UUID], sender: UUID, rooms: Collection[UUID | None]) -> list[Attachment]:
    """Return the files of a message, in their order.

    Raises ``AttachmentNotFound`` unless the sender has uploaded them for one of the rooms, and ``FileNotReady``.
    """
    found = [files.get(each) for each in ids]
    chosen = [file for file in found if file and file.uploader_id == sender and file.room_id in rooms]
    if len(chosen) < len(ids):
        raise AttachmentNotFound(field="attachments")
    if any(file.status != FileStatus.READY for file in chosen):
        raise FileNotReady(field="attachments")
    return chosen


async def attach_made(ctx: Context, message: Message, ids: Collection[UUID]) -> None:
    """Attach generated files to a message, which is locked; a file is attached only once."""
    for file in (await unsent_files(ctx, ids)).values():
        if file.status == FileStatus.READY:
            file.message_id, file.room_id, file.sent_at = message.id, message.room_id, ctx.now
            message.attachments = [*(message.attachments or ()), dict(attachment_json(file))]
            if file.kind in WITH_TEXT:
                await ctx.enqueue(INDEX_FILE, file=str(file.id))


async def mark_sent(ctx: Context, files: Files, message: MessageView) -> list[Attachment]:
    """Mark files as sent with a message, have their texts indexed, and return them."""
    sent = [files[UUID(shown["id"])] for shown in message.attachments]
    for file in sent:
        file.message_id, file.room_id, file.sent_at = message.id, message.room_id, message.at
        if file.kind in WITH_TEXT:
            await ctx.enqueue(INDEX_FILE, file=str(file.id))
    return sent
