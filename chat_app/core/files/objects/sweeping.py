"""Delete the objects of files that are not visible any more."""

import asyncio
import shutil
import tempfile
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import and_, delete, or_, select, update
from sqlmodel import col

from chat_app.core.files.kinds import FileStatus
from chat_app.core.files.objects.leases import is_free
from chat_app.core.files.objects.workplace import WORKPLACE
from chat_app.core.files.storage.keys import all_keys, upload_key
from chat_app.core.files.storage.ports import Storage
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.tables import Room

UNSENT_KEPT: Final = timedelta(days=1)
"""The time that a file waits to be sent."""

ADDRESSES_KEPT: Final = timedelta(hours=2)
"""A time longer than the validity of an upload's addresses."""

LEFT_SECONDS: Final = 3600

BATCH: Final = 200


async def sweep_files(work: UnitOfWork, storage: Storage) -> int:
    """Delete files of deleted rooms and messages, and files that were not sent in time; return their number.

    The objects are deleted first: if that is interrupted, the rows remain for another attempt.
    """
    await asyncio.to_thread(remove_left_folders)
    await _sweep_uploads(work, storage)
    count = 0
    while True:
        async with work.begin() as ctx:
            ids = await _left_over(ctx)
        if not ids:
            return count
        await storage.delete(*(key for each in ids for key in all_keys(each)))
        async with work.begin() as ctx:
            await ctx.db.execute(delete(Attachment).where(col(Attachment.id).in_(ids)))
        count += len(ids)


async def _sweep_uploads(work: UnitOfWork, storage: Storage) -> None:
    """Delete the uploads of accepted files: the rest of a process that ended, or a repeated upload."""
    while True:
        async with work.begin() as ctx:
            over = (col(Attachment.created_at) < ctx.now - ADDRESSES_KEPT, col(Attachment.upload_token) != "")
            accepted = select(col(Attachment.id)).where(col(Attachment.status) == FileStatus.READY, *over)
            ids = (await ctx.db.scalars(accepted.limit(BATCH))).all()
        if not ids:
            return
        await storage.delete(*map(upload_key, ids))
        async with work.begin() as ctx:
            await ctx.db.execute(update(Attachment).where(col(Attachment.id).in_(ids)).values(upload_token=""))


def remove_left_folders() -> None:
    """Remove the folders of examinations that ended with their process."""
    for folder in Path(tempfile.gettempdir()).glob(f"{WORKPLACE}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > LEFT_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)


async def _left_over(ctx: Context) -> list[UUID]:
    """Return the ids of files to delete, and detach them from their rooms, so that they cannot be sent in between."""
    unsent = and_(col(Attachment.message_id).is_(None), col(Attachment.created_at) < ctx.now - UNSENT_KEPT)
    hidden = or_(col(Room.deleted_at).is_not(None), col(Message.deleted_at).is_not(None))
    query = select(Attachment).outerjoin(Room, col(Room.id) == col(Attachment.room_id))
    query = query.outerjoin(Message, col(Message.id) == col(Attachment.message_id))
    query = query.where(or_(col(Attachment.room_id).is_(None), hidden, unsent), is_free(ctx.now))
    files = (await ctx.db.scalars(query.limit(BATCH).with_for_update(of=Attachment, skip_locked=True))).all()
    for file in files:
        file.room_id = None
    return [file.id for file in files]
