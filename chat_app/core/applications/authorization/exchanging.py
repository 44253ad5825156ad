"""Serve applications: exchange codes, revoke and introspect tokens, describe the person."""

from collections.abc import Mapping
from typing import Any, Final

from limits import RateLimitItemPerMinute
from sqlmodel import col

from chat_app.core.applications.authorization.claims import claims_within
from chat_app.core.applications.authorization.loading import bearer_of, enabled_applications, lock_code, lock_token
from chat_app.core.applications.ports import EndpointRequest, EndpointResponse, LoadedRows, OpenIdProtocol
from chat_app.core.applications.rules import OAuthScope
from chat_app.core.applications.signing import SigningKeys
from chat_app.core.applications.tables import Application
from chat_app.core.auth.sessions.commands import revoke_sessions
from chat_app.core.auth.tables import UserSession
from chat_app.core.kernel.context import Context

ASKED: Final = RateLimitItemPerMinute(300, namespace="oauth_tokens")
"""Limits an address: one server may ask for many people."""

ACCESS: Final = "access_token"
REFRESH: Final = "refresh_token"
TOKEN_MAX: Final = 4000


async def exchange_token(
    ctx: Context, server: OpenIdProtocol, asked: EndpointRequest, keys: SigningKeys, address: str
) -> EndpointResponse:
    """Exchange a code or a refresh token for tokens. One that is used twice was stolen, and revokes all of them.

    It does not raise for that, because the end of the tokens has to be committed. Raises ``RateLimited``.
    """
    await ctx.limit(ASKED, address)
    known = await _known(ctx, server, asked)
    known.keys = keys
    if asked.params.get("grant_type") == "refresh_token":
        await _load_token(ctx, known, asked.params.get("refresh_token", ""))
    else:
        known.grant = await lock_code(ctx, asked.params.get("code", "")[:TOKEN_MAX])
    await _load_bearer(ctx, known)
    answer = server.token(asked, known)
    ctx.db.add_all(known.made)
    return answer


async def revoke_token(ctx: Context, server: OpenIdProtocol, asked: EndpointRequest, address: str) -> EndpointResponse:
    """Revoke an access token, or a refresh token with all tokens made from it. Raises ``RateLimited``."""
    await ctx.limit(ASKED, address)
    known = await _known(ctx, server, asked)
    await _load_token(ctx, known, asked.params.get("token", ""))
    return server.revoke(asked, known)


async def introspect_token(
    ctx: Context, server: OpenIdProtocol, asked: EndpointRequest, address: str
) -> EndpointResponse:
    """Introspect a token, for the application that has it. Raises ``RateLimited``."""
    await ctx.limit(ASKED, address)
    known = await _known(ctx, server, asked)
    await _load_token(ctx, known, asked.params.get("token", ""))
    await _load_bearer(ctx, known)
    return server.introspect(asked, known)


async def read_claims(ctx: Context, token: str, address: str) -> Mapping[str, Any] | None:
    """Return the claims about the person that an access token permits; None for an invalid token.

    Raises ``RateLimited``.
    """
    await ctx.limit(ASKED, address)
    known = LoadedRows("", ctx.now)
    await _load_token(ctx, known, token)
    await _load_bearer(ctx, known)
    found, grant, bearer = known.token, known.grant, known.bearer
    if found is None or grant is None or bearer is None or found.kind != ACCESS:
        return None
    application = await ctx.db.get(Application, grant.application_id)
    ended = grant.revoked_at or application is None or application.disabled_at
    if ended or found.expires_at <= ctx.now or OAuthScope.OPENID not in found.scopes:
        return None
    return claims_within(bearer.claims, found.scopes)


async def leave_application(
    ctx: Context, server: OpenIdProtocol, asked: EndpointRequest, keys: SigningKeys
) -> tuple[str, bool]:
    """Sign the actor out at an application's request; return the address to go to, and whether they are out now.

    Only a token of the actor's own, which this site has signed, does that; otherwise they are not signed out.
    """
    known = await _known(ctx, server, asked)
    known.keys = keys
    subject, url = server.leave(asked, known)
    if ctx.actor is None or subject != str(ctx.actor.user_id):
        return url, False
    await revoke_sessions(ctx, col(UserSession.id) == ctx.actor.session_id)
    return url, True


async def _known(ctx: Context, server: OpenIdProtocol, asked: EndpointRequest) -> LoadedRows:
    return LoadedRows(server.issuer, ctx.now, await enabled_applications(ctx, server.named(asked)))


async def _load_token(ctx: Context, known: LoadedRows, token: str) -> None:
    known.token, known.grant = await lock_token(ctx, token[:TOKEN_MAX])


async def _load_bearer(ctx: Context, known: LoadedRows) -> None:
    if known.grant:
        known.bearer = await bearer_of(ctx, known.grant.user_id, known.grant.session_id)
