"""Finding people, keeping some at hand, and knowing who wants no word from whom."""

from collections import defaultdict
from collections.abc import Collection
from typing import Final
from uuid import UUID

from limits import RateLimitItemPerMinute
from sqlalchemy import ColumnElement, and_, case, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.accounts import rules
from chat_app.core.accounts.errors import TooManyContacts, UserNotFound
from chat_app.core.accounts.queries import has_email
from chat_app.core.accounts.tables import Block, Contact, User
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import parse_id
from chat_app.core.kernel.text import clean_line

SEARCHES: Final = RateLimitItemPerMinute(120, namespace="people_searches")
CHANGES: Final = RateLimitItemPerMinute(60, namespace="people_changes")
FOUND_MAX: Final = 50
CONTACTS_MAX: Final = 1_000


async def search_people(ctx: Context, query: str, *, limit: int = 10) -> list[Person]:
    """People whose name or username has a word that begins with each word of ``query``: contacts first.

    Names in scripts without spaces are found by any part of them; an email address finds only whose it is. Nobody is
    found by themselves, nor by whom they have blocked or who has blocked them.
    """
    me = ctx.me.user_id
    await ctx.limit(SEARCHES, str(me))
    query = clean_line(query)
    wanted = rules.patterns(query)
    if not wanted:
        return []
    if "@" in query[1:]:
        matches = has_email(ctx, query.lower())
    else:
        matches = and_(*(col(User.sought).contains(pattern, autoescape=True) for pattern in wanted))
    contact = exists().where(Contact.user_id == me, Contact.contact_id == User.id)
    by_username = col(User.username).startswith(wanted[0].strip(), autoescape=True)
    statement = (
        select(User)
        .where(matches, User.id != me, User.deleted_at.is_(None), ~_between(me))
        .order_by(case((contact, 0), (by_username, 1), else_=2), User.name, User.username)
        .limit(max(1, min(limit, FOUND_MAX)))
    )
    return [user.person() for user in await ctx.db.scalars(statement)]


async def find_person(ctx: Context, username: str) -> User:
    """Return the user of this name (with or without ``@``); raises :class:`UserNotFound`."""
    name = username.strip().lower().removeprefix("@")
    if rules.USERNAME.fullmatch(name):
        user: User | None = await ctx.db.scalar(select(User).where(User.username == name, User.deleted_at.is_(None)))
        if user is not None:
            return user
    raise UserNotFound()


async def is_blocked(ctx: Context, one: UUID, other: UUID) -> bool:
    """Return whether one of the two has blocked the other, whichever it was."""
    pair = (one, other)
    found = select(Block).where(Block.blocker_id.in_(pair), Block.blocked_id.in_(pair))
    return bool(await ctx.db.scalar(select(found.exists())))


async def blocked_among(ctx: Context, ids: Collection[UUID]) -> set[UUID]:
    """Those of these people between whom and the actor there is a block, whoever made it."""
    me = ctx.me.user_id
    mine = select(Block.blocked_id).where(Block.blocker_id == me, Block.blocked_id.in_(ids))
    theirs = select(Block.blocker_id).where(Block.blocked_id == me, Block.blocker_id.in_(ids))
    return set(await ctx.db.scalars(mine.union(theirs)))


async def blocks_of(ctx: Context, ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """By each of these people who has any, those between whom and them there is a block, whoever made it."""
    one, other = col(Block.blocker_id), col(Block.blocked_id)
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for blocker, blocked in await ctx.db.execute(select(one, other).where(one.in_(ids) | other.in_(ids))):
        found[blocker].add(blocked)
        found[blocked].add(blocker)
    return found


async def blocked_people(ctx: Context) -> list[Person]:
    """Whom the actor has blocked, the latest first."""
    statement = (
        select(User)
        .join(Block, Block.blocked_id == User.id)
        .where(Block.blocker_id == ctx.me.user_id)
        .order_by(Block.created_at.desc())
    )
    return [user.person() for user in await ctx.db.scalars(statement)]


async def blocked_ids(ctx: Context) -> list[UUID]:
    """Whom the actor has blocked."""
    return list(await ctx.db.scalars(select(Block.blocked_id).where(Block.blocker_id == ctx.me.user_id)))


async def contacts(ctx: Context) -> list[Person]:
    """Whom the actor keeps at hand, by name."""
    statement = (
        select(User)
        .join(Contact, Contact.contact_id == User.id)
        .where(Contact.user_id == ctx.me.user_id)
        .order_by(User.name, User.username)
    )
    return [user.person() for user in await ctx.db.scalars(statement)]


async def add_contact(ctx: Context, username: str) -> Person:
    """Keep somebody at hand; once more does nothing. Raises :class:`UserNotFound`, also for the actor themselves."""
    me = ctx.me.user_id
    await ctx.limit(CHANGES, str(me))
    user = await find_person(ctx, username)
    if user.id == me:
        raise UserNotFound()
    if len(await contacts(ctx)) >= CONTACTS_MAX:
        raise TooManyContacts(maximum=CONTACTS_MAX)
    contact = {"user_id": me, "contact_id": user.id, "created_at": ctx.now}
    await ctx.db.execute(insert(Contact).values(contact).on_conflict_do_nothing())
    return user.person()


async def remove_contact(ctx: Context, user_id: object) -> None:
    """Keep somebody at hand no more; raises :class:`UserNotFound` if they were not."""
    contact = await ctx.db.get(Contact, (ctx.me.user_id, parse_id(user_id, UserNotFound)))
    if contact is None:
        raise UserNotFound()
    await ctx.db.delete(contact)


def _between(me: UUID) -> ColumnElement[bool]:
    """Return whether there is a block between the actor and the user of a query."""
    mine = (Block.blocker_id == me) & (Block.blocked_id == User.id)
    theirs = (Block.blocker_id == User.id) & (Block.blocked_id == me)
    return exists().where(mine | theirs)
