"""Add, list and remove contacts."""

from typing import Final

from limits import RateLimitItemPerMinute
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import parse_id
from chat_app.core.people.errors import TooManyContacts
from chat_app.core.people.search import find_person
from chat_app.core.people.tables import Contact

CHANGES: Final = RateLimitItemPerMinute(60, namespace="people_changes")
CONTACTS_MAX: Final = 1_000


async def contacts(ctx: Context) -> list[Person]:
    """Return the actor's contacts, by name."""
    statement = (
        select(User)
        .join(Contact, Contact.contact_id == User.id)
        .where(Contact.user_id == ctx.me.user_id)
        .order_by(User.name, User.username)
    )
    return [user.person() for user in await ctx.db.scalars(statement)]


async def add_contact(ctx: Context, username: str) -> Person:
    """Add a contact; twice is as good as once. Raises :class:`UserNotFound`, also for the actor themselves."""
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
    """Remove a contact. Raises :class:`UserNotFound` if they were none."""
    contact = await ctx.db.get(Contact, (ctx.me.user_id, parse_id(user_id, UserNotFound)))
    if contact is None:
        raise UserNotFound()
    await ctx.db.delete(contact)
