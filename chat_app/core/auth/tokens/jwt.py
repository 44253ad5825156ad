"""JWTs for API clients: a short-lived access token, and a refresh token that works once."""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from sqlmodel import col

from chat_app.core.auth.sessions.commands import recognise, recognise_session, revoke_sessions
from chat_app.core.auth.tables import UserSession
from chat_app.core.auth.tokens.api_tokens import PREFIX, recognise_api_token
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.secrets.digests import digest, new_secret
from chat_app.core.kernel.secrets.vault import key_for

ACCESS_LIFE: Final = timedelta(minutes=10)
ISSUER: Final = "parley"
_ALGORITHM: Final = "HS256"
_LENGTH_MAX: Final = 2000


@dataclass(frozen=True, slots=True)
class TokenPair:
    """The tokens of an API client. The access token expires after ``expires_in`` seconds."""

    access_token: str
    refresh_token: str
    expires_in: int


async def grant_tokens(ctx: Context, actor: Actor) -> TokenPair:
    """Return tokens for the actor's session, which has just begun."""
    return _rotate(ctx, await ctx.db.get_one(UserSession, actor.session_id))


async def refresh_tokens(ctx: Context, refresh_token: str) -> TokenPair | None:
    """Exchange a refresh token for the next pair; return ``None`` when it is not valid.

    A token used twice has been stolen, so the session ends for both users of it. The function does not raise, because
    the end of the session has to be committed.
    """
    claims = _read(ctx, "refresh", refresh_token)
    session_id = _uuid(claims.get("sid"))
    if session_id is None:
        return None
    session = await ctx.db.get(UserSession, session_id, with_for_update=True)
    if session is None or session.revoked_at is not None or session.expires_at <= ctx.now:
        return None
    if not hmac.compare_digest(session.refresh_hash or b"", digest(str(claims.get("jti")))):
        await revoke_sessions(ctx, col(UserSession.id) == session.id)
        return None
    return _rotate(ctx, session)


def is_session_token(credential: str) -> bool:
    """Return whether the text has the form of a session token."""
    return not credential.startswith(PREFIX) and credential.count(".") != 2


async def recognise_bearer(ctx: Context, credential: str) -> Actor | None:
    """Return the actor of a credential: an API token, an access token or a session token."""
    if credential.startswith(PREFIX):
        return await recognise_api_token(ctx, credential)
    if is_session_token(credential):
        return await recognise(ctx, credential)
    session_id = _uuid(_read(ctx, "access", credential).get("sid"))
    return await recognise_session(ctx, session_id) if session_id else None


def _rotate(ctx: Context, session: UserSession) -> TokenPair:
    jti = new_secret()
    session.refresh_hash = digest(jti)
    session.last_seen_at = ctx.now
    session.expires_at = ctx.now + timedelta(days=ctx.policy.session_days)
    who = {"sub": str(session.user_id), "sid": str(session.id)}
    access = _write(ctx, "access", {**who, "exp": int((ctx.now + ACCESS_LIFE).timestamp())})
    refresh = _write(ctx, "refresh", {**who, "jti": jti, "exp": int(session.expires_at.timestamp())})
    return TokenPair(access, refresh, int(ACCESS_LIFE.total_seconds()))


def _write(ctx: Context, use: str, claims: dict[str, Any]) -> str:
    """Sign the claims with the key of ``use``, so that a token of one kind is not valid as the other."""
    claims = {"iss": ISSUER, "iat": int(ctx.now.timestamp()), **claims}
    return jwt.encode({"alg": _ALGORITHM}, claims, key_for(ctx.policy.secret, f"jwt-{use}"))


def _read(ctx: Context, use: str, token: str) -> dict[str, Any]:
    """Return the claims of a valid, unexpired token of ours; none otherwise."""
    rules = jwt.JWTClaimsRegistry(
        now=int(ctx.now.timestamp()),
        iss={"essential": True, "value": ISSUER},
        exp={"essential": True},
        sid={"essential": True},
    )
    try:
        read = jwt.decode(token[:_LENGTH_MAX], key_for(ctx.policy.secret, f"jwt-{use}"), algorithms=[_ALGORITHM])
        rules.validate(read.claims)
    except (JoseError, ValueError):
        return {}
    return dict(read.claims)


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
