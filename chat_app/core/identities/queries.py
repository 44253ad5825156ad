"""Read people's accounts elsewhere."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.accounts.rules import NAME_MAX
from chat_app.core.accounts.tables import User
from chat_app.core.identities.errors import ClaimNotFound
from chat_app.core.identities.ports import ProviderProfile, Providers
from chat_app.core.identities.rules import numbered, username_bases
from chat_app.core.identities.tables import AccountClaim, Identity
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.secrets.digests import digest
from chat_app.core.kernel.texts.cleaning import clean_name, cut


@dataclass(frozen=True, slots=True)
class Claim:
    """A newcomer's profile, and a free ``username`` as a suggestion.

    With ``code_wanted`` they have an account, and must give the code of its authenticator.
    """

    provider: str
    path: str
    username: str
    name: str
    email: str
    email_verified: bool
    code_wanted: bool
    profile: ProviderProfile


@dataclass(frozen=True, slots=True)
class WayIn:
    """A provider, and whether the actor can sign in by it; ``label`` is the email or name of the account there."""

    id: str
    name: str
    linked: bool
    label: str
    since: datetime | None


async def identity_of(ctx: Context, profile: ProviderProfile) -> Identity | None:
    """Return the link between an account elsewhere and a user."""
    statement = select(Identity).where(col(Identity.issuer) == profile.issuer, col(Identity.subject) == profile.subject)
    found: Identity | None = await ctx.db.scalar(statement)
    return found


async def my_identities(ctx: Context) -> dict[str, Identity]:
    """Return the actor's accounts elsewhere, by issuer."""
    found = await ctx.db.scalars(select(Identity).where(col(Identity.user_id) == ctx.me.user_id))
    return {identity.issuer: identity for identity in found}


async def ways_in(ctx: Context, providers: Providers) -> list[WayIn]:
    """Return the providers, and those with which the actor can sign in."""
    mine = await my_identities(ctx)
    found = [(provider, mine.get(provider.issuer)) for provider in providers.values()]
    return [
        WayIn(
            provider.id,
            provider.name,
            linked=identity is not None,
            label=identity.label if identity else "",
            since=identity.created_at if identity else None,
        )
        for provider, identity in found
    ]


async def view_claim(ctx: Context, token: str) -> Claim:
    """Return the claim of this secret. Raises :class:`ClaimNotFound`."""
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
        profile=profile,
    )


async def free_username(ctx: Context, profile: ProviderProfile) -> str:
    """Return a free username based on the person's data, or ""."""
    for base in username_bases(profile):
        wanted = numbered(base)
        taken = set(await ctx.db.scalars(select(col(User.username)).where(col(User.username).in_(wanted))))
        if free := next((name for name in wanted if name not in taken), None):
            return free
    return ""
