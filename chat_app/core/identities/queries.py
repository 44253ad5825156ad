"""Reading who people are elsewhere."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.accounts.rules import NAME_MAX
from chat_app.core.accounts.tables import User
from chat_app.core.identities.errors import ClaimNotFound
from chat_app.core.identities.ports import ProviderProfile
from chat_app.core.identities.rules import numbered, username_bases
from chat_app.core.identities.tables import AccountClaim, Identity
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.secrets import digest
from chat_app.core.kernel.text import clean_name, cut


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody has come with. ``username`` is a suggestion, which is free now.

    With ``code_wanted`` they have an account, whose authenticator's code they have to give.
    """

    provider: str
    path: str
    username: str
    name: str
    email: str
    email_verified: bool
    code_wanted: bool


async def identity_of(ctx: Context, profile: ProviderProfile) -> Identity | None:
    """Return what links the account elsewhere to somebody here."""
    statement = select(Identity).where(Identity.issuer == profile.issuer, Identity.subject == profile.subject)
    found: Identity | None = await ctx.db.scalar(statement)
    return found


async def my_identities(ctx: Context) -> dict[str, Identity]:
    """Return the actor's accounts elsewhere, by issuer."""
    found = await ctx.db.scalars(select(Identity).where(Identity.user_id == ctx.me.user_id))
    return {identity.issuer: identity for identity in found}


async def look_at_claim(ctx: Context, token: str) -> Claim:
    """Return what waits to be claimed by this secret; raises :class:`ClaimNotFound`."""
    claim = await ctx.db.get(AccountClaim, digest(token))
    if claim is None or claim.expires_at <= ctx.now:
        raise ClaimNotFound()
    profile = ProviderProfile(**claim.profile)
    return Claim(
        provider=claim.provider,
        path=claim.path,
        username=await free_username(ctx, profile),
        name=cut(clean_name(profile.name), NAME_MAX),
        email=profile.email,
        email_verified=profile.email_verified,
        code_wanted=await identity_of(ctx, profile) is not None,
    )


async def free_username(ctx: Context, profile: ProviderProfile) -> str:
    """A username that suits the person and is free now; "" where none is."""
    for base in username_bases(profile):
        wanted = numbered(base)
        taken = set(await ctx.db.scalars(select(User.username).where(col(User.username).in_(wanted))))
        if free := next((name for name in wanted if name not in taken), None):
            return free
    return ""
