"""Personal API tokens, by which programs act for a person, within scopes."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from limits import RateLimitItemPerHour
from sqlalchemy import delete, func, or_, select, update
from sqlmodel import col

from chat_app.core.access.features import Feature, is_off, require_feature
from chat_app.core.accounts.errors import InvalidField
from chat_app.core.accounts.tables import User
from chat_app.core.auth.errors import TokenNotFound, TooManyTokens
from chat_app.core.auth.factors.proof import prove_identity
from chat_app.core.auth.sessions.commands import required_of
from chat_app.core.auth.tables import ApiToken, UserSession
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotSignedIn
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.secrets.digests import digest, new_secret
from chat_app.core.kernel.texts.cleaning import clean_name

PREFIX: Final = "parley_"
"""Marks a text as an API token, for secret scanners and for us."""

NAME_MAX: Final = 50
DAYS_MAX: Final = 366
TOKENS_MAX: Final = 20
MADE: Final = RateLimitItemPerHour(30, namespace="api_tokens")
USED_EVERY: Final = timedelta(minutes=5)


class Scope(StrEnum):
    """A right of an API token; never one over the person's account."""

    READ = "read"
    """Read everything that the person can see."""
    MESSAGES = "messages"
    """Write, edit and delete messages, and ask models."""
    ROOMS = "rooms"
    """Make and change rooms, invite, join and leave."""


async def make_api_token(
    ctx: Context, *, name: str, scopes: Collection[str], password: str, code: str = "", days: int | None = None
) -> tuple[ApiToken, str]:
    """Create a token of the actor, valid for ``days`` or until it is revoked. It is shown only once.

    Raises ``InvalidField``, :class:`TooManyTokens` or ``RateLimited``.
    """
    require_feature(ctx, Feature.API_TOKENS)
    name = clean_name(name)
    if not 1 <= len(name) <= NAME_MAX:
        raise InvalidField("name_invalid", "name", maximum=NAME_MAX)
    if not scopes or not set(scopes) <= set(Scope):
        raise InvalidField("choice_invalid", "scopes")
    if days is not None and not 1 <= days <= DAYS_MAX:
        raise InvalidField("number_out_of_range", "days", minimum=1, maximum=DAYS_MAX)
    user = await prove_identity(ctx, password, code, counted=[(MADE, str(ctx.me.user_id))])
    await ctx.db.get_one(User, user.id, with_for_update=True)  # concurrent requests are counted one after the other
    mine = select(func.count()).where(col(ApiToken.user_id) == user.id)
    if (await ctx.db.scalar(mine) or 0) >= TOKENS_MAX:
        raise TooManyTokens(maximum=TOKENS_MAX)
    secret = PREFIX + new_secret()
    token = ApiToken(
        user_id=user.id,
        name=name,
        token_hash=digest(secret),
        scopes=sorted(set(scopes)),
        created_at=ctx.now,
        expires_at=ctx.now + timedelta(days=days) if days else None,
    )
    ctx.db.add(token)
    return token, secret


async def api_tokens(ctx: Context) -> Sequence[ApiToken]:
    """Return the actor's tokens, newest first, expired ones included."""
    statement = select(ApiToken).where(col(ApiToken.user_id) == ctx.me.user_id).order_by(col(ApiToken.id).desc())
    return (await ctx.db.scalars(statement)).all()


async def revoke_api_token(ctx: Context, token_id: AnyId) -> None:
    """Revoke one of the actor's tokens. Raises :class:`TokenNotFound`."""
    which = parse_id(token_id, TokenNotFound)
    statement = delete(ApiToken).where(col(ApiToken.id) == which, col(ApiToken.user_id) == ctx.me.user_id)
    if await ctx.db.scalar(statement.returning(col(ApiToken.id))) is None:
        raise TokenNotFound()


async def recognise_api_token(ctx: Context, secret: str) -> Actor | None:
    """Return the actor of a valid token: the person, within its scopes, and never as the site's admin.

    If the person's organisation enforces its own provider, and that provider does not report leavers, the person must
    have signed in there recently. Raises ``NotSignedIn`` if the site has switched tokens off: they are kept, and work
    again afterwards.
    """
    live = or_(col(ApiToken.expires_at).is_(None), col(ApiToken.expires_at) > ctx.now)
    statement = select(User, ApiToken).join(ApiToken, col(ApiToken.user_id) == col(User.id))
    statement = statement.where(col(User.suspended_at).is_(None), col(User.deleted_at).is_(None))
    row = (await ctx.db.execute(statement.where(col(ApiToken.token_hash) == digest(secret), live))).first()
    if row is None:
        return None
    if is_off(ctx.policy, Feature.API_TOKENS):
        raise NotSignedIn(f"feature_off_{Feature.API_TOKENS}")
    user, token = row
    if required_of(ctx, user.username, user.email) and not await _signed_in_lately(ctx, user.id):
        return None
    if token.last_used_at is None or token.last_used_at <= ctx.now - USED_EVERY:
        await _note_use(ctx, token.id)
    return Actor(user.person(), token.id, scopes=frozenset(token.scopes))


async def _signed_in_lately(ctx: Context, user_id: UUID) -> bool:
    """Return whether a person has signed in within the days for which a session lasts."""
    since = ctx.now - timedelta(days=ctx.policy.session_days)
    mine = (col(UserSession.user_id) == user_id, col(UserSession.created_at) > since)
    return await ctx.db.scalar(select(col(UserSession.id)).where(*mine).limit(1)) is not None


async def _note_use(ctx: Context, token_id: UUID) -> None:
    free = select(col(ApiToken.id)).where(col(ApiToken.id) == token_id).with_for_update(skip_locked=True)
    statement = update(ApiToken).where(col(ApiToken.id).in_(free)).values(last_used_at=ctx.now)
    await ctx.db.execute(statement.execution_options(synchronize_session=False))
