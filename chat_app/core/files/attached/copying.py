"""Copy files into another room, as the actor's own: with their bytes, so that no copy gives access to another."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, insert, literal, select, update
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.files.access import access_file
from chat_app.core.files.commands import UPLOADS, check_quotas
from chat_app.core.files.errors import AttachmentNotFound, StorageAway
from chat_app.core.files.kinds import FileStatus
from chat_app.core.files.objects.workplace import workplace
from chat_app.core.files.storage.keys import all_keys, file_key, thumbnail_key
from chat_app.core.files.storage.ports import Storage
from chat_app.core.files.tables import Attachment, AttachmentPage
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.ids import AnyId
from chat_app.core.rooms.access import access_room

_SAME: Final = (
    *("name", "caption", "declared_type", "mime_type", "kind", "size", "width", "height", "seconds", "peaks"),
    *("page_count", "thumbnails", "animated", "exclude_from_ai"),
)
"""The columns that a copy takes over: the findings about the file, and its description."""


class FileCopies:
    """Copies files in a process. The storage is not called within a transaction."""

    def __init__(self, work: UnitOfWork, storage: Storage) -> None:
        self._work, self._storage = work, storage

    async def make(self, actor: Actor | None, room_id: AnyId, ids: Sequence[UUID]) -> dict[UUID, UUID]:
        """Return copies by the files that the actor sees, ready to be sent in a room. Raises ``QuotaFull``. Copies that
        are not sent are deleted within a day, like any file.
        """
        async with self._work.begin(actor) as ctx:
            copies = await announce_copies(ctx, room_id, ids)
        try:
            for original, copy in copies:
                await self._copy(original, copy)
            async with self._work.begin(actor) as ctx:
                for original, copy in copies:
                    await _note_copied(ctx, original.id, copy.id)
        except BaseException:
            await asyncio.shield(self.forget([copy.id for _, copy in copies]))
            raise
        return {original.id: copy.id for original, copy in copies}

    async def _copy(self, original: Attachment, copy: Attachment) -> None:
        """Copy the objects of a file one after the other, each through a local file."""
        keys = [(file_key(original.id), file_key(copy.id), copy.mime_type)]
        for number in range(1, copy.thumbnails + 1):
            keys.append((thumbnail_key(original.id, number), thumbnail_key(copy.id, number), "image/webp"))
        async with workplace() as folder:
            try:
                for source, target, mime_type in keys:
                    await self._storage.fetch(source, folder / "copy")
                    await self._storage.keep(folder / "copy", target, mime_type)
            except FileNotFoundError:  # deleted in between
                raise AttachmentNotFound() from None

    async def forget(self, copies: Collection[UUID]) -> None:
        """Delete copies that were not sent. Their objects are deleted first; a job deletes the rest after a failure."""
        sent = select(col(Attachment.id)).where(col(Attachment.id).in_(copies), col(Attachment.message_id).is_not(None))
        async with self._work.begin() as ctx:
            left = set(copies) - set(await ctx.db.scalars(sent))  # also for rows that were deleted with their room
            mine = update(Attachment).where(col(Attachment.id).in_(left))
            await ctx.db.execute(mine.values(room_id=None, checking_since=None))
        with suppress(StorageAway):
            await self._storage.delete(*(key for each in left for key in all_keys(each)))
            async with self._work.begin() as ctx:
                await ctx.db.execute(delete(Attachment).where(col(Attachment.id).in_(left)))


async def announce_copies(ctx: Context, room_id: AnyId, ids: Sequence[UUID]) -> list[tuple[Attachment, Attachment]]:
    """Announce copies of files that the actor sees, for a room where they may write; return each with its original.

    Until the copies are complete, they are in no message, and nothing can be uploaded in their place.
    """
    copies: list[tuple[Attachment, Attachment]] = []
    if not ids:
        return copies
    await ctx.limit(UPLOADS, str(ctx.me.user_id), count=len(ids))
    room = (await access_room(ctx, room_id, Permission.SEND)).room
    for each in ids:
        original = (await access_file(ctx, each)).file
        if original.status != FileStatus.READY:
            raise AttachmentNotFound()
        copy = Attachment(
            room_id=room.id,
            uploader_id=ctx.me.user_id,
            status=FileStatus.CHECKING,
            checking_since=ctx.now,
            created_at=ctx.now,
            transcript=_finished(original),
            **{name: getattr(original, name) for name in _SAME},
        )
        await check_quotas(ctx, copy)
        ctx.db.add(copy)
        await ctx.db.flush()
        copies.append((original, copy))
    return copies


def _finished(original: Attachment) -> dict[str, Any] | None:
    """Return a transcript that is there: one that is still being made is noted with its own file alone."""
    transcript = original.transcript
    return transcript if transcript and transcript["status"] == "done" else None


async def _note_copied(ctx: Context, original: UUID, copy: UUID) -> None:
    """Note that a copy is there, with the text of its pages."""
    file = await ctx.db.get(Attachment, copy, with_for_update=True)
    if file is None:  # deleted with its room in between
        raise AttachmentNotFound()
    file.status, file.checking_since = FileStatus.READY, None
    columns = (col(AttachmentPage.n), col(AttachmentPage.text))
    pages = select(literal(copy), *columns).where(col(AttachmentPage.attachment_id) == original)
    await ctx.db.execute(insert(AttachmentPage).from_select(["attachment_id", "n", "text"], pages))
