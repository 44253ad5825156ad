"""Find and lock the two people of a direct chat."""

from uuid import UUID

from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.context import Context
from chat_app.core.people.contacts import CHANGES
from chat_app.core.people.search import find_person


async def other_person(ctx: Context, username: str) -> User:
    """Return the user of this name, who is not the actor; raises :class:`UserNotFound`, or ``RateLimited``."""
    await ctx.limit(CHANGES, str(ctx.me.user_id))
    other = await find_person(ctx, username)
    if other.id == ctx.me.user_id:
        raise UserNotFound()
    return other


async def lock_pair(ctx: Context, other_id: UUID) -> str:
    """Lock the key of the actor and another until the transaction ends; of two who start or block, one waits."""
    pair = ":".join(sorted((str(ctx.me.user_id), str(other_id))))
    await ctx.lock_key(pair)
    return pair
