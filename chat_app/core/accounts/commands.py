"""Add accounts, and change the actor's profile."""

from collections.abc import Sequence
from typing import Final

from limits import RateLimitItemPerMinute
from sqlalchemy import or_, select
from sqlmodel import col

from chat_app.core.access.site import SiteRole
from chat_app.core.accounts import rules
from chat_app.core.accounts.domains import domain_of
from chat_app.core.accounts.errors import DomainNotAllowed, SignUpClosed, Taken
from chat_app.core.accounts.events import PersonChanged, ProfileChanged, ReceiptsChanged
from chat_app.core.accounts.queries import get_user, has_accounts
from chat_app.core.accounts.tables import User
from chat_app.core.accounts.waiting import APPROVAL, publish_waiting, wait_of
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import DomainError

DOMAINS_NAMED: Final = 5
PROFILES = RateLimitItemPerMinute(60, namespace="profiles")


async def add_user(
    ctx: Context,
    *,
    email: str,
    username: str,
    name: str,
    password_hash: str | None,
    locale: str,
    invited: bool = False,
    approved: bool = False,
    vouched: bool = False,
    proven: bool = False,
) -> User:
    """Create an account from checked fields. Raises :class:`Taken`, :class:`SignUpClosed` or :class:`DomainNotAllowed`.

    An organisation's person for whom it has ``vouched`` can join a closed site, and never becomes its admin. Allowed
    domains and approval do not concern an ``approved`` person; others may have to wait (``User.waits_for``).
    ``proven``: a provider has verified the address.
    """
    await ctx.lock_key("the first account")  # one at a time: a name that is free stays free
    first = not await has_accounts(ctx)
    if not first and not vouched:
        check_policy(ctx, invited, email, approved=approved)
    refuse_unfit(await fields_taken(ctx, email, username))
    user = User(
        email=email,
        username=username,
        name=name or username,
        password_hash=password_hash,
        color=rules.COLORS[sum(username.encode()) % len(rules.COLORS)],
        locale=locale,
        site_roles=[SiteRole.ADMIN] if first and not vouched else [],
        created_at=ctx.now,
        waits_for=None if first or vouched or approved else wait_of(ctx, proven=proven),
    )
    ctx.db.add(user)
    await ctx.db.flush()
    if user.waits_for == APPROVAL:
        await publish_waiting(ctx)
    return user


def check_policy(ctx: Context, invited: bool = False, email: str = "", *, approved: bool = False) -> None:
    """Raise :class:`SignUpClosed` where the site accepts no new accounts, or only invited ones.

    Raise :class:`DomainNotAllowed` for an ``email`` of a domain that is not allowed. Whom an admin has invited, may
    come in any case.
    """
    if approved:
        return
    if ctx.policy.sign_up == "closed":
        raise SignUpClosed()
    if ctx.policy.sign_up == "invite" and not invited:
        raise SignUpClosed("sign_up_by_invitation")
    domains = ctx.policy.sign_up_domains
    if email and domains and domain_of(email) not in domains:
        raise DomainNotAllowed(domains=", ".join(f"@{each}" for each in domains[:DOMAINS_NAMED]))


async def fields_taken(ctx: Context, email: str, username: str) -> list[Taken]:
    """Return an error for each of the two fields that is already in use."""
    statement = select(col(User.email), col(User.username)).where(
        or_(col(User.email) == email, col(User.username) == username)
    )
    found = (await ctx.db.execute(statement)).all()
    fields = {
        "email": any(row.email == email for row in found),
        "username": any(row.username == username for row in found),
    }
    return [Taken(field) for field, taken in fields.items() if taken]


def refuse_unfit(unfit: Sequence[DomainError]) -> None:
    """Raise the first of the errors, if there are any. Its details have the other errors."""
    if not unfit:
        return
    first, *others = unfit
    if others:
        first.details["others"] = [{"code": other.code, **other.details} for other in others]
    raise first


async def update_profile(
    ctx: Context,
    *,
    name: str | None = None,
    color: str | None = None,
    locale: str | None = None,
    theme: str | None = None,
    receipts: bool | None = None,
) -> User:
    """Change the given fields of the actor's profile. Raises ``InvalidField`` or ``RateLimited``.

    All who share a room with the actor are notified.
    """
    await ctx.limit(PROFILES, str(ctx.me.user_id))
    user = await get_user(ctx, ctx.me.user_id)
    if name is not None:
        user.name = rules.check_name(name)
    if color is not None:
        user.color = rules.check_choice(color, rules.COLORS, "color")
    if locale is not None:
        user.locale = rules.check_choice(locale, rules.LOCALES, "locale")
    if theme is not None:
        user.theme = rules.check_choice(theme, rules.THEMES, "theme")
    if receipts is not None:
        user.receipts = receipts
        ctx.emit(ReceiptsChanged(user.id, user.receipts))
    if name is not None or color is not None:
        ctx.emit(PersonChanged(user.person()))
    ctx.emit(ProfileChanged(user.person(), user.locale, user.theme))
    return user
