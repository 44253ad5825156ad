"""Keep transcripts of recordings with the file and its message, and have a job make them."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlmodel import col

from chat_app.core.files.kinds import FileKind
from chat_app.core.files.tables import Attachment, AttachmentPage
from chat_app.core.files.views import show_changed
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.work.jobs import JobKind, Retry
from chat_app.core.messages.commands import announce, announce_change
from chat_app.core.messages.tables import Message
from chat_app.core.messages.texts.words import words_of
from chat_app.core.messages.wire.files import TranscriptJson
from chat_app.core.rooms.access import advance, lock_room
from chat_app.core.rooms.tables import AiRule, Room

TRANSCRIBE: Final = JobKind("transcribe", Retry(attempts=3))
TRANSCRIPT_MAX: Final = 20_000
"""Characters of a transcript that are kept: more than half an hour of talk."""


async def enqueue_transcripts(ctx: Context, files: Iterable[Attachment], largest: int) -> None:
    """Enqueue jobs that transcribe those files that are recordings of ``largest`` bytes at most."""
    for file in files:
        if file.kind == FileKind.AUDIO and file.size <= largest:
            await ctx.enqueue(TRANSCRIBE, once=f"transcribe {file.id}", attachment=str(file.id))


async def note_transcript(ctx: Context, attachment_id: UUID, transcript: TranscriptJson) -> Attachment | None:
    """Store and publish the state of a transcript, for everybody who sees its message; return the file.

    Returns None and stores nothing if models may not have it: it is already transcribed, it or its message was deleted
    or hidden from the AI, or the room's AI is off.
    """
    room_id = await ctx.db.scalar(select(col(Attachment.room_id)).where(col(Attachment.id) == attachment_id))
    if room_id is None:
        return None
    room = await lock_room(ctx, room_id)
    file = await ctx.db.get(Attachment, attachment_id, with_for_update=True, populate_existing=True)
    message = await ctx.db.get(Message, file.message_id) if file and file.message_id else None
    if file is None or message is None or not _may_be_heard(room, message, file) or _status(file) == "done":
        return None
    file.transcript = {**transcript}
    show_changed(message, file)
    if transcript["status"] == "done":
        await ctx.db.execute(delete(AttachmentPage).where(col(AttachmentPage.attachment_id) == file.id))
        ctx.db.add(AttachmentPage(attachment_id=file.id, n=1, text=file.transcript["text"]))
        await announce_change(ctx, room, message, words_of(message.text))
    else:
        message.rev = advance(room)
        await announce(ctx, message)
    return file


def _may_be_heard(room: Room, message: Message, file: Attachment) -> bool:
    allowed = room.deleted_at is None and room.ai_rule != AiRule.NEVER
    return allowed and message.deleted_at is None and not (message.exclude_from_ai or file.exclude_from_ai)


def _status(file: Attachment) -> str:
    return file.transcript["status"] if file.transcript else ""
