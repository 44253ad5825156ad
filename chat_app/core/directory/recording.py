"""Record the changes of a directory, under its name, and publish them like those of the staff."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.site import SiteRole
from chat_app.core.accounts.events import SiteRolesChanged
from chat_app.core.accounts.tables import User
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.groups.tables import Group
from chat_app.core.kernel.context import Context
from chat_app.core.mail.commands import queue_mail
from chat_app.core.mail.tables import MailKind

SCIM: Final = "SCIM"
"""The source of changes by the site's SCIM directory; other sources are names of providers."""
LDAP: Final = "LDAP"
ADMINS_MAX: Final = 20
"""The maximum number of admins who are notified of other people's new roles."""
NAMED_MAX: Final = 20
"""The maximum number of people whom an entry of the log names; the others are counted."""

_IN_ORDER: Final = [role.value for role in SiteRole]


async def change_roles(ctx: Context, user: User, roles: Collection[str], source: str) -> None:
    """Give a person exactly these roles in running the site. The log has it, and they and the admins get a mail."""
    before, after = set(user.site_roles), set(roles)
    if before == after:
        return
    user.site_roles = [role for role in _IN_ORDER if role in after]
    given, taken = sorted(after - before), sorted(before - after)
    record(ctx, Action.CHANGE_ROLES, source=source, user_id=user.id, given=given, taken=taken)
    ctx.emit(SiteRolesChanged(user.id, tuple(user.site_roles)))
    await queue_mail(ctx, user.email, MailKind.ROLES_CHANGED, locale=user.locale, name=user.name)
    person = f"{user.name} (@{user.username})"
    for admin in await _other_admins(ctx, user):
        about = {"name": admin.name, "person": person, "source": source}
        await queue_mail(ctx, admin.email, MailKind.ROLES_FOLLOWED, locale=admin.locale, **about)


async def note_suspended(ctx: Context, user: User, source: str) -> None:
    """Record that a directory has suspended a person, and notify them by mail."""
    record(ctx, Action.SUSPEND_USER, source=source, user_id=user.id)
    await queue_mail(ctx, user.email, MailKind.ACCOUNT_SUSPENDED_THERE, locale=user.locale, name=user.name)


async def note_restored(ctx: Context, user: User, source: str) -> None:
    """Record that a directory has lifted its suspension of a person, and notify them by mail."""
    record(ctx, Action.RESTORE_USER, source=source, user_id=user.id)
    await queue_mail(ctx, user.email, MailKind.ACCOUNT_RESTORED, locale=user.locale, name=user.name)


def note_group(ctx: Context, group: Group, source: str, joined: Sequence[User], left: Sequence[User]) -> None:
    """Record that a directory has changed the members of a group. Does nothing without a change."""
    both = [*joined, *left]
    if not both:
        return
    one = both[0].id if len(both) == 1 else None
    details: dict[str, Any] = {"group": group.name, "group_id": str(group.id)}
    details |= {"joined": _names(joined), "left": _names(left)}
    record(ctx, Action.CHANGE_GROUP, source=source, user_id=one, **details)


def _names(people: Sequence[User]) -> list[str]:
    named = [each.username for each in people[:NAMED_MAX]]
    return [*named, f"+{len(people) - NAMED_MAX}"] if len(people) > NAMED_MAX else named


async def _other_admins(ctx: Context, user: User) -> Sequence[User]:
    found = select(User).where(
        col(User.id) != user.id,
        col(User.deleted_at).is_(None),
        col(User.suspended_at).is_(None),
        col(User.site_roles).contains([SiteRole.ADMIN]),
    )
    return (await ctx.db.scalars(found.order_by(col(User.created_at)).limit(ADMINS_MAX))).all()
