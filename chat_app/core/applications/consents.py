"""Remember, list and revoke the access that people have given to applications."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.applications.commands import revoke_grants
from chat_app.core.applications.errors import ApplicationNotFound
from chat_app.core.applications.rules import covers, in_order
from chat_app.core.applications.tables import Application, Consent
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.texts.cleaning import storable

HYDRA: Final = "hydra:"
"""Begins the key of an application that a Hydra keeps."""

CLIENT_MAX: Final = 300
LISTED_MOST: Final = 50


async def my_applications(ctx: Context) -> Sequence[Consent]:
    """Return the actor's consents, the newest first."""
    mine = select(Consent).where(col(Consent.user_id) == ctx.me.user_id)
    mine = mine.order_by(col(Consent.granted_at).desc(), col(Consent.client)).limit(LISTED_MOST)
    return (await ctx.db.scalars(mine)).all()


async def revoke_application(ctx: Context, client: str) -> str:
    """Revoke the actor's consent to an application: its tokens for them end. Returns the application's key.

    Raises :class:`ApplicationNotFound`.
    """
    consent = await ctx.db.get(Consent, (ctx.me.user_id, storable(str(client)[:CLIENT_MAX])), with_for_update=True)
    if consent is None:
        raise ApplicationNotFound()
    await ctx.db.delete(consent)
    if not consent.client.startswith(HYDRA):
        await revoke_grants(ctx, UUID(consent.client), ctx.me.user_id)
    return consent.client


async def has_consent(ctx: Context, client: str, scopes: Sequence[str]) -> bool:
    """Return whether the actor has allowed an application all of these scopes."""
    consent = await ctx.db.get(Consent, (ctx.me.user_id, client))
    return consent is not None and covers(consent.scopes, scopes)


async def needs_consent(ctx: Context, application: Application, scopes: Sequence[str]) -> bool:
    """Return whether the actor must be asked before the application gets these scopes."""
    return not application.trusted and not await has_consent(ctx, str(application.id), scopes)


async def remember_consent(ctx: Context, client: str, name: str, scopes: Sequence[str]) -> None:
    """Store the actor's consent, together with their earlier consents."""
    before = await ctx.db.get(Consent, (ctx.me.user_id, client), with_for_update=True, populate_existing=True)
    granted = in_order({*scopes, *(before.scopes if before else ())}) or list(scopes)
    values = {"name": name, "scopes": granted, "granted_at": ctx.now}
    row = insert(Consent).values(user_id=ctx.me.user_id, client=client, **values)
    await ctx.db.execute(row.on_conflict_do_update(index_elements=["user_id", "client"], set_=values))
