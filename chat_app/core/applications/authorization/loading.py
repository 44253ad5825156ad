"""Load the rows on which the protocol's library decides."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.accounts.tables import User
from chat_app.core.applications.authorization.claims import claims_of
from chat_app.core.applications.errors import ApplicationNotFound
from chat_app.core.applications.ports import Bearer
from chat_app.core.applications.tables import Application, Grant, IssuedToken
from chat_app.core.auth.tables import UserSession
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import parse_id
from chat_app.core.kernel.secrets.digests import digest


async def enabled_applications(ctx: Context, named: Iterable[str]) -> dict[str, Application]:
    """Return the existing applications with these ids, by the ids as given."""
    found = {}
    for name in dict.fromkeys(named):
        try:
            application = await ctx.db.get(Application, parse_id(name, ApplicationNotFound))
        except ApplicationNotFound:
            continue
        if application and application.disabled_at is None and name == str(application.id):
            found[name] = application
    return found


async def lock_code(ctx: Context, code: str) -> Grant | None:
    """Lock and return the grant that has the code."""
    return await _lock(ctx, select(Grant).where(col(Grant.code_hash) == digest(code)))


async def lock_token(ctx: Context, token: str) -> tuple[IssuedToken | None, Grant | None]:
    """Return the token with its grant, which is locked first, so that a second use of a refresh token waits."""
    found = await ctx.db.get(IssuedToken, digest(token))
    if found is None:
        return None, None
    grant = await _lock(ctx, select(Grant).where(col(Grant.id) == found.grant_id))
    fresh = await ctx.db.get(IssuedToken, found.token_hash, populate_existing=True)
    return fresh, grant


async def _lock(ctx: Context, statement: Any) -> Grant | None:
    locked: Grant | None = await ctx.db.scalar(
        statement.with_for_update(), execution_options={"populate_existing": True}
    )
    return locked


async def bearer_of(ctx: Context, user_id: UUID, session_id: UUID) -> Bearer | None:
    """Return the person and their claims, while they may use the site and the session is live."""
    statement = select(User, UserSession).join(UserSession, col(UserSession.user_id) == col(User.id))
    live = (
        col(UserSession.revoked_at).is_(None),
        col(UserSession.expires_at) > ctx.now,
        col(User.suspended_at).is_(None),
        col(User.deleted_at).is_(None),
    )
    row = (
        await ctx.db.execute(statement.where(col(UserSession.id) == session_id, col(User.id) == user_id, *live))
    ).first()
    if row is None:
        return None
    user, session = row
    return Bearer(user.id, session.id, session.created_at, await claims_of(ctx, user))
