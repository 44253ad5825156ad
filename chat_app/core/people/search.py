"""Search for people."""

from typing import Final

from limits import RateLimitItemPerMinute
from sqlalchemy import and_, case, exists, select
from sqlmodel import col

from chat_app.core.accounts import rules
from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.accounts.queries import has_email
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.text import clean_line
from chat_app.core.people.blocks import between
from chat_app.core.people.rules import patterns
from chat_app.core.people.tables import Contact

SEARCHES: Final = RateLimitItemPerMinute(120, namespace="people_searches")
FOUND_MAX: Final = 50


async def search_people(ctx: Context, query: str, *, limit: int = 10) -> list[Person]:
    """Return people whose name or username has a word that begins with each word of ``query``: contacts first.

    Names in scripts without spaces match at any part; an email address matches only in full. The actor is not
    found, nor are people with whom they have a block.
    """
    me = ctx.me.user_id
    await ctx.limit(SEARCHES, str(me))
    query = clean_line(query)
    wanted = patterns(query)
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
        .where(matches, User.id != me, col(User.deleted_at).is_(None), ~between(me))
        .order_by(case((contact, 0), (by_username, 1), else_=2), User.name, User.username)
        .limit(max(1, min(limit, FOUND_MAX)))
    )
    return [user.person() for user in await ctx.db.scalars(statement)]


async def find_person(ctx: Context, username: str) -> User:
    """Return the user of this name (with or without ``@``); raises :class:`UserNotFound`."""
    name = username.strip().lower().removeprefix("@")
    if rules.USERNAME.fullmatch(name):
        user: User | None = await ctx.db.scalar(
            select(User).where(User.username == name, col(User.deleted_at).is_(None))
        )
        if user is not None:
            return user
    raise UserNotFound()
