"""Store files that models have made: they are examined like uploads, and count to the asker's storage."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from chat_app.core.files.commands import check_quotas
from chat_app.core.files.errors import FileRefused
from chat_app.core.files.kinds import FileStatus
from chat_app.core.files.objects.uploads import KeptFile, accept_found, keep_found
from chat_app.core.files.objects.workplace import workplace
from chat_app.core.files.rules import check_declared_type, check_file_name, check_size
from chat_app.core.files.storage.keys import all_keys
from chat_app.core.files.storage.ports import Examined, Examiner, Scanner, Storage
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.errors import Unavailable
from chat_app.core.kernel.ids import new_id
from chat_app.core.kernel.persistence import persist


class MadeFiles:
    """Keeps files in a process. What is not sent afterwards is deleted within a day, as any file.

    What was made is not made again, so it waits for a database that is away.
    """

    def __init__(self, work: UnitOfWork, storage: Storage, examiner: Examiner, scanner: Scanner | None = None) -> None:
        self._work, self._storage, self._examiner, self._scanner = work, storage, examiner, scanner

    async def check_space(self, room_id: UUID, owner: UUID) -> None:
        """Raise ``QuotaFull`` if no space is left for a file of this person in a room."""
        await persist(self._work, _check_space, room_id, owner)

    async def keep(self, room_id: UUID, owner: UUID, name: str, mime_type: str, data: bytes, caption: str = "") -> UUID:
        """Keep a file, and return its id. Raises ``FileRefused`` and ``QuotaFull``."""
        check_size(len(data), self._work.policy.upload_max_bytes)
        described = {
            "id": new_id(),
            "room_id": room_id,
            "uploader_id": owner,
            "name": check_file_name(name),
            "caption": caption,
            "declared_type": check_declared_type(mime_type),
            "size": len(data),
        }
        file = await persist(self._work, _announce, described)
        try:
            await persist(self._work, _accept, file.id, *await self._examine(file, data))
        except BaseException:
            await asyncio.shield(self._forget(file.id))
            raise
        return file.id

    async def _examine(self, file: Attachment, data: bytes) -> tuple[Examined, KeptFile]:
        async with workplace() as folder:
            path = folder / "upload"
            await asyncio.to_thread(path.write_bytes, data)
            if self._scanner and await self._scanner.scan(path):
                raise FileRefused("file_infected")
            found = await self._examiner.examine(path, name=file.name, declared=file.declared_type, into=folder)
            return found, await keep_found(self._storage, file.id, found, folder)

    async def _forget(self, file_id: UUID) -> None:
        """Delete the stored objects of a file that was not stored completely; if that fails, the job does it."""
        with suppress(Unavailable):
            await self._storage.delete(*all_keys(file_id))
            async with self._work.begin() as ctx:
                if file := await ctx.db.get(Attachment, file_id):
                    await ctx.db.delete(file)


async def _check_space(ctx: Context, room_id: UUID, owner: UUID) -> None:
    await check_quotas(ctx, Attachment(room_id=room_id, uploader_id=owner, name="", declared_type="", size=1))


async def _announce(ctx: Context, described: Mapping[str, Any]) -> Attachment:
    """Announce a file that is being examined; once, as what may have been committed is repeated."""
    if announced := await ctx.db.get(Attachment, described["id"]):
        return announced
    file = Attachment(**described, status=FileStatus.CHECKING, checking_since=ctx.now, created_at=ctx.now)
    await check_quotas(ctx, file)
    ctx.db.add(file)
    return file


async def _accept(ctx: Context, file_id: UUID, found: Examined, kept: KeptFile) -> None:
    file = await ctx.db.get_one(Attachment, file_id, with_for_update=True)
    if file.status == FileStatus.CHECKING:
        await accept_found(ctx, file, found, kept)
