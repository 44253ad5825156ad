"""Change a password by the old one, or reset it by a mailed link."""

import asyncio
from typing import Final
from uuid import UUID

from limits import RateLimitItemPerHour
from sqlalchemy import and_, delete, select
from sqlmodel import col

from chat_app.core.accounts import rules
from chat_app.core.accounts.errors import InvalidField
from chat_app.core.accounts.queries import get_user
from chat_app.core.accounts.tables import User
from chat_app.core.auth.errors import LinkSpent
from chat_app.core.auth.events import PasswordForgotten
from chat_app.core.auth.factors.proof import check_kept_here, prove_identity
from chat_app.core.auth.mailed_links import TO_ONE_ADDRESS, mint, redeem
from chat_app.core.auth.passwords import hash_password
from chat_app.core.auth.rules import check_password
from chat_app.core.auth.sessions.commands import end_access_elsewhere, revoke_all_sessions, revoke_sessions
from chat_app.core.auth.tables import ApiToken, MailedToken, Purpose, UserSession
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.mail.commands import queue_mail
from chat_app.core.mail.tables import MailKind

FORGOTTEN: Final = RateLimitItemPerHour(10, namespace="forgotten")
CHANGES: Final = RateLimitItemPerHour(5, namespace="password_changes")
"""Limits changes: each sends a mail, and the address may not be verified."""

RESET_PATH: Final = "/reset-password"


async def note_forgotten(ctx: Context, address: str, email: str) -> None:
    """Request that :class:`ResetLinks` mails a link for a new password to ``email``. Raises ``RateLimited``."""
    await ctx.limit(FORGOTTEN, address)
    ctx.emit(PasswordForgotten(email))


class ResetLinks:
    """Mails links for new passwords, off the request: how long that takes shows whether an account exists."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def __call__(self, event: object) -> None:
        """Mail the requested link."""
        assert isinstance(event, PasswordForgotten)
        async with self._work.begin() as ctx:
            await mail_reset_link(ctx, event.email)


async def mail_reset_link(ctx: Context, email: str) -> None:
    """Mail a link for a new password to ``email``, if an account has that address and the limit allows it.

    Returns and raises nothing. Its duration shows whether an account exists, so callers must not wait for it.
    """
    try:
        email = rules.check_email(email)
    except InvalidField:
        return
    user: User | None = await ctx.db.scalar(select(User).where(col(User.email) == email))
    if user is None or not await ctx.admits(TO_ONE_ADDRESS, email):
        return
    await _mail_link(ctx, user)


async def ask_for_password(ctx: Context) -> None:
    """Mail the actor, who has no password, a link to set one. Raises ``RateLimited`` or :class:`KeptElsewhere`."""
    check_kept_here(ctx)
    user = await get_user(ctx, ctx.me.user_id)
    await ctx.limit(TO_ONE_ADDRESS, user.email)
    await _mail_link(ctx, user)


async def _mail_link(ctx: Context, user: User) -> None:
    token = await mint(ctx, user.id, Purpose.RESET_PASSWORD, user.email)
    path = f"{RESET_PATH}#{token}"
    await queue_mail(ctx, user.email, MailKind.RESET_PASSWORD, locale=user.locale, name=user.name, path=path)


async def reset_password(ctx: Context, token: str, password: str, *, address: str = "") -> User:
    """Set a new password by a mailed link, and revoke all sessions and API tokens of the person.

    Raises :class:`LinkSpent`, ``InvalidField`` or ``RateLimited``.
    """
    link = await redeem(ctx, token, Purpose.RESET_PASSWORD, address=address)
    user = await get_user(ctx, link.user_id)
    if link.email != user.email:
        raise LinkSpent()
    await _set(ctx, user, password)
    user.email_verified_at = user.email_verified_at or ctx.now
    await revoke_access(ctx, user.id)
    return user


async def change_password(ctx: Context, password: str, new_password: str, code: str = "") -> None:
    """Replace ``password`` by a new one, and end the actor's other sessions.

    Raises ``InvalidField``, ``RateLimited`` or :class:`KeptElsewhere`.
    """
    check_kept_here(ctx)
    user = await prove_identity(ctx, password, code, counted=[(CHANGES, str(ctx.me.user_id))])
    try:
        await _set(ctx, user, new_password)
    except InvalidField as error:
        error.details["field"] = "new_password"
        raise
    others = and_(col(UserSession.user_id) == user.id, col(UserSession.id) != ctx.me.session_id)
    await revoke_sessions(ctx, others)
    await end_access_elsewhere(ctx, user.id)
    await _drop_links(ctx, user.id)


async def revoke_access(ctx: Context, user_id: UUID) -> None:
    """Revoke everything by which a person can act: sessions, API tokens, mailed links."""
    await revoke_all_sessions(ctx, user_id)
    await ctx.db.execute(delete(ApiToken).where(col(ApiToken.user_id) == user_id))
    await _drop_links(ctx, user_id)


async def _drop_links(ctx: Context, user_id: UUID) -> None:
    await ctx.db.execute(delete(MailedToken).where(col(MailedToken.user_id) == user_id))


async def _set(ctx: Context, user: User, password: str) -> None:
    about = (user.username, user.email, user.name)
    user.password_hash = await hash_password(await asyncio.to_thread(check_password, password, *about))
    await queue_mail(ctx, user.email, MailKind.PASSWORD_CHANGED, locale=user.locale, name=user.name)
