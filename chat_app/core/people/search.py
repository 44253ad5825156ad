"""Search for and list people."""

from typing import Final
from uuid import UUID

from limits import RateLimitItemPerMinute
from sqlalchemy import ColumnElement, and_, case, exists, func, select, tuple_
from sqlmodel import col

from chat_app.core.accounts import rules
from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.accounts.queries import has_email
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.pages import NamePlace
from chat_app.core.kernel.texts.cleaning import clean_line
from chat_app.core.people.blocks import between
from chat_app.core.people.rules import patterns
from chat_app.core.people.tables import Contact

SEARCHES: Final = RateLimitItemPerMinute(120, namespace="people_searches")
FOUND_MAX: Final = 50
LISTED: Final = 30


async def search_people(ctx: Context, query: str, *, limit: int = 10) -> list[Person]:
    """Return people whose name or username has a word that begins with each word of ``query``: contacts first.

    Names in scripts without spaces match at any part; an email address matches only in full. The result has neither the
    actor nor people with a block in either direction.
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
    by_username = col(User.username).startswith(wanted[0].strip(), autoescape=True)
    statement = (
        select(User)
        .where(matches, _to_be_found(me))
        .order_by(case((is_contact(me), 0), (by_username, 1), else_=2), col(User.name), col(User.username))
        .limit(max(1, min(limit, FOUND_MAX)))
    )
    return [user.person() for user in await ctx.db.scalars(statement)]


async def list_people(ctx: Context, after: NamePlace | None = None) -> tuple[list[Person], bool]:
    """Return a page of the people whom the actor could find and who are not contacts, and whether there are more."""
    me = ctx.me.user_id
    await ctx.limit(SEARCHES, str(me))
    listed = and_(_to_be_found(me), ~is_contact(me), col(User.suspended_at).is_(None))
    return await page_by_name(ctx, listed, after)


async def page_by_name(
    ctx: Context, listed: ColumnElement[bool], after: NamePlace | None, limit: int = LISTED
) -> tuple[list[Person], bool]:
    """Return the first ``limit`` of the ``listed`` people by name, after a place, and whether there are more."""
    order = tuple_(func.lower(col(User.name)), col(User.username))
    statement = select(User).where(listed).order_by(*order).limit(limit + 1)
    if after:
        statement = statement.where(order > tuple_(func.lower(after.name), after.username))
    found = [user.person() for user in await ctx.db.scalars(statement)]
    return found[:limit], len(found) > limit


async def find_person(ctx: Context, username: str) -> User:
    """Return the user of this name (with or without ``@``); raises :class:`UserNotFound`."""
    name = username.strip().lower().removeprefix("@")
    if rules.USERNAME.fullmatch(name):
        user: User | None = await ctx.db.scalar(
            select(User).where(
                col(User.username) == name, col(User.deleted_at).is_(None), col(User.waits_for).is_(None)
            )
        )
        if user is not None:
            return user
    raise UserNotFound()


def _to_be_found(me: UUID) -> ColumnElement[bool]:
    """Return the condition that the actor may find the user of a query."""
    return and_(col(User.id) != me, col(User.deleted_at).is_(None), col(User.waits_for).is_(None), ~between(me))


def is_contact(me: UUID) -> ColumnElement[bool]:
    """Return the condition that the user of a query is a contact of the actor."""
    return exists().where(col(Contact.user_id) == me, col(Contact.contact_id) == col(User.id))
