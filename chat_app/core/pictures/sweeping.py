"""Delete pictures without an owner."""

from typing import Final

from sqlalchemy import delete, select
from sqlmodel import col

from chat_app.core.files.storage.ports import Storage
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.pictures.keys import picture_key
from chat_app.core.pictures.rows import is_idle
from chat_app.core.pictures.tables import Picture

BATCH: Final = 200


async def sweep_pictures(work: UnitOfWork, storage: Storage) -> int:
    """Delete pictures that were replaced or removed, and those without an owner; return their number.

    The objects are deleted first: if that is interrupted, the rows remain for another attempt.
    """
    count = 0
    while True:
        async with work.begin() as ctx:
            owners = (col(Picture.user_id), col(Picture.assistant_id), col(Picture.brand))
            nobodys = select(col(Picture.id)).where(*(owner.is_(None) for owner in owners), is_idle(ctx))
            ids = (await ctx.db.scalars(nobodys.limit(BATCH))).all()
        if not ids:
            return count
        await storage.delete(*map(picture_key, ids))
        async with work.begin() as ctx:
            await ctx.db.execute(delete(Picture).where(col(Picture.id).in_(ids)))
        count += len(ids)
