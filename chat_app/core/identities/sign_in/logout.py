"""End sessions here and at the provider by which they began, together."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.auth.sessions.commands import revoke_sessions
from chat_app.core.auth.tables import UserSession
from chat_app.core.identities.errors import AssertionRefused
from chat_app.core.identities.ports import IdentityProvider, LogoutAsked, ProviderProfile
from chat_app.core.identities.tables import KeptAssertion, ProviderSession
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.secrets.digests import digest, new_secret

KEPT: Final = timedelta(hours=1)
"""The time for which a provider's request for a logout is remembered: longer than such a request is valid."""


def note_provider_session(ctx: Context, actor: Actor, provider_id: str, profile: ProviderProfile) -> None:
    """Store the provider's session by which the actor has signed in, if the provider has named it."""
    if profile.session and actor.session_id:
        details = dict(profile.session)
        ctx.db.add(
            ProviderSession(
                session_id=actor.session_id,
                provider=provider_id,
                subject=profile.subject,
                session_index=details.get("index", ""),
                details=details,
            )
        )


async def my_provider_session(ctx: Context) -> ProviderSession | None:
    """Return the session at a provider by which the actor's present one began."""
    found: ProviderSession | None = await ctx.db.get(ProviderSession, ctx.me.session_id)
    return found


async def end_provider_sessions(ctx: Context, provider: IdentityProvider, asked: LogoutAsked) -> Sequence[UUID]:
    """End the sessions that a provider asks to end, in every tab; return their ids. Raises :class:`AssertionRefused`
    for a repeated request.
    """
    if not await _is_new(ctx, provider, asked):
        raise AssertionRefused("logout_refused")
    begun = select(col(ProviderSession.session_id)).where(col(ProviderSession.provider) == provider.id)
    if asked.subject or not asked.indexes:
        begun = begun.where(col(ProviderSession.subject) == asked.subject)
    if asked.indexes:
        begun = begun.where(col(ProviderSession.session_index).in_(asked.indexes))
    return await revoke_sessions(ctx, col(UserSession.id).in_(begun))


async def _is_new(ctx: Context, provider: IdentityProvider, asked: LogoutAsked) -> bool:
    row = {
        "assertion_hash": digest(f"{provider.issuer}\n{asked.message_id}"),
        "token_hash": digest(new_secret()),
        "provider": provider.id,
        "profile": {},
        "kept_at": ctx.now,
        "taken_at": ctx.now,
        "expires_at": ctx.now + KEPT,
    }
    kept = insert(KeptAssertion).values(**row, in_response_to="").on_conflict_do_nothing()
    return await ctx.db.scalar(kept.returning(col(KeptAssertion.assertion_hash))) is not None
