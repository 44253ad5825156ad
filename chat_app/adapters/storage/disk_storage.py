"""The storage on this machine's disk. The site serves it itself."""

import asyncio
import os
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, ParamSpec, TypeVar

import structlog

from chat_app.adapters.storage.addresses import READ, SEND, Addresses
from chat_app.adapters.storage.disk_folder import DiskFolder
from chat_app.adapters.storage.parts import UPLOAD_SECONDS, PartPlan
from chat_app.adapters.storage.threads import Threads
from chat_app.core.files.errors import AttachmentNotFound, FileRefused, disk_failed
from chat_app.core.files.storage.names import PATH, checked_key, content_type
from chat_app.core.files.storage.ports import OpenObject, Permit, Presentation, Upload
from chat_app.core.kernel.context import Clock

_PIECE: Final = 256 * 1024
_WRITES: Final = 1
"""The pieces of uploads that are written at once: the others wait in the kernel's buffers, and messages pass them."""

_TIDY_SECONDS: Final = 24 * 3600

P = ParamSpec("P")
T = TypeVar("T")
log = structlog.get_logger()


def _utc() -> datetime:
    return datetime.now(UTC)


class DiskStorage:
    """Keeps objects in a folder. ``key`` signs addresses; with ``origin``, objects are read there.

    Addresses expire by ``clock``, which processes that share a folder should have in common.
    """

    def __init__(
        self, folder: Path, key: bytes, origin: str | None = None, clock: Clock = lambda: datetime.now(UTC)
    ) -> None:
        self.origins: tuple[str, ...] = (origin,) if origin else ()
        self._folder = DiskFolder(folder)
        self._addresses, self._clock = Addresses(key), clock
        self._threads = Threads()
        self._tidied = 0.0
        self._making = asyncio.Lock()
        self._writes = asyncio.Semaphore(_WRITES)

    async def begin(self, key: str, size: int, mime_type: str, token: str = "") -> Upload:
        """Return the addresses of an upload; new ones for a ``token`` from before."""
        cut = PartPlan.of(token) or PartPlan(size, secrets.token_hex(16))
        expires = int(self._clock().timestamp()) + UPLOAD_SECONDS
        permits = (
            Permit(checked_key(key), expires, size=length, token=cut.token, part=number)
            for number, length in enumerate(cut.lengths, 1)
        )
        urls = [PATH + self._addresses.sign(SEND, permit) for permit in permits]
        await self._run(self._folder.open_upload, key, cut)
        if not cut.in_parts:
            return Upload(urls[0], {"Content-Type": content_type(mime_type)}, token=cut.token)
        return Upload(urls[0], {}, tuple(urls), cut.part_size, cut.token)

    async def arrived(self, key: str, token: str) -> set[int]:
        """Return the numbers of the parts that have come."""
        cut = PartPlan.of(token)
        return await self._run(self._folder.arrived, key, cut) if cut else set()

    async def finish(self, key: str, token: str) -> int | None:
        """Put the parts together; return the size of the object."""
        cut = PartPlan.of(token)
        return await self._run(self._folder.put_together, key, cut) if cut else None

    async def fetch(self, key: str, into: Path) -> None:
        """Copy an object into a file."""
        await self._run(shutil.copyfile, self._folder.object(key), into)

    async def keep(self, path: Path, key: str, mime_type: str) -> None:
        """Keep a file under a key."""
        await self._run(self._folder.take, path, key)

    async def put(self, key: str, data: bytes, mime_type: str) -> None:
        """Keep a few kilobytes under a key."""
        await self._run(self._folder.write, key, data)

    async def read(self, key: str) -> bytes:
        """Return a small object."""
        return await self._run(self._folder.object(key).read_bytes)

    def url(self, key: str, shown: Presentation, seconds: int) -> str:
        """Return a signed address of the site."""
        permit = Permit(checked_key(key), int(self._clock().timestamp()) + seconds, shown)
        return "".join(self.origins) + PATH + self._addresses.sign(READ, permit)

    async def delete(self, *keys: str) -> None:
        """Delete objects, and uploads to them."""
        for key in keys:
            await self._run(self._folder.delete, key)

    async def aclose(self) -> None:
        """End the threads."""
        self._threads.close()

    def permit(self, method: str, signed: str) -> Permit | None:
        """Return the permission of a signed address."""
        return self._addresses.read(method, signed, self._clock().timestamp())

    async def receive(self, permit: Permit, pieces: AsyncIterator[bytes]) -> None:
        """Store a part of an upload completely, or not at all."""
        cut = PartPlan.of(permit.token)
        if cut is None or not await self._run(self._folder.takes, permit.key, cut):
            raise AttachmentNotFound()
        draft = await self._run(self._folder.draft)
        try:
            async for piece in _larger(pieces):
                async with self._writes:
                    await self._in_thread(draft.write, piece)
            if draft.size != permit.size:
                raise FileRefused("file_size_differs")
            if not await self._run(self._folder.keep_part, draft, permit.key, cut, permit.part):
                raise AttachmentNotFound()
        finally:
            await self._run(draft.discard)

    async def open(self, key: str) -> OpenObject:
        """Open an object."""
        return OpenFile(await self._run(self._folder.object(key).open, "rb", 0), self._run)

    async def _run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what waits for the disk in a thread, in folders that are there."""
        async with self._making:
            if time.monotonic() - self._tidied > _TIDY_SECONDS or not self._tidied:
                await self._in_thread(self._folder.make)
                self._tidied = time.monotonic()
        return await self._in_thread(self._folder.call, partial(function, *args, **kwargs))

    async def _in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what waits for the disk in a thread."""
        try:
            return await self._threads.run(function, *args, **kwargs)
        except FileNotFoundError:
            raise
        except OSError as error:
            log.error("storage_fails", error=type(error).__name__, number=error.errno)
            raise disk_failed(error) from error


class OpenFile:
    """An object on the disk that is being read."""

    def __init__(self, file: BinaryIO, run: Callable[..., Awaitable[bytes]]) -> None:
        self._file, self._run = file, run
        found = os.fstat(file.fileno())
        self.size = found.st_size
        self.tag = f'"{found.st_mtime_ns:x}-{found.st_size:x}"'

    async def read(self, start: int, length: int) -> bytes:
        """Return bytes from ``start`` on."""
        return await self._run(os.pread, self._file.fileno(), length, start)

    async def aclose(self) -> None:
        """Close the file."""
        self._file.close()


async def _larger(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes | bytearray]:
    """Put small pieces together, so that fewer are written."""
    gathered = bytearray()
    async for piece in pieces:
        if not gathered and len(piece) >= _PIECE:
            yield piece
            continue
        gathered += piece
        if len(gathered) >= _PIECE:
            yield gathered
            gathered = bytearray()  # another request writes the part
    if gathered:
        yield gathered
