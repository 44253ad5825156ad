"""Store and read pictures. Neither the storage nor the cropper is called in a transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar
from uuid import UUID

import structlog
from limits import RateLimitItemPerMinute

from chat_app.core.accounts.errors import InvalidField
from chat_app.core.files.errors import FileRefused
from chat_app.core.files.objects.workplace import workplace
from chat_app.core.files.storage.ports import Storage
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.errors import NotFound
from chat_app.core.kernel.ids import new_id
from chat_app.core.pictures.keys import BRAND_TYPE, MIME_TYPE, picture_key
from chat_app.core.pictures.ports import Cropper
from chat_app.core.pictures.queries import FoundPicture
from chat_app.core.pictures.rows import BUSY
from chat_app.core.pictures.tables import Picture

PICTURES: Final = RateLimitItemPerMinute(10, namespace="pictures")
SIDE: Final = 192
BYTES_MAX: Final = 5 * 1024 * 1024

T = TypeVar("T")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A stored picture without an owner: its id, and its size in pixels."""

    id: UUID
    width: int
    height: int


class Pictures:
    """Keeps pictures in a process."""

    def __init__(self, work: UnitOfWork, storage: Storage, cropper: Cropper) -> None:
        self.work = work
        self._storage, self._cropper = storage, cropper

    async def keep(self, actor: Actor, image: bytes, field: str) -> UUID:
        """Keep the middle square of an image, for its owner to take within minutes; return its id.

        Raises ``InvalidField``, ``RateLimited`` and ``StorageAway``.
        """
        await self.work.limit(PICTURES, str(actor.user_id))
        square, _ = await self._made(image, field, lambda given, made: self._cropper.square(given, made, SIDE))
        return await self._put(actor, square, MIME_TYPE)

    async def keep_fitted(self, actor: Actor, image: bytes, field: str, box: tuple[int, int]) -> KeptPicture:
        """Keep an image for the site's brand, as :meth:`keep`: a PNG that fits into a box of so many pixels."""
        await self.work.limit(PICTURES, str(actor.user_id))
        png, size = await self._made(image, field, lambda given, made: self._cropper.fit(given, made, *box))
        return KeptPicture(await self._put(actor, png, BRAND_TYPE), *size)

    async def show(self, actor: Actor, find: Callable[[Context], Awaitable[FoundPicture]]) -> bytes:
        """Return the picture that a query finds for the actor. Raises ``NotFound`` if its object is lost."""
        for _ in range(2):  # another one may have replaced it in between
            async with self.work.begin(actor) as ctx:
                found = await find(ctx)
            try:
                return await self.read(found)
            except FileNotFoundError:
                continue
        log.error("picture_lost", picture=str(found.id))
        raise NotFound()

    async def read(self, found: FoundPicture) -> bytes:
        """Return a picture, wherever it is. Raises ``FileNotFoundError`` and ``StorageAway``."""
        return found.image if found.image is not None else await self._storage.read(picture_key(found.id))

    async def _put(self, actor: Actor, image: bytes, mime_type: str) -> UUID:
        picture = Picture(id=new_id())
        async with self.work.begin(actor) as ctx:
            picture.busy_until = ctx.now + BUSY
            ctx.db.add(picture)
        await self._storage.put(picture_key(picture.id), image, mime_type)
        return picture.id

    async def _made(self, image: bytes, field: str, make: Callable[[Path, Path], Awaitable[T]]) -> tuple[bytes, T]:
        """Return the child process's result for an image, and its report."""
        if len(image) > BYTES_MAX:
            raise InvalidField("image_too_large", field, maximum=BYTES_MAX)
        try:
            async with workplace() as folder:
                await asyncio.to_thread((folder / "given").write_bytes, image)
                said = await make(folder / "given", folder / "made")
                return await asyncio.to_thread((folder / "made").read_bytes), said
        except FileRefused as error:
            if error.code == "file_pixels_limit":
                raise InvalidField("image_too_large", field, maximum=BYTES_MAX) from None
            raise InvalidField("image_invalid", field) from None
