"""Receive files: where their bytes go, and their examination once these have come."""

import asyncio
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

import structlog

from chat_app.core.files.commands import announce_file, own_unsent
from chat_app.core.files.errors import FileNotReady, FileRefused
from chat_app.core.files.keys import all_keys, file_key, thumbnail_key, upload_key
from chat_app.core.files.kinds import FileStatus, Kind
from chat_app.core.files.ports import CLEAN, THUMBNAILS, Examined, Examiner, Scanner, Storage, Upload
from chat_app.core.files.sweeping import WORKPLACE
from chat_app.core.files.tables import Attachment, AttachmentPage
from chat_app.core.files.views import URL_SECONDS, FileJson, UploadJson, file_json
from chat_app.core.files.voice import Voice
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork

CHECK_SECONDS: Final = 120
"""So long an examination counts as under way: a process that ended in one leaves it to the next attempt."""

log = structlog.get_logger()


class _Kept(NamedTuple):
    """The size of a file that was kept, and the number of its thumbnails."""

    size: int
    thumbnails: int


class Uploads:
    """Receives files in a process. Nothing is asked of the storage or of the examiner in a transaction."""

    def __init__(self, work: UnitOfWork, storage: Storage, examiner: Examiner, scanner: Scanner | None) -> None:
        self._work, self._storage, self._examiner, self._scanner = work, storage, examiner, scanner

    async def begin(
        self, actor: Actor, room_id: object, *, name: str, mime_type: str, size: int, voice: Voice | None = None
    ) -> FileJson:
        """Announce a file, and return it with the addresses of its upload. Raises as ``announce_file``."""
        async with self._work.begin(actor) as ctx:
            file = await announce_file(ctx, room_id, name=name, mime_type=mime_type, size=size, voice=voice)
        upload = await self._storage.begin(upload_key(file.id), file.size, file.declared_type)
        if upload.token:
            async with self._work.begin(actor) as ctx:
                (await own_unsent(ctx, file.id)).upload_token = upload.token
        return self._json(file, upload_json(upload, ()))

    async def resume(self, actor: Actor, attachment_id: object) -> FileJson:
        """Return a file of the actor; with new addresses, and the parts that have come, while bytes are missing."""
        async with self._work.begin(actor) as ctx:
            file = await own_unsent(ctx, attachment_id)
        if file.status != FileStatus.PENDING:
            return self._json(file)
        key = upload_key(file.id)
        upload = await self._storage.begin(key, file.size, file.declared_type, file.upload_token)
        arrived = await self._storage.arrived(key, file.upload_token) if upload.parts else set()
        return self._json(file, upload_json(upload, arrived))

    async def complete(self, actor: Actor, attachment_id: object) -> FileJson:
        """Examine a file whose bytes have come; again where that was broken off.

        Raises ``FileNotReady`` where bytes are missing or it is being examined, and ``FileRefused`` with the reason for
        which it is not accepted, also later.
        """
        file = await self._take(actor, attachment_id)
        if file.status == FileStatus.CHECKING:
            try:
                file = await self._check(actor, file)
            except BaseException:
                await asyncio.shield(self._give_back(actor, file.id))
                raise
        if file.status == FileStatus.REFUSED:
            raise FileRefused(file.problem)
        return self._json(file)

    async def _take(self, actor: Actor, attachment_id: object) -> Attachment:
        """Return the file, marked as being examined unless that has been done."""
        async with self._work.begin(actor) as ctx:
            file = await own_unsent(ctx, attachment_id, lock=True)
            since = file.checking_since
            if since and ctx.now - since < timedelta(seconds=CHECK_SECONDS):
                raise FileNotReady("file_is_checked", retry_after=1)
            if file.status in (FileStatus.PENDING, FileStatus.CHECKING):
                file.status, file.checking_since = FileStatus.CHECKING, ctx.now
        return file

    async def _give_back(self, actor: Actor, attachment_id: UUID) -> None:
        async with self._work.begin(actor) as ctx:
            file = await own_unsent(ctx, attachment_id, lock=True)
            if file.status == FileStatus.CHECKING:
                file.status, file.checking_since = FileStatus.PENDING, None

    async def _check(self, actor: Actor, file: Attachment) -> Attachment:
        size = await self._storage.finish(upload_key(file.id), file.upload_token)
        if size is None:
            raise FileNotReady()
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix=WORKPLACE))
        try:
            found = await self._look_into(file, size, folder)
            kept = await self._keep(file, found, folder)
        except FileRefused as error:
            log.info("file_refused", code=error.code, size=size)
            await self._storage.delete(*all_keys(file.id))
            return await self._refuse(actor, file.id, error.code)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        return await self._accept(actor, file.id, found, kept)

    async def _look_into(self, file: Attachment, size: int, folder: Path) -> Examined:
        if size != file.size:
            raise FileRefused("file_size_differs")
        path = folder / "upload"
        try:
            await self._storage.fetch(upload_key(file.id), path)
        except FileNotFoundError:  # deleted meanwhile
            raise FileNotReady() from None
        if self._scanner and (virus := await self._scanner.scan(path)):
            log.warning("file_infected", name=virus)
            raise FileRefused("file_infected")
        return await self._examiner.examine(path, name=file.name, declared=file.declared_type, into=folder)

    async def _keep(self, file: Attachment, found: Examined, folder: Path) -> _Kept:
        """Keep what may be given to people."""
        clean, key = folder / CLEAN, file_key(file.id)
        # Never the object that was uploaded: its address still takes other bytes in its place.
        kept = clean if clean.exists() else folder / "upload"
        size = kept.stat().st_size
        await self._storage.keep(kept, key, found.mime_type)
        thumbnails = [name for name in THUMBNAILS if (folder / name).exists()]
        for number, name in enumerate(thumbnails, 1):
            await self._storage.keep(folder / name, thumbnail_key(file.id, number), "image/webp")
        return _Kept(size, len(thumbnails))

    async def _refuse(self, actor: Actor, attachment_id: UUID, problem: str) -> Attachment:
        async with self._work.begin(actor) as ctx:
            file = await own_unsent(ctx, attachment_id, lock=True)
            file.status, file.problem, file.checking_since = FileStatus.REFUSED, problem, None
        return file

    async def _accept(self, actor: Actor, attachment_id: UUID, found: Examined, kept: _Kept) -> Attachment:
        async with self._work.begin(actor) as ctx:
            file = await own_unsent(ctx, attachment_id, lock=True)
            file.status, file.checking_since = FileStatus.READY, None
            file.size, file.thumbnails = kept.size, kept.thumbnails
            file.mime_type, file.kind = found.mime_type, found.kind
            file.width, file.height = found.width, found.height
            note_length(file, found)
            file.page_count, file.animated = found.page_count, found.animated
            pages = (AttachmentPage(attachment_id=file.id, n=n, text=text) for n, text in enumerate(found.pages, 1))
            ctx.db.add_all(pages)
        await self._storage.delete(upload_key(file.id))
        return file

    def _json(self, file: Attachment, upload: UploadJson | None = None) -> FileJson:
        shape = file_json(file, self._storage, self._work.clock() + timedelta(seconds=URL_SECONDS))
        return {**shape, "upload": upload} if upload else shape


def note_length(file: Attachment, found: Examined) -> None:
    """Note how long a file plays. It says so itself, or, as browsers record, it may not: then who recorded it does."""
    if found.kind != Kind.AUDIO:
        file.seconds, file.peaks = found.seconds, None
    elif found.seconds is not None or not file.peaks:
        file.seconds = found.seconds


def upload_json(upload: Upload, arrived: set[int] | tuple[()]) -> UploadJson:
    """Return the addresses of an upload as its client gets them."""
    shape: UploadJson = {"method": "PUT", "url": upload.url, "headers": dict(upload.headers)}
    if upload.parts:
        shape["parts"], shape["part_size"], shape["arrived"] = list(upload.parts), upload.part_size, sorted(arrived)
    return shape
