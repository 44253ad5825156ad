"""Add, list and remove contacts."""

from typing import Final

from limits import RateLimitItemPerMinute
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.pages import NamePlace
from chat_app.core.people.errors import TooManyContacts
from chat_app.core.people.search import FOUND_MAX, LISTED, find_person, is_contact, page_by_name
from chat_app.core.people.tables import Contact

CHANGES: Final = RateLimitItemPerMinute(60, namespace="people_changes")
CONTACTS_MAX: Final = 1_000


async def list_contacts(ctx: Context, after: NamePlace | None = None, limit: int = LISTED) -> tuple[list[Person], bool]:
    """Return a page of the actor's contacts by name, and whether there are more."""
    return await page_by_name(ctx, is_contact(ctx.me.user_id), after, max(1, min(limit, FOUND_MAX)))


async def add_contact(ctx: Context, username: str) -> Person:
    """Add a contact; adding again changes nothing. Raises :class:`UserNotFound`, also for the actor."""
    me = ctx.me.user_id
    await ctx.limit(CHANGES, str(me))
    user = await find_person(ctx, username)
    if user.id == me:
        raise UserNotFound()
    number = await ctx.db.scalar(select(func.count()).select_from(Contact).where(col(Contact.user_id) == me))
    if (number or 0) >= CONTACTS_MAX:
        raise TooManyContacts(maximum=CONTACTS_MAX)
    contact = {"user_id": me, "contact_id": user.id, "created_at": ctx.now}
    await ctx.db.execute(insert(Contact).values(contact).on_conflict_do_nothing())
    return user.person()


async def remove_contact(ctx: Context, user_id: AnyId) -> None:
    """Remove a contact. Raises :class:`UserNotFound` if they were none."""
    contact = await ctx.db.get(Contact, (ctx.me.user_id, parse_id(user_id, UserNotFound)))
    if contact is None:
        raise UserNotFound()
    await ctx.db.delete(contact)
