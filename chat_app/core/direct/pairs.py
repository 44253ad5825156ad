"""Find and lock the two people of a direct chat."""

from uuid import UUID

from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.context import Context
from chat_app.core.people.contacts import CHANGES
from chat_app.core.people.search import find_person


async def other_person(ctx: Context, username: str) -> User:
    """Return another user by name. Raises :class:`UserNotFound`, also for the actor, or ``RateLimited``."""
    await ctx.limit(CHANGES, str(ctx.me.user_id))
    other = await find_person(ctx, username)
    if other.id == ctx.me.user_id:
        raise UserNotFound()
    return other


def pair_of(ctx: Context, other_id: UUID) -> str:
    """Return the key of the pair of the actor and another person."""
    return ":".join(sorted((str(ctx.me.user_id), str(other_id))))


async def lock_pair(ctx: Context, other_id: UUID) -> str:
    """Lock the pair of the actor and another person for the transaction: starting and blocking happen in turn."""
    pair = pair_of(ctx, other_id)
    await ctx.lock_key(pair)
    return pair
