"""Change which picture a person, an assistant or the site's brand has."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, update
from sqlmodel import col

from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import Busy
from chat_app.core.kernel.work.jobs import JobKind, Retry
from chat_app.core.pictures.tables import Picture

BUSY: Final = timedelta(minutes=5)
"""Longer than the storage needs for a small object, or to report an error."""

SWEEP_PICTURES: Final = JobKind("sweep_pictures", Retry(attempts=3, first=timedelta(minutes=1)), cron="*/10 * * * *")
"""Deletes pictures without an owner."""


def is_idle(ctx: Context) -> ColumnElement[bool]:
    """Return the condition that no process writes the object of a picture."""
    return or_(col(Picture.busy_until).is_(None), col(Picture.busy_until) < ctx.now)


async def take_picture(ctx: Context, picture_id: UUID, **owner: UUID | str) -> None:
    """Give a stored picture to its owner, in place of an earlier one.

    The owner's row is locked. Raises ``Busy`` if it took so long that the picture was deleted.
    """
    await release_pictures(ctx, **owner)
    kept = (col(Picture.id) == picture_id, col(Picture.busy_until) >= ctx.now)
    taken = update(Picture).where(*kept).values(busy_until=None, **owner).returning(col(Picture.id))
    if await ctx.db.scalar(taken) is None:
        raise Busy(retry_after=1)


async def release_pictures(ctx: Context, **owner: UUID | str) -> None:
    """Remove an owner's picture; a job deletes its object after the commit."""
    [(name, value)] = owner.items()
    nobody: dict[str, Any] = {name: None}
    released = update(Picture).where(getattr(Picture, name) == value).values(nobody).returning(col(Picture.id))
    if (await ctx.db.scalars(released)).all():
        await ctx.enqueue(SWEEP_PICTURES, once=SWEEP_PICTURES.name)


def next_version(ctx: Context, version: int | None) -> int:
    """Return the version of a picture in place of an earlier one, by which its address differs."""
    return max(int(ctx.now.timestamp()), (version or 0) + 1)
