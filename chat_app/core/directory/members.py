"""Admit people of an organisation, whom its provider has authenticated, without a sign-up form."""

from sqlalchemy import delete, select
from sqlmodel import col

from chat_app.core.accounts import rules
from chat_app.core.accounts.commands import add_user
from chat_app.core.accounts.rules import NAME_MAX
from chat_app.core.accounts.tables import User
from chat_app.core.auth.factors.passkey_tables import Passkey
from chat_app.core.auth.password_changes import revoke_access
from chat_app.core.auth.tables import Authenticator, RecoveryCode
from chat_app.core.identities.commands import add_identity, lock_identity
from chat_app.core.identities.errors import EmailKnown
from chat_app.core.identities.organisation import Organisation
from chat_app.core.identities.ports import ProviderProfile
from chat_app.core.identities.queries import free_username, identity_of
from chat_app.core.identities.tables import Identity
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.texts.cleaning import clean_name, cut


async def admit_member(
    ctx: Context, organisation: Organisation, profile: ProviderProfile, *, locale: str = "en"
) -> User | None:
    """Return the existing or new account of an organisation's person; None for anybody else.

    The organisation is the authority for its addresses, so an account with the address belongs to this person. Raises
    :class:`EmailKnown` if that account is linked to another person there: addresses are given to new people too.
    """
    if not (profile.email_verified and organisation.speaks_for(profile.email)):
        return None
    await lock_identity(ctx, profile)
    if identity := await identity_of(ctx, profile):  # by a concurrent request
        return await ctx.db.get(User, identity.user_id)
    by_address = select(User).where(col(User.email) == profile.email, col(User.deleted_at).is_(None))
    user: User | None = await ctx.db.scalar(by_address.with_for_update())
    if user is None:
        user = await make_member(ctx, profile, locale=locale)
    else:
        await _adopt(ctx, user, profile)
    add_identity(ctx, user, profile)
    return user


async def make_member(ctx: Context, profile: ProviderProfile, *, locale: str, username: str = "") -> User:
    """Create the account of an organisation's person, for any rule of signing up."""
    user = await add_user(
        ctx,
        email=rules.check_email(profile.email),
        username=rules.check_username(username or await free_username(ctx, profile)),
        name=cut(clean_name(profile.name), NAME_MAX),
        password_hash=None,
        locale=locale if locale in rules.LOCALES else "en",
        vouched=True,
    )
    user.email_verified_at = ctx.now
    return user


async def _adopt(ctx: Context, user: User, profile: ProviderProfile) -> None:
    linked = select(col(Identity.id)).where(col(Identity.user_id) == user.id, col(Identity.issuer) == profile.issuer)
    if await ctx.db.scalar(linked) is not None:
        raise EmailKnown()
    await take_over(ctx, user)


async def take_over(ctx: Context, user: User) -> None:
    """Give the account with an organisation's address to its person alone.

    If the address was never verified, another person may have created the account with it, so all ways to sign in are
    removed.
    """
    if user.email_verified_at is None:
        if user.site_roles or user.username in ctx.policy.break_glass:
            raise EmailKnown()  # its owner signs in, and connects it
        user.password_hash = None
        user.kratos_identity_id = None
        await revoke_access(ctx, user.id)
        await ctx.db.execute(delete(Identity).where(col(Identity.user_id) == user.id))
        await ctx.db.execute(delete(Passkey).where(col(Passkey.user_id) == user.id))
        await ctx.db.execute(delete(Authenticator).where(col(Authenticator.user_id) == user.id))
        await ctx.db.execute(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user.id))
    user.email_verified_at = ctx.now
    user.waits_for = None
