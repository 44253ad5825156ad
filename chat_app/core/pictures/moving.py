"""Move pictures from the database, where earlier versions kept them, to the storage, and back.

Each function can be interrupted and called again: a picture is written to its new place before its row is changed.
"""

from typing import Final, NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import or_, select, update
from sqlmodel import col

from chat_app.core.files.storage.ports import Storage
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.pictures.keys import BRAND_TYPE, MIME_TYPE, picture_key
from chat_app.core.pictures.rows import BUSY, is_idle
from chat_app.core.pictures.tables import Picture

_OWNERS: Final = (col(Picture.user_id), col(Picture.assistant_id), col(Picture.brand))
_OWNED: Final = or_(*(owner.is_not(None) for owner in _OWNERS))

log = structlog.get_logger()


class MovedPictures(NamedTuple):
    """The number of pictures that were moved, and of those whose object is not there."""

    moved: int
    lost: int


async def move_pictures(work: UnitOfWork, storage: Storage) -> int:
    """Move all pictures that are in the database to the storage; return their number.

    Raises ``StorageAway``. If a picture is replaced or removed at the same time, its row stays until its object is
    deleted too.
    """
    count = 0
    while True:
        async with work.begin() as ctx:
            taken = await _take_one(ctx)
        if taken is None:
            return count
        picture_id, image, brand = taken
        await storage.put(picture_key(picture_id), image, BRAND_TYPE if brand else MIME_TYPE)
        async with work.begin() as ctx:
            mine = update(Picture).where(col(Picture.id) == picture_id)
            await ctx.db.execute(mine.values(image=None, busy_until=None))
        count += 1


async def _take_one(ctx: Context) -> tuple[UUID, bytes, str | None] | None:
    """Return a picture that is in the database, and keep others from moving or deleting it for some minutes."""
    unmoved = select(col(Picture.id)).where(col(Picture.image).is_not(None), _OWNED, is_idle(ctx))
    one = unmoved.order_by(col(Picture.id)).limit(1).with_for_update(skip_locked=True).scalar_subquery()
    taken = update(Picture).where(col(Picture.id) == one).values(busy_until=ctx.now + BUSY)
    shown = (col(Picture.id), col(Picture.image), col(Picture.brand))
    row = (await ctx.db.execute(taken.returning(*shown))).one_or_none()
    return (row[0], row[1] or b"", row[2]) if row else None


async def bring_pictures_back(work: UnitOfWork, storage: Storage) -> MovedPictures:
    """Move all pictures from the storage to the database, for a return to an earlier version.

    The site must not run: its job would move them again.
    """
    done = MovedPictures(0, 0)
    after = UUID(int=0)
    while True:
        async with work.begin() as ctx:
            moved = select(col(Picture.id)).where(col(Picture.image).is_(None), _OWNED, col(Picture.id) > after)
            picture_id = await ctx.db.scalar(moved.order_by(col(Picture.id)).limit(1))
        if picture_id is None:
            return done
        after = picture_id
        try:
            image = await storage.read(picture_key(picture_id))
        except FileNotFoundError:
            log.error("picture_lost", picture=str(picture_id))
            done = done._replace(lost=done.lost + 1)
            continue
        async with work.begin() as ctx:
            await ctx.db.execute(update(Picture).where(col(Picture.id) == picture_id).values(image=image))
        await storage.delete(picture_key(picture_id))
        done = done._replace(moved=done.moved + 1)
