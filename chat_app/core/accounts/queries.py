"""Read accounts."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, and_, any_, bindparam, or_, select
from sqlmodel import col

from chat_app.core.access.site import SitePermission, roles_with
from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.database.columns import table_of
from chat_app.core.kernel.texts.cleaning import clean_line

LOOKED_AT: Final = 320  # characters of a name: as long as an email can be

_USERS = table_of(User).c
PERSON: Final = (_USERS.id, _USERS.username, _USERS.name, _USERS.color, _USERS.avatar)
"""The columns that make a :class:`Person`, in this order."""

_PEOPLE = select(*PERSON).where(_USERS.id == any_(bindparam("wanted", type_=ARRAY(Uuid))))


async def get_user(ctx: Context, user_id: UUID) -> User:
    """Return the user; raises :class:`UserNotFound`."""
    user = await ctx.db.get(User, user_id)
    if user is None:
        raise UserNotFound()
    return user


def is_staff(permission: SitePermission) -> ColumnElement[bool]:
    """Return the condition that a user has a permission in running the site."""
    return and_(table_of(User).c.site_roles.overlap(roles_with(permission)), col(User.deleted_at).is_(None))


async def staff_ids(ctx: Context, permission: SitePermission) -> frozenset[UUID]:
    """Return the people who have a permission in running the site, by their ids."""
    return frozenset(await ctx.db.scalars(select(col(User.id)).where(is_staff(permission))))


async def lock_people(ctx: Context, user_ids: Collection[UUID]) -> None:
    """Lock these accounts against deletion. Raises :class:`UserNotFound` if one is deleted.

    Callers that add people, for example as members of a room, lock the accounts first. An earlier deletion is waited
    for.
    """
    there = (col(User.id).in_(user_ids), col(User.deleted_at).is_(None))
    held = select(col(User.id)).where(*there).order_by(col(User.id)).with_for_update(read=True, key_share=True)
    if len((await ctx.db.scalars(held)).all()) < len(set(user_ids)):
        raise UserNotFound()


async def find_user(ctx: Context, who: str) -> User | None:
    """Find a user who is not deleted, by username (with or without ``@``), email or id."""
    name = clean_line(who[:LOOKED_AT]).lower().removeprefix("@")
    is_named: ColumnElement[bool] = or_(col(User.username) == name, has_email(ctx, name))
    with suppress(ValueError):
        is_named = col(User.id) == UUID(name)
    found: User | None = await ctx.db.scalar(select(User).where(is_named, col(User.deleted_at).is_(None)))
    return found


def has_email(ctx: Context, email: str) -> ColumnElement[bool]:
    """Return whether a user has this email address.

    If the site sends mail, only verified addresses count: anybody can sign up with another person's address, and would
    otherwise receive that person's mail.
    """
    is_given: ColumnElement[bool] = col(User.email) == email
    return and_(is_given, col(User.email_verified_at).is_not(None)) if ctx.policy.mail_leaves else is_given


async def has_accounts(ctx: Context) -> bool:
    """Return whether any account exists: the first one becomes the site's admin."""
    return await ctx.db.scalar(select(col(User.id)).limit(1)) is not None


async def people(ctx: Context, ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Return the persons with these ids, by id."""
    wanted = set(ids)
    if not wanted:
        return {}
    return {row.id: Person(*row) for row in await ctx.db.execute(_PEOPLE, {"wanted": list(wanted)})}
