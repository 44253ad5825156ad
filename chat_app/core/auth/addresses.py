"""Verify and change email addresses."""

from typing import Final

from limits import RateLimitItemPerHour
from sqlalchemy import delete, select
from sqlmodel import col

from chat_app.core.accounts import rules
from chat_app.core.accounts.errors import Taken
from chat_app.core.accounts.queries import get_user
from chat_app.core.accounts.tables import User
from chat_app.core.accounts.waiting import ADDRESS, publish_waiting, wait_of
from chat_app.core.auth.errors import LinkSpent
from chat_app.core.auth.factors.proof import check_kept_here, prove_identity
from chat_app.core.auth.mailed_links import TO_ONE_ADDRESS, mint, redeem
from chat_app.core.auth.sessions.commands import check_enforced
from chat_app.core.auth.tables import MailedToken, Purpose
from chat_app.core.kernel.context import Context
from chat_app.core.mail.commands import queue_mail
from chat_app.core.mail.tables import MailKind

ASKED: Final = RateLimitItemPerHour(5, namespace="mail_asked")
VERIFY_PATH: Final = "/verify-email"


async def ask_to_verify(ctx: Context) -> None:
    """Mail the actor a link that verifies their address, unless it is verified. Raises ``RateLimited``."""
    await mail_verification(ctx, await get_user(ctx, ctx.me.user_id))


async def mail_verification(ctx: Context, user: User) -> None:
    """Mail a person, who may have no session yet, a link that verifies their address, unless it is verified."""
    if user.email_verified_at is not None:
        return
    await ctx.limit(TO_ONE_ADDRESS, user.email)
    token = await mint(ctx, user.id, Purpose.VERIFY_EMAIL, user.email)
    # Browsers do not send the part behind the #, so no server and no other site gets the token.
    path = f"{VERIFY_PATH}#{token}"
    await queue_mail(ctx, user.email, MailKind.VERIFY_EMAIL, locale=user.locale, name=user.name, path=path)


async def ask_to_change_email(ctx: Context, email: str, password: str, code: str = "") -> None:
    """Mail a link to another address, which becomes the actor's after the link is opened.

    If the address belongs to another account, only the mail says so, not the response. Raises ``InvalidField``,
    ``RateLimited`` or :class:`KeptElsewhere`.
    """
    check_kept_here(ctx)
    email = rules.check_email(email)
    counted = [(ASKED, str(ctx.me.user_id)), (TO_ONE_ADDRESS, email)]
    user = await prove_identity(ctx, password, code, counted=counted)
    check_enforced(ctx, user.username, user.email)  # else people would leave the rule of their organisation
    if await _is_taken(ctx, email):
        await queue_mail(ctx, email, MailKind.EMAIL_TAKEN, locale=user.locale)
        return
    token = await mint(ctx, user.id, Purpose.CHANGE_EMAIL, email)
    path = f"{VERIFY_PATH}#{token}"
    await queue_mail(ctx, email, MailKind.CHANGE_EMAIL, locale=user.locale, name=user.name, path=path)


async def verify_email(ctx: Context, token: str, *, address: str = "") -> User:
    """Redeem a mailed link: verify the address, or make it the person's.

    Needs no session. Raises :class:`LinkSpent`, ``RateLimited``, or :class:`Taken` if another account has the address
    by now.
    """
    link = await redeem(ctx, token, Purpose.VERIFY_EMAIL, Purpose.CHANGE_EMAIL, address=address)
    user = await get_user(ctx, link.user_id)
    if link.purpose == Purpose.CHANGE_EMAIL:
        await _change(ctx, user, link.email)
    elif link.email != user.email:
        raise LinkSpent()
    user.email_verified_at = ctx.now
    if user.waits_for == ADDRESS:
        await go_on(ctx, user)
    return user


async def go_on(ctx: Context, user: User) -> None:
    """Activate a new account whose address is verified by now, or have it wait for approval."""
    user.waits_for = wait_of(ctx, proven=True)
    if user.waits_for:
        await publish_waiting(ctx)


async def _change(ctx: Context, user: User, email: str) -> None:
    if await _is_taken(ctx, email):
        raise Taken("email")
    old, user.email = user.email, email
    await ctx.db.execute(delete(MailedToken).where(col(MailedToken.user_id) == user.id))  # they went to the old one
    await queue_mail(ctx, old, MailKind.EMAIL_CHANGED, locale=user.locale, name=user.name, email=email)


async def _is_taken(ctx: Context, email: str) -> bool:
    return await ctx.db.scalar(select(col(User.id)).where(col(User.email) == email)) is not None
