"""Accept a provider's assertions, each once, and pass them to the browser that requested them.

An assertion arrives by a form of another site, without this site's cookies. So it is stored, and the browser is
redirected to an address of this site, where its cookie shows that it began the sign-in.
"""

from dataclasses import asdict
from datetime import timedelta
from typing import Final

from limits import RateLimitItemPerMinute
from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.identities.errors import AssertionRefused, SignInExpired
from chat_app.core.identities.ports import AssertingProvider, ProviderProfile, SignedAssertion
from chat_app.core.identities.tables import KeptAssertion
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.secrets.digests import digest, new_secret

ARRIVALS: Final = RateLimitItemPerMinute(120, namespace="assertions")
HANDED_OVER: Final = timedelta(minutes=2)
MARGIN: Final = timedelta(minutes=10)
"""The time for which an assertion is remembered after its end: clocks differ."""


async def keep_assertion(ctx: Context, provider: AssertingProvider, asserted: SignedAssertion) -> str:
    """Store a provider's assertion.

    Returns the secret with which the browser requests it. Raises :class:`AssertionRefused` for a repeated one, or for
    an unrequested one, if these are not allowed.
    """
    if not asserted.in_response_to and not provider.unasked:
        raise AssertionRefused("assertion_unasked")
    token = new_secret()
    row = {
        "assertion_hash": digest(f"{provider.issuer}\n{asserted.assertion_id}"),
        "token_hash": digest(token),
        "provider": provider.id,
        "in_response_to": asserted.in_response_to,
        "profile": asdict(asserted.profile),
        "kept_at": ctx.now,
        "expires_at": max(asserted.expires_at, ctx.now) + MARGIN,
    }
    kept = insert(KeptAssertion).values(**row).on_conflict_do_nothing(index_elements=["assertion_hash"])
    if await ctx.db.scalar(kept.returning(col(KeptAssertion.assertion_hash))) is None:
        raise AssertionRefused("assertion_replayed")
    return token


async def take_assertion(ctx: Context, provider: AssertingProvider, token: str, request_id: str) -> ProviderProfile:
    """Return the profile of an assertion, once, to the browser whose request it answers; "" for none.

    Raises :class:`SignInExpired`.
    """
    taken = (
        update(KeptAssertion)
        .where(
            col(KeptAssertion.token_hash) == digest(token),
            col(KeptAssertion.provider) == provider.id,
            col(KeptAssertion.in_response_to) == request_id,
            col(KeptAssertion.kept_at) > ctx.now - HANDED_OVER,
            col(KeptAssertion.taken_at).is_(None),
        )
        .values(taken_at=ctx.now)
        .returning(col(KeptAssertion.profile))
    )
    profile = await ctx.db.scalar(taken)
    if profile is None:
        raise SignInExpired()
    return ProviderProfile(**profile)


async def forget_assertions(ctx: Context) -> None:
    """Delete assertions that would be refused by now for their age."""
    await ctx.db.execute(delete(KeptAssertion).where(col(KeptAssertion.expires_at) < ctx.now))
