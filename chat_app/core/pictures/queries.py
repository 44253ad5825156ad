"""Find pictures."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.context import Context
from chat_app.core.pictures.tables import Picture


@dataclass(frozen=True, slots=True)
class FoundPicture:
    """A picture: the id of its object, or its bytes if they were not moved to the storage yet."""

    id: UUID
    image: bytes | None = field(default=None, repr=False)


async def find_avatar(ctx: Context, user_id: UUID) -> FoundPicture:
    """Return a person's picture. Raises :class:`UserNotFound` if there is none."""
    pictures = select(col(Picture.id), col(Picture.image)).join(User, col(User.id) == col(Picture.user_id))
    row = (await ctx.db.execute(pictures.where(col(User.id) == user_id, col(User.avatar).is_not(None)))).one_or_none()
    if row is None:
        raise UserNotFound()
    return FoundPicture(*row)


async def find_own_avatar(ctx: Context) -> FoundPicture | None:
    """Return the actor's picture, or nothing."""
    try:
        return await find_avatar(ctx, ctx.me.user_id)
    except UserNotFound:
        return None
