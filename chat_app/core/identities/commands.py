"""Sign in, claim an account, link and unlink, by an account elsewhere."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, select
from sqlmodel import col

from chat_app.core.accounts import rules
from chat_app.core.accounts.commands import add_user, check_policy
from chat_app.core.accounts.errors import InvalidField
from chat_app.core.accounts.queries import has_accounts
from chat_app.core.accounts.tables import User
from chat_app.core.auth.factors.proof import check_second_factor, prove_identity
from chat_app.core.auth.registration import REGISTRATIONS
from chat_app.core.identities.errors import ClaimNotFound, EmailKnown, IdentityTaken, LastWayIn, ProviderLinked
from chat_app.core.identities.passkeys import has_passkey
from chat_app.core.identities.ports import IdentityProvider, ProviderProfile
from chat_app.core.identities.queries import identity_of
from chat_app.core.identities.tables import AccountClaim, Identity
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotSignedIn
from chat_app.core.kernel.secrets.digests import digest, new_secret
from chat_app.core.kernel.texts.cleaning import clean_line, cut

CLAIM_LIFETIME: Final = timedelta(minutes=30)
LABEL_MAX: Final = 320


async def linked_user(ctx: Context, profile: ProviderProfile) -> User | None:
    """Return the user to whom the external account is linked. An email alone never matches."""
    identity = await identity_of(ctx, profile)
    if identity is None:
        return None
    identity.label = _label(profile)
    return await ctx.db.get(User, identity.user_id)


async def keep_claim(
    ctx: Context, provider: IdentityProvider, profile: ProviderProfile, path: str, **admission: bool
) -> str:
    """Store a claim, so that a newcomer can choose a username. Returns the secret by which they claim the account.

    Raises as ``check_policy``, and :class:`EmailKnown`: only the owner of an account can link one elsewhere to it.
    """
    if await has_accounts(ctx):
        check_policy(ctx, email=profile.email if profile.email_verified else "", **admission)
    if profile.email_verified and await is_known(ctx, profile.email):
        raise EmailKnown()
    return await _keep(ctx, provider, profile, path)


async def require_code(
    ctx: Context, provider: IdentityProvider, profile: ProviderProfile, path: str, user: User
) -> str | None:
    """Return nothing if the account elsewhere is enough to sign ``user`` in.

    Return a secret for :func:`sign_in_by_code` where they also have an authenticator.
    """
    try:
        await check_second_factor(ctx, user.id, "")
    except InvalidField:
        return await _keep(ctx, provider, profile, path)
    return None


async def sign_in_by_code(ctx: Context, token: str, code: str) -> User:
    """Sign in a person who came back from a provider, by the code of their authenticator.

    Raises ``InvalidField``, ``RateLimited`` or :class:`ClaimNotFound`.
    """
    claim = await ctx.db.get(AccountClaim, digest(token))
    user = await linked_user(ctx, ProviderProfile(**claim.profile)) if claim and claim.expires_at > ctx.now else None
    if claim is None or user is None:
        raise ClaimNotFound()
    await check_second_factor(ctx, user.id, code)
    used = delete(AccountClaim).where(col(AccountClaim.token_hash) == claim.token_hash)
    if await ctx.db.scalar(used.returning(col(AccountClaim.token_hash))) is None:  # by a concurrent request
        raise ClaimNotFound()
    return user


async def _keep(ctx: Context, provider: IdentityProvider, profile: ProviderProfile, path: str) -> str:
    token = new_secret()
    ctx.db.add(
        AccountClaim(
            token_hash=digest(token),
            provider=provider.id,
            profile=asdict(profile),
            path=path,
            expires_at=ctx.now + CLAIM_LIFETIME,
        )
    )
    return token


async def claim_account(
    ctx: Context,
    token: str,
    *,
    username: str,
    email: str = "",
    name: str = "",
    locale: str = "en",
    invited: bool = False,
    approved: bool = False,
    address: str = "",
) -> User:
    """Create the account with the chosen username for a claim, and link the external account.

    ``email`` counts only if the provider has verified none. Raises as ``register`` does, :class:`ClaimNotFound`, or
    :class:`IdentityTaken` if the same external account was claimed in another browser in between.
    """
    await ctx.limit(REGISTRATIONS, address)
    taken = delete(AccountClaim).where(
        col(AccountClaim.token_hash) == digest(token), col(AccountClaim.expires_at) > ctx.now
    )
    claim: AccountClaim | None = await ctx.db.scalar(taken.returning(AccountClaim))
    if claim is None:
        raise ClaimNotFound()
    profile = ProviderProfile(**claim.profile)
    admission = {"invited": invited, "approved": approved}
    user = await make_account(ctx, profile, username=username, email=email, name=name, locale=locale, **admission)
    await lock_identity(ctx, profile)
    if await identity_of(ctx, profile):
        raise IdentityTaken()
    add_identity(ctx, user, profile)
    return user


async def make_account(
    ctx: Context,
    profile: ProviderProfile,
    *,
    username: str,
    email: str,
    name: str,
    locale: str,
    invited: bool,
    approved: bool,
) -> User:
    """Create an account without a password from a provider's profile, which the caller has counted.

    Raises as ``register`` does.
    """
    user = await add_user(
        ctx,
        email=rules.check_email(profile.email if profile.email_verified else email),
        username=rules.check_username(username),
        name=name and rules.check_name(name),
        password_hash=None,
        locale=rules.check_choice(locale, rules.LOCALES, "locale"),
        invited=invited,
        approved=approved,
        proven=profile.email_verified,
    )
    user.email_verified_at = ctx.now if profile.email_verified else None
    return user


async def link_identity(ctx: Context, profile: ProviderProfile) -> None:
    """Link the account elsewhere to the actor. Raises :class:`IdentityTaken` or :class:`ProviderLinked`."""
    user = await _lock_me(ctx)
    await lock_identity(ctx, profile)
    identity = await identity_of(ctx, profile)
    if identity and identity.user_id != user.id:
        raise IdentityTaken()
    if identity is None:
        if await ctx.db.scalar(select(col(Identity.id)).where(col(Identity.user_id) == user.id, _from(profile.issuer))):
            raise ProviderLinked()
        add_identity(ctx, user, profile)


async def unlink_identity(
    ctx: Context, provider: IdentityProvider, offered: Collection[str], password: str, code: str = ""
) -> None:
    """Unlink the actor's account at a provider, if there is one.

    ``offered`` are the issuers that people can sign in by now. Raises as :func:`prove_identity` does, or
    :class:`LastWayIn` if neither a password nor another offered identity remains.
    """
    await prove_identity(ctx, password, code)
    user = await _lock_me(ctx)
    linked = set(await ctx.db.scalars(select(col(Identity.issuer)).where(col(Identity.user_id) == user.id)))
    others = (linked - {provider.issuer}) & set(offered)
    if provider.issuer in linked and user.password_hash is None and not others and not await has_passkey(ctx, user):
        raise LastWayIn()
    await ctx.db.execute(delete(Identity).where(col(Identity.user_id) == user.id, _from(provider.issuer)))


async def _lock_me(ctx: Context) -> User:
    """Lock and return the actor's row. Raises ``NotSignedIn`` if the account was just deleted."""
    there = select(User).where(col(User.id) == ctx.me.user_id, col(User.deleted_at).is_(None)).with_for_update()
    user: User | None = await ctx.db.scalar(there, execution_options={"populate_existing": True})
    if user is None:
        raise NotSignedIn()
    return user


async def lock_identity(ctx: Context, profile: ProviderProfile) -> None:
    """Lock the key of an account elsewhere, which has no row yet that could be locked."""
    await ctx.lock_key(profile.issuer + profile.subject)


def add_identity(ctx: Context, user: User, profile: ProviderProfile) -> None:
    """Link an account elsewhere, whose key the caller has locked, to a person."""
    ctx.db.add(
        Identity(
            user_id=user.id,
            issuer=profile.issuer,
            subject=profile.subject,
            label=_label(profile),
            created_at=ctx.now,
        )
    )


def _label(profile: ProviderProfile) -> str:
    return cut(clean_line(profile.label), LABEL_MAX)


def _from(issuer: str) -> ColumnElement[bool]:
    return col(Identity.issuer) == issuer


async def is_known(ctx: Context, email: str) -> bool:
    """Return whether an account has this email."""
    return await ctx.db.scalar(select(col(User.id)).where(col(User.email) == email.lower())) is not None


async def forget_claims(ctx: Context) -> None:
    """Delete unfinished claims."""
    await ctx.db.execute(delete(AccountClaim).where(col(AccountClaim.expires_at) < ctx.now))
