"""Sessions that another service keeps: their rows here, and their people's accounts."""

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.accounts.commands import check_policy
from chat_app.core.accounts.errors import InvalidField
from chat_app.core.accounts.queries import has_accounts
from chat_app.core.accounts.rules import NAME_MAX, check_email
from chat_app.core.accounts.tables import User
from chat_app.core.auth.errors import AccountSuspended, SessionNotFound
from chat_app.core.auth.registration import REGISTRATIONS
from chat_app.core.auth.sessions.commands import ADDRESS_MAX, check_waiting, revoke_sessions
from chat_app.core.auth.tables import UserSession
from chat_app.core.identities.commands import is_known, make_account
from chat_app.core.identities.errors import AccountNotMoved, IdentityTaken
from chat_app.core.identities.ports import ProviderProfile, VouchedSession
from chat_app.core.identities.queries import Claim, free_username
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.secrets.digests import digest
from chat_app.core.kernel.texts.cleaning import clean_line, clean_name, cut

LEASE: Final = timedelta(minutes=5)
"""The time for which a session is valid after the service last confirmed it."""


async def mirror_session(ctx: Context, vouched: VouchedSession, token: str) -> Actor | None:
    """Update the session's row from the service. Returns the actor, if they have an account.

    A session that has ended here stays ended.
    """
    user = await _linked_user(ctx, vouched)
    if user is None or user.waits_for:
        return None
    await _follow_email(ctx, user, vouched.profile)
    values = {
        "user_id": user.id,
        "token_hash": digest(token),
        "created_at": vouched.authenticated_at,
        "expires_at": _lease(ctx, vouched.expires_at),
    }
    seen = {"address": clean_line(vouched.address[:ADDRESS_MAX]), "user_agent": clean_line(vouched.user_agent[:256])}
    row = insert(UserSession).values(id=vouched.session_id, **values, **seen)
    await ctx.db.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))
    return Actor(user.person(), vouched.session_id, frozenset(user.site_roles))


async def renew_session(ctx: Context, session_id: UUID, expires_at: datetime) -> None:
    """Extend a session that the service has confirmed. An expired one needs its token again."""
    renewed = update(UserSession).where(col(UserSession.id) == session_id, col(UserSession.expires_at) > ctx.now)
    await ctx.db.execute(renewed.values(expires_at=_lease(ctx, expires_at)))


async def lapse_token(ctx: Context, token: str) -> None:
    """Expire a session until the service confirms it again. It has not ended."""
    lapsed = update(UserSession).where(col(UserSession.token_hash) == digest(token))
    await ctx.db.execute(lapsed.values(expires_at=ctx.now))


async def drop_session(ctx: Context, session_id: UUID) -> None:
    """End a session that the service no longer has, in every tab."""
    await revoke_sessions(ctx, col(UserSession.id) == session_id)


async def drop_token(ctx: Context, token: str) -> None:
    """End the session of a token, if there is one."""
    await revoke_sessions(ctx, col(UserSession.token_hash) == digest(token))


async def view_newcomer(
    ctx: Context, vouched: VouchedSession, *, invited: bool = False, approved: bool = False
) -> Claim:
    """Return the profile of a person without an account.

    Raises ``SignUpClosed``, :class:`AccountNotMoved`, and for a person with an account they may not use,
    ``AccountSuspended`` or ``SessionNotFound``.
    """
    if user := await _linked_user(ctx, vouched):
        check_waiting(user)
        raise AccountSuspended() if user.suspended_at else SessionNotFound()
    if await has_accounts(ctx):
        email = vouched.profile.email if vouched.profile.email_verified else ""
        check_policy(ctx, invited, email, approved=approved)
    profile = vouched.profile
    await _check_moved(ctx, profile)
    return Claim(
        provider="",
        path="",
        username=await free_username(ctx, profile),
        name=cut(clean_name(profile.name), NAME_MAX),
        email=profile.email,
        email_verified=profile.email_verified,
        code_wanted=False,
        profile=profile,
    )


async def claim_vouched(
    ctx: Context,
    vouched: VouchedSession,
    *,
    username: str,
    email: str = "",
    name: str = "",
    locale: str = "en",
    invited: bool = False,
    approved: bool = False,
    address: str = "",
) -> User:
    """Create the newcomer's account with the username that they chose.

    Raises as ``claim_account`` does, or :class:`AccountNotMoved`.
    """
    await ctx.limit(REGISTRATIONS, address)
    if await _linked_user(ctx, vouched):
        raise IdentityTaken()
    await _check_moved(ctx, vouched.profile)
    user = await make_account(
        ctx,
        vouched.profile,
        username=username,
        email=email,
        name=name,
        locale=locale,
        invited=invited,
        approved=approved,
    )
    user.kratos_identity_id = vouched.profile.subject
    return user


def keeper_name(vouched: VouchedSession) -> str:
    """Return the name of the service shown to people: its host."""
    return urlsplit(vouched.profile.issuer).hostname or vouched.profile.issuer


async def _linked_user(ctx: Context, vouched: VouchedSession) -> User | None:
    linked = select(User).where(col(User.kratos_identity_id) == vouched.profile.subject)
    found: User | None = await ctx.db.scalar(linked)
    return found


async def _follow_email(ctx: Context, user: User, profile: ProviderProfile) -> None:
    """Copy a newly verified email, unless another account has it."""
    if not profile.email_verified:
        return
    try:
        email = check_email(profile.email)
    except InvalidField:
        return
    if email == user.email:
        user.email_verified_at = user.email_verified_at or ctx.now
    elif not await is_known(ctx, email):
        user.email, user.email_verified_at = email, ctx.now


async def _check_moved(ctx: Context, profile: ProviderProfile) -> None:
    """Check that an email matches no account: people may register there with another person's address."""
    if profile.email_verified and await is_known(ctx, profile.email):
        raise AccountNotMoved()


def _lease(ctx: Context, expires_at: datetime) -> datetime:
    return min(expires_at, ctx.now + LEASE)
