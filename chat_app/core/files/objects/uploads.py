"""Receive files: the addresses for their bytes, and their examination after the upload."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

import structlog

from chat_app.core.files.commands import announce_file, delete_file, own_unsent
from chat_app.core.files.errors import AttachmentNotFound, FileNotReady, FileRefused, StorageAway
from chat_app.core.files.kinds import FileKind, FileStatus
from chat_app.core.files.objects.leases import Lease, is_leased
from chat_app.core.files.objects.pages import add_pages
from chat_app.core.files.objects.workplace import workplace
from chat_app.core.files.storage.keys import all_keys, file_key, thumbnail_key, upload_key
from chat_app.core.files.storage.ports import CLEAN, THUMBNAILS, Examined, Examiner, Scanner, Storage, Upload
from chat_app.core.files.tables import Attachment
from chat_app.core.files.views import URL_SECONDS, FileJson, UploadJson, file_json
from chat_app.core.files.voice import Voice
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.errors import Unavailable
from chat_app.core.kernel.ids import AnyId

CHECKS_MAX: Final = 2
"""The files of one person that a process examines at once: many slow files must not delay other people's."""

TRANSACTIONS: Final = 3
"""The transactions of uploads at once in a process: many uploads in one instant leave connections for other work."""

log = structlog.get_logger()


class KeptFile(NamedTuple):
    """The size of a file that was kept, and the number of its thumbnails."""

    size: int
    thumbnails: int


class Uploads:
    """Receives files in a process. The storage and the examiner are not called within a transaction."""

    def __init__(self, work: UnitOfWork, storage: Storage, examiner: Examiner, scanner: Scanner | None) -> None:
        self._work, self._storage, self._examiner, self._scanner = work, storage, examiner, scanner
        self._checking: Counter[UUID] = Counter()
        self._places = asyncio.Semaphore(TRANSACTIONS)

    @asynccontextmanager
    async def _begin(self, actor: Actor) -> AsyncIterator[Context]:
        """Open a transaction when few others are open."""
        async with self._places, self._work.begin(actor) as ctx:
            yield ctx

    async def begin(
        self, actor: Actor, room_id: AnyId, *, name: str, mime_type: str, size: int, voice: Voice | None = None
    ) -> FileJson:
        """Announce a file, and return it with the addresses of its upload. Raises as ``announce_file``.

        Of one that the storage does not take, nothing remains: its client never learns its id, and announces it again.
        """
        async with self._begin(actor) as ctx:
            file = await announce_file(ctx, room_id, name=name, mime_type=mime_type, size=size, voice=voice)
        try:
            upload = await self._open(actor, file)
        except BaseException:
            await asyncio.shield(self._withdraw(actor, file))
            raise
        return self._json(file, upload_json(upload, ()))

    async def _open(self, actor: Actor, file: Attachment) -> Upload:
        """Open the upload of a file, or the same one again, and store the storage's id of it."""
        upload = await self._storage.begin(upload_key(file.id), file.size, file.declared_type, file.upload_token)
        if upload.token != file.upload_token:
            async with self._begin(actor) as ctx:
                (await own_unsent(ctx, file.id, lock=True)).upload_token = upload.token
        return upload

    async def _withdraw(self, actor: Actor, file: Attachment) -> None:
        """Mark a file for deletion; while the database is down too, that is done a day later."""
        with suppress(Unavailable, AttachmentNotFound):
            async with self._begin(actor) as ctx:
                await delete_file(ctx, file.id, unsent=True)

    async def resume(self, actor: Actor, attachment_id: AnyId) -> FileJson:
        """Return a file of the actor; with new addresses, and the parts that have come, while bytes are missing."""
        async with self._begin(actor) as ctx:
            file = await own_unsent(ctx, attachment_id)
        if file.status != FileStatus.PENDING:
            return self._json(file)
        upload = await self._open(actor, file)
        arrived = await self._storage.arrived(upload_key(file.id), upload.token) if upload.parts else set()
        return self._json(file, upload_json(upload, arrived))

    async def complete(self, actor: Actor, attachment_id: AnyId) -> FileJson:
        """Examine a file whose bytes have come; again where that was broken off.

        Raises ``FileNotReady`` if bytes are missing, it is being examined or others of the actor's are, and
        ``FileRefused`` with the reason for which it is not accepted, also later.
        """
        with self._in_turn(actor):
            file = await self._take(actor, attachment_id)
            if file.status == FileStatus.CHECKING:
                lease = Lease(self._work, file)
                try:
                    file = await self._check(actor, file, lease)
                except BaseException:
                    await asyncio.shield(self._give_back(actor, lease))
                    raise
        if file.status == FileStatus.REFUSED:
            raise FileRefused(file.problem)
        return self._json(file)

    @contextmanager
    def _in_turn(self, actor: Actor) -> Iterator[None]:
        """Count an examination. Raises ``FileNotReady`` if the actor has too many."""
        if self._checking[actor.user_id] >= CHECKS_MAX:
            raise FileNotReady("file_is_checked", retry_after=1)
        self._checking[actor.user_id] += 1
        try:
            yield
        finally:
            self._checking[actor.user_id] -= 1
            if not self._checking[actor.user_id]:
                del self._checking[actor.user_id]

    async def _take(self, actor: Actor, attachment_id: AnyId) -> Attachment:
        """Return the file, marked as being examined unless that has been done."""
        async with self._begin(actor) as ctx:
            file = await own_unsent(ctx, attachment_id, lock=True)
            if is_leased(file, ctx.now):
                raise FileNotReady("file_is_checked", retry_after=1)
            if file.status in (FileStatus.PENDING, FileStatus.CHECKING):
                file.status, file.checking_since = FileStatus.CHECKING, ctx.now
        return file

    async def _give_back(self, actor: Actor, lease: Lease) -> None:
        with suppress(FileNotReady, AttachmentNotFound):  # another examination has it, or it was deleted
            async with self._begin(actor) as ctx:
                file = await lease.hold(ctx)
                file.status, file.checking_since = FileStatus.PENDING, None

    async def _check(self, actor: Actor, file: Attachment, lease: Lease) -> Attachment:
        try:
            async with lease:
                found, kept = await self._examine(file, lease)
        except FileRefused as error:
            log.info("file_refused", code=error.code, size=file.size)
            return await self._refuse(actor, lease, error.code)
        return await self._accept(actor, lease, found, kept)

    async def _examine(self, file: Attachment, lease: Lease) -> tuple[Examined, KeptFile]:
        size = await self._storage.finish(upload_key(file.id), file.upload_token)
        if size is None:
            raise FileNotReady()
        async with workplace() as folder:
            found = await self._look_into(file, size, folder)
            await lease.renew()  # or what another examination has kept would be replaced, maybe once it was sent
            return found, await keep_found(self._storage, file.id, found, folder)

    async def _look_into(self, file: Attachment, size: int, folder: Path) -> Examined:
        if size != file.size:
            raise FileRefused("file_size_differs")
        path = folder / "upload"
        try:
            await self._storage.fetch(upload_key(file.id), path)
        except FileNotFoundError:  # deleted in between
            raise FileNotReady() from None
        if self._scanner and (virus := await self._scanner.scan(path)):
            log.warning("file_infected", name=virus)
            raise FileRefused("file_infected")
        return await self._examiner.examine(path, name=file.name, declared=file.declared_type, into=folder)

    async def _refuse(self, actor: Actor, lease: Lease, problem: str) -> Attachment:
        async with self._begin(actor) as ctx:
            file = await lease.hold(ctx)
            file.status, file.problem, file.checking_since = FileStatus.REFUSED, problem, None
        await self._delete(*all_keys(file.id))
        return file

    async def _accept(self, actor: Actor, lease: Lease, found: Examined, kept: KeptFile) -> Attachment:
        async with self._begin(actor) as ctx:
            file = await lease.hold(ctx)
            await accept_found(ctx, file, found, kept)
        await self._delete(upload_key(file.id))
        return file

    async def _delete(self, *keys: str) -> None:
        """Delete objects; if the storage is unavailable, the job does it."""
        with suppress(StorageAway):
            await self._storage.delete(*keys)

    def _json(self, file: Attachment, upload: UploadJson | None = None) -> FileJson:
        shape = file_json(file, self._storage, self._work.clock() + timedelta(seconds=URL_SECONDS))
        return {**shape, "upload": upload} if upload else shape


async def keep_found(storage: Storage, file_id: UUID, found: Examined, folder: Path) -> KeptFile:
    """Store those parts of an examined file that people may get."""
    clean, key = folder / CLEAN, file_key(file_id)
    # Never the uploaded object: its address still accepts other bytes.
    kept = clean if clean.exists() else folder / "upload"
    size = kept.stat().st_size
    await storage.keep(kept, key, found.mime_type)
    thumbnails = [name for name in THUMBNAILS if (folder / name).exists()]
    for number, name in enumerate(thumbnails, 1):
        await storage.keep(folder / name, thumbnail_key(file_id, number), "image/webp")
    return KeptFile(size, len(thumbnails))


async def accept_found(ctx: Context, file: Attachment, found: Examined, kept: KeptFile) -> None:
    """Store the findings about a file, which may be sent now."""
    file.status, file.checking_since = FileStatus.READY, None
    file.size, file.thumbnails = kept.size, kept.thumbnails
    file.mime_type, file.kind = found.mime_type, found.kind
    file.width, file.height = found.width, found.height
    note_length(file, found)
    file.page_count, file.animated = found.page_count, found.animated
    await add_pages(ctx, file.id, found.pages)


def note_length(file: Attachment, found: Examined) -> None:
    """Store the duration of a file: its own, or, as recordings of browsers may lack one, the recorder's."""
    if found.kind != FileKind.AUDIO:
        file.seconds, file.peaks = found.seconds, None
    elif found.seconds is not None or not file.peaks:
        file.seconds = found.seconds


def upload_json(upload: Upload, arrived: set[int] | tuple[()]) -> UploadJson:
    """Return the addresses of an upload as its client gets them."""
    shape: UploadJson = {"method": "PUT", "url": upload.url, "headers": dict(upload.headers)}
    if upload.parts:
        shape["parts"], shape["part_size"], shape["arrived"] = list(upload.parts), upload.part_size, sorted(arrived)
    return shape
