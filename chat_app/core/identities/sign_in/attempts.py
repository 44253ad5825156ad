"""Begin and complete sign-ins at a provider."""

from datetime import timedelta
from typing import Final

from limits import RateLimitItemPerMinute
from sqlalchemy import delete
from sqlmodel import col

from chat_app.core.identities.errors import SignInExpired
from chat_app.core.identities.ports import IdentityProvider, SignInRedirect
from chat_app.core.identities.tables import SignInAttempt
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.secrets.digests import digest
from chat_app.core.kernel.secrets.vault import seal, unseal

DEPARTURES = RateLimitItemPerMinute(30, namespace="departures")
SEAL: Final = "sign-in"
LIFETIME: Final = timedelta(minutes=15)


async def admit_departure(ctx: Context, address: str) -> None:
    """Count a browser's departure for a provider. Raises ``RateLimited``."""
    await ctx.limit(DEPARTURES, address)


async def note_departure(
    ctx: Context, provider: IdentityProvider, departure: SignInRedirect, browser: str, path: str, *, link: bool = False
) -> None:
    """Store the departure of ``browser`` (a secret of its own). With ``link`` the actor links the external account."""
    ctx.db.add(
        SignInAttempt(
            state_hash=digest(departure.state),
            browser_hash=digest(browser),
            provider=provider.id,
            nonce=departure.nonce,
            code_verifier=seal(ctx.policy.keys, SEAL, departure.code_verifier),
            path=path,
            user_id=ctx.me.user_id if link else None,
            expires_at=ctx.now + LIFETIME,
        )
    )


async def take_attempt(ctx: Context, provider: IdentityProvider, state: str, browser: str) -> SignInAttempt:
    """Use up and return the stored departure, once. Raises :class:`SignInExpired`."""
    returning = (
        delete(SignInAttempt)
        .where(
            col(SignInAttempt.state_hash) == digest(state),
            col(SignInAttempt.browser_hash) == digest(browser),
            col(SignInAttempt.provider) == provider.id,
            col(SignInAttempt.expires_at) > ctx.now,
        )
        .returning(SignInAttempt)
    )
    attempt: SignInAttempt | None = await ctx.db.scalar(returning)
    if attempt is None:
        raise SignInExpired()
    return attempt


def verifier_of(ctx: Context, attempt: SignInAttempt) -> str:
    """Return the secret of an attempt, which proves to the provider who began it. Raises ``SignInExpired``."""
    verifier = unseal(ctx.policy.keys, SEAL, attempt.code_verifier)
    if verifier is None:
        raise SignInExpired()
    return verifier


async def forget_attempts(ctx: Context) -> None:
    """Delete expired attempts."""
    await ctx.db.execute(delete(SignInAttempt).where(col(SignInAttempt.expires_at) < ctx.now))
