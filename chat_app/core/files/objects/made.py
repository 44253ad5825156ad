"""Keep files that models have made: examined as those that people upload, and counted to who has asked for them."""

import asyncio
import shutil
import tempfile
from pathlib import Path
from uuid import UUID

from chat_app.core.files.commands import check_quotas
from chat_app.core.files.errors import FileRefused
from chat_app.core.files.kinds import FileStatus
from chat_app.core.files.objects.sweeping import WORKPLACE
from chat_app.core.files.objects.uploads import accept_found, keep_found
from chat_app.core.files.rules import check_declared_type, check_file_name, check_size
from chat_app.core.files.storage.keys import all_keys
from chat_app.core.files.storage.ports import Examiner, Scanner, Storage
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.context import UnitOfWork


class MadeFiles:
    """Keeps files in a process. What is not sent afterwards is deleted within a day, as any file."""

    def __init__(self, work: UnitOfWork, storage: Storage, examiner: Examiner, scanner: Scanner | None = None) -> None:
        self._work, self._storage, self._examiner, self._scanner = work, storage, examiner, scanner

    async def check_space(self, room_id: UUID, owner: UUID) -> None:
        """Raise ``QuotaFull`` where no space at all is left for a file of this person in a room."""
        async with self._work.begin() as ctx:
            await check_quotas(ctx, Attachment(room_id=room_id, uploader_id=owner, name="", declared_type="", size=1))

    async def keep(self, room_id: UUID, owner: UUID, name: str, mime_type: str, data: bytes, caption: str = "") -> UUID:
        """Keep a file, and return its id. Raises ``FileRefused`` and ``QuotaFull``."""
        check_size(len(data), self._work.policy.upload_max_bytes)
        async with self._work.begin() as ctx:
            file = Attachment(
                room_id=room_id,
                uploader_id=owner,
                name=check_file_name(name),
                caption=caption,
                declared_type=check_declared_type(mime_type),
                size=len(data),
                status=FileStatus.CHECKING,
                checking_since=ctx.now,
                created_at=ctx.now,
            )
            await check_quotas(ctx, file)
            ctx.db.add(file)
        try:
            await self._examine(file, data)
        except BaseException:
            await asyncio.shield(self._forget(file.id))
            raise
        return file.id

    async def _examine(self, file: Attachment, data: bytes) -> None:
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix=WORKPLACE))
        try:
            path = folder / "upload"
            await asyncio.to_thread(path.write_bytes, data)
            if self._scanner and await self._scanner.scan(path):
                raise FileRefused("file_infected")
            found = await self._examiner.examine(path, name=file.name, declared=file.declared_type, into=folder)
            kept = await keep_found(self._storage, file.id, found, folder)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        async with self._work.begin() as ctx:
            held = await ctx.db.get_one(Attachment, file.id, with_for_update=True)
            await accept_found(ctx, held, found, kept)

    async def _forget(self, file_id: UUID) -> None:
        """Delete what was kept of a file that nobody will be given."""
        await self._storage.delete(*all_keys(file_id))
        async with self._work.begin() as ctx:
            if file := await ctx.db.get(Attachment, file_id):
                await ctx.db.delete(file)
