"""Leaving for a provider, and coming back from it."""

from datetime import timedelta
from typing import Final

from limits import RateLimitItemPerMinute
from sqlalchemy import delete

from chat_app.core.identities.errors import SignInExpired
from chat_app.core.identities.ports import Departure, IdentityProvider
from chat_app.core.identities.tables import SignInAttempt
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.secrets import digest

DEPARTURES = RateLimitItemPerMinute(30, namespace="departures")
LIFETIME: Final = timedelta(minutes=15)


async def admit_departure(ctx: Context, address: str) -> None:
    """Count one more browser that leaves for a provider; raises ``RateLimited``."""
    await ctx.limit(DEPARTURES, address)


async def note_departure(
    ctx: Context, provider: IdentityProvider, departure: Departure, browser: str, path: str, *, link: bool = False
) -> None:
    """Remember that ``browser`` (a secret of its own) left. With ``link`` the account is to become the actor's."""
    ctx.db.add(
        SignInAttempt(
            state_hash=digest(departure.state),
            browser_hash=digest(browser),
            provider=provider.id,
            nonce=departure.nonce,
            code_verifier=departure.code_verifier,
            path=path,
            user_id=ctx.me.user_id if link else None,
            expires_at=ctx.now + LIFETIME,
        )
    )


async def take_attempt(ctx: Context, provider: IdentityProvider, state: str, browser: str) -> SignInAttempt:
    """Return the departure that is being returned from, which can be done once. Raises :class:`SignInExpired`."""
    returning = (
        delete(SignInAttempt)
        .where(
            SignInAttempt.state_hash == digest(state),
            SignInAttempt.browser_hash == digest(browser),
            SignInAttempt.provider == provider.id,
            SignInAttempt.expires_at > ctx.now,
        )
        .returning(SignInAttempt)
    )
    attempt: SignInAttempt | None = await ctx.db.scalar(returning)
    if attempt is None:
        raise SignInExpired()
    return attempt


async def forget_attempts(ctx: Context) -> None:
    """Delete the departures of those who stayed away too long."""
    await ctx.db.execute(delete(SignInAttempt).where(SignInAttempt.expires_at < ctx.now))
