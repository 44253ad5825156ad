"""Find the people whom a message mentions."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.messages.tables import Message
from chat_app.core.messages.texts.calls import AI, ALL
from chat_app.core.rooms.access import RoomAccess
from chat_app.core.rooms.tables import Member


async def set_mentions(ctx: Context, access: RoomAccess, message: Message, calls: Collection[str]) -> None:
    """Store the mentions of a message: members of its room, or all of them where the actor may mention all.

    Any other ``@word`` is text. A message without ``@word`` needs no query.
    """
    names = set(calls) - {AI, ALL}
    found = [each.id for each in (await members_named(ctx, access.room.id, names)).values()] if names else []
    message.mentions_all = ALL in calls and access.allows(Permission.MENTION_ALL)
    message.mentions = found if found or message.mentions_all else None


async def members_named(ctx: Context, room_id: UUID, names: Collection[str]) -> dict[str, Person]:
    """Return the room's members who have these names, by name, in the order of their ids."""
    statement = (
        select(User)
        .join(Member, col(Member.user_id) == col(User.id))
        .where(col(Member.room_id) == room_id, col(User.username).in_(names))
        .order_by(col(User.id))
    )
    with ctx.db.no_autoflush:
        return {user.username: user.person() for user in await ctx.db.scalars(statement)}
