"""The endpoints that applications call themselves. Cookies are ignored here."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from chat_app.api.auth import Parts, client_address
from chat_app.api.oauth.requests import ANY_ORIGIN, NO_STORE, Server, answered, malformed, posted
from chat_app.core.applications.authorization.exchanging import (
    exchange_token,
    introspect_token,
    read_claims,
    revoke_token,
)
from chat_app.core.applications.ports import EndpointRequest, EndpointResponse, OpenIdProtocol
from chat_app.core.applications.signing import signing_keys
from chat_app.core.kernel.context import Context

router = APIRouter(include_in_schema=False)

_FOR_A_WHILE = {"Cache-Control": "public, max-age=300"}
_NOT_VALID = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


@router.get("/.well-known/openid-configuration")
@router.get("/.well-known/oauth-authorization-server")
async def configuration(server: Server) -> Response:
    """Return the abilities of the provider."""
    return JSONResponse(dict(server.metadata()), headers={**ANY_ORIGIN, **_FOR_A_WHILE})


@router.get("/oauth2/jwks")
async def jwks(parts: Parts, server: Server) -> Response:
    """Return the keys that verify ID tokens, those before the last rotation too."""
    keys = await signing_keys(parts.work)
    return JSONResponse({"keys": [dict(key) for key in keys.public]}, headers={**ANY_ORIGIN, **_FOR_A_WHILE})


@router.post("/oauth2/token")
async def token(request: Request, parts: Parts, server: Server) -> Response:
    """Exchange a code or a refresh token for tokens."""
    keys = await signing_keys(parts.work)

    async def exchange(ctx: Context, server: OpenIdProtocol, asked: EndpointRequest, address: str) -> EndpointResponse:
        return await exchange_token(ctx, server, asked, keys, address)

    return await _answer(request, parts, server, exchange)


@router.post("/oauth2/revoke")
async def revoke(request: Request, parts: Parts, server: Server) -> Response:
    """Revoke a token."""
    return await _answer(request, parts, server, revoke_token)


@router.post("/oauth2/introspect")
async def introspect(request: Request, parts: Parts, server: Server) -> Response:
    """Introspect a token, for the application that it was issued to."""
    return await _answer(request, parts, server, introspect_token)


@router.get("/oauth2/userinfo")
@router.post("/oauth2/userinfo")
async def userinfo(request: Request, parts: Parts, server: Server) -> Response:
    """Return the claims about the person that an access token permits."""
    kind, _, sent = request.headers.get("authorization", "").partition(" ")
    claims = None
    if kind.lower() == "bearer":
        async with parts.work.begin() as ctx:
            claims = await read_claims(ctx, sent.strip(), client_address(request))
    if claims is None:
        return JSONResponse({"error": "invalid_token"}, 401, {**NO_STORE, **ANY_ORIGIN, **_NOT_VALID})
    return JSONResponse(dict(claims), headers={**NO_STORE, **ANY_ORIGIN})


@router.options("/oauth2/userinfo")
async def userinfo_from_a_page(server: Server) -> Response:
    """Answer the preflight request of an application in a browser."""
    methods = {"Access-Control-Allow-Methods": "GET, POST", "Access-Control-Allow-Headers": "Authorization"}
    return Response(status_code=204, headers={**ANY_ORIGIN, **methods})


async def _answer(
    request: Request,
    parts: Parts,
    server: OpenIdProtocol,
    use_case: Callable[[Context, OpenIdProtocol, EndpointRequest, str], Awaitable[EndpointResponse]],
) -> Response:
    asked = await posted(request)
    if asked is None:
        return malformed()
    async with parts.work.begin() as ctx:
        answer = await use_case(ctx, server, asked, client_address(request))
    return answered(answer)
