"""Write a person's data and files as one ZIP archive, in pieces: neither the archive nor a file is in memory as a
whole.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import datetime
from io import RawIOBase
from pathlib import Path
from typing import Final
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import structlog
from limits import RateLimitItemPerDay, RateLimitItemPerHour
from sqlalchemy import select
from sqlmodel import col
from typing_extensions import Buffer

from chat_app.core.auth.sessions.commands import recognise_session
from chat_app.core.files.access import access_file
from chat_app.core.files.errors import AttachmentNotFound
from chat_app.core.files.kinds import FileStatus
from chat_app.core.files.objects.workplace import workplace
from chat_app.core.files.storage.keys import file_key
from chat_app.core.files.storage.names import safe_name
from chat_app.core.files.storage.ports import Storage
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotSignedIn, Unavailable
from chat_app.core.personal.queries import read_own_data, with_pictures
from chat_app.core.pictures.pictures import Pictures

ARCHIVES: Final = RateLimitItemPerHour(3, namespace="archives")
_GIVEN_BACK: Final = RateLimitItemPerDay(3, namespace="archives_given_back")
"""A failure can be brought about, so that not every one is forgiven."""
PIECE: Final = 256 * 1024
DATA: Final = "parley-export.json"
_UNFIT: Final = re.compile(r'[<>:"|?*]')
"""The characters that Windows does not allow in names of files."""
_STEM_BYTES: Final = 180
_ENDING_MAX: Final = 12

log = structlog.get_logger()


class _Written(RawIOBase):
    """Collects the written bytes of an archive until they are taken. It cannot be read or sought."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: Buffer) -> int:
        self._pieces.append(kept := bytes(piece))
        return len(kept)

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


async def begin_archive(ctx: Context) -> Sequence[UUID]:
    """Admit an archive of the actor's data, and return the ids of the files that they uploaded, in order of time.

    Raises ``RateLimited``.
    """
    await ctx.limit(ARCHIVES, str(ctx.me.user_id))
    mine = (col(Attachment.uploader_id) == ctx.me.user_id, col(Attachment.status) == FileStatus.READY)
    order = (col(Attachment.created_at), col(Attachment.id))
    return (await ctx.db.scalars(select(col(Attachment.id)).where(*mine).order_by(*order))).all()


async def written_archive(
    pictures: Pictures, storage: Storage, actor: Actor, files: Sequence[UUID]
) -> AsyncGenerator[bytes, None]:
    """Yield an archive: first the files that the actor may see at the time of reading each, then the data with their
    paths. Raises ``NotSignedIn`` once the session has ended, ``StorageAway`` and ``StorageFull``; an archive that
    failed on the server does not count against the limit.
    """
    try:
        async with aclosing(_pieces(pictures, storage, actor, files)) as pieces:
            async for piece in pieces:
                yield piece
    except Unavailable:
        if await pictures.work.admits(_GIVEN_BACK, str(actor.user_id)):
            await pictures.work.give_back(ARCHIVES, str(actor.user_id))
        raise


async def _pieces(
    pictures: Pictures, storage: Storage, actor: Actor, files: Sequence[UUID]
) -> AsyncGenerator[bytes, None]:
    written, paths = _Written(), dict[str, str]()
    taken = set[str]()
    with ZipFile(written, "w") as archive:
        for file_id in files:
            async with _fetched(pictures, storage, actor, file_id) as (file, path):
                if file is None:
                    continue
                entry = ZipInfo(entry_name(file.created_at, file.name, taken), file.created_at.timetuple()[:6])
                entry.file_size = file.size
                paths[str(file.id)] = entry.filename
                with archive.open(entry, "w") as target, path.open("rb") as source:
                    while piece := await asyncio.to_thread(source.read, PIECE):
                        target.write(piece)
                        yield written.take()
        async with pictures.work.begin(actor) as ctx:
            data, about = await read_own_data(ctx), ZipInfo(DATA, ctx.now.timetuple()[:6])
        for row in data["files"]:
            row["path"] = paths.get(row["id"])
        text = json.dumps(await with_pictures(pictures, data), ensure_ascii=False, indent=1)
        await asyncio.to_thread(archive.writestr, about, text, ZIP_DEFLATED)
    yield written.take()


@asynccontextmanager
async def _fetched(
    pictures: Pictures, storage: Storage, actor: Actor, file_id: UUID
) -> AsyncIterator[tuple[Attachment | None, Path]]:
    """Fetch a file into a separate folder; ``None`` if the actor may not see it any more."""
    async with workplace() as folder:
        yield await _fetch(pictures, storage, actor, file_id, folder / "file"), folder / "file"


async def _fetch(pictures: Pictures, storage: Storage, actor: Actor, file_id: UUID, into: Path) -> Attachment | None:
    async with pictures.work.begin(actor) as ctx:
        if await recognise_session(ctx, actor.session_id) is None:
            raise NotSignedIn()
        try:
            file = (await access_file(ctx, file_id)).file
        except AttachmentNotFound:
            return None
    try:
        await storage.fetch(file_key(file_id), into)
    except FileNotFoundError:  # deleted in between
        return None
    return file


def entry_name(at: datetime, name: str, taken: set[str]) -> str:
    """Return a file's path in an archive that every system can unpack, and add it to the ``taken`` ones.

    Otherwise pure.
    """
    plain = _UNFIT.sub("_", safe_name(name))
    ending = Path(plain).suffix
    ending = ending if len(ending) <= _ENDING_MAX else ""
    stem = plain.removesuffix(ending).encode()[:_STEM_BYTES].decode(errors="ignore").strip(" .")
    for number in range(1, len(taken) + 2):
        path = f"files/{at:%Y-%m-%d} {stem}{f' ({number})' if number > 1 else ''}{ending}"
        if path.casefold() not in taken:
            break
    taken.add(path.casefold())
    return path
