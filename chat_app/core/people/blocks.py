"""Read blocks."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, exists, or_, select
from sqlmodel import col

from chat_app.core.accounts.tables import User
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.database.columns import table_of
from chat_app.core.people.tables import Block

_BLOCKS = table_of(Block).c


async def is_blocked(ctx: Context, one: UUID, other: UUID) -> bool:
    """Return whether either of two people has blocked the other."""
    pair = (one, other)
    found = select(Block).where(col(Block.blocker_id).in_(pair), col(Block.blocked_id).in_(pair))
    return bool(await ctx.db.scalar(select(found.exists())))


async def blocked_among(ctx: Context, ids: Collection[UUID]) -> set[UUID]:
    """Return the people among these who have blocked the actor, or whom the actor has blocked."""
    me = ctx.me.user_id
    mine = select(col(Block.blocked_id)).where(col(Block.blocker_id) == me, col(Block.blocked_id).in_(ids))
    theirs = select(col(Block.blocker_id)).where(col(Block.blocked_id) == me, col(Block.blocker_id).in_(ids))
    return set(await ctx.db.scalars(mine.union(theirs)))


def apart_from(one: Any) -> Select[UUID]:
    """Return the statement that reads who has blocked, or is blocked by, the person of the parameter ``one``."""
    whose = case((_BLOCKS.blocker_id == one, _BLOCKS.blocked_id), else_=_BLOCKS.blocker_id)
    return select(whose).where(or_(_BLOCKS.blocker_id == one, _BLOCKS.blocked_id == one))


async def blocks_of(ctx: Context, ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Return, by person, everybody whom they have blocked or who has blocked them."""
    one, other = col(Block.blocker_id), col(Block.blocked_id)
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for blocker, blocked in await ctx.db.execute(select(one, other).where(one.in_(ids) | other.in_(ids))):
        found[blocker].add(blocked)
        found[blocked].add(blocker)
    return found


async def blocked_people(ctx: Context) -> list[Person]:
    """Return the people whom the actor has blocked, the latest first."""
    statement = (
        select(User)
        .join(Block, col(Block.blocked_id) == col(User.id))
        .where(col(Block.blocker_id) == ctx.me.user_id)
        .order_by(col(Block.created_at).desc())
    )
    return [user.person() for user in await ctx.db.scalars(statement)]


async def blocked_ids(ctx: Context) -> list[UUID]:
    """Return the ids of the people whom the actor has blocked."""
    return list(await ctx.db.scalars(select(col(Block.blocked_id)).where(col(Block.blocker_id) == ctx.me.user_id)))


def between(me: UUID) -> ColumnElement[bool]:
    """Return the condition that there is a block between the actor and the user of a query."""
    mine = (col(Block.blocker_id) == me) & (col(Block.blocked_id) == col(User.id))
    theirs = (col(Block.blocker_id) == col(User.id)) & (col(Block.blocked_id) == me)
    return exists().where(mine | theirs)
