"""Who asks, and the unit of work that an endpoint works in."""

from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import Depends, Request, Response, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from chat_app.api.origin import SAFE_METHODS
from chat_app.bootstrap import Runtime
from chat_app.core.ai.ports import ModelInfo
from chat_app.core.auth.api_tokens import Scope
from chat_app.core.auth.errors import BeyondScope, KeptElsewhere
from chat_app.core.auth.jwt import is_session_token, recognise_bearer
from chat_app.core.auth.sessions import recognise
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotSignedIn
from chat_app.traffic.network import network_of
from chat_app.web_session import cookie_name, token_from_cookie_header

_BEARER = HTTPBearer(auto_error=False, description="A session's token, an access token (JWT), or an API token.")
_WRITE_SCOPES: Final = {
    "messages": Scope.MESSAGES,
    "ai": Scope.MESSAGES,
    "rooms": Scope.ROOMS,
    "members": Scope.ROOMS,
    "groups": Scope.ROOMS,
    "invitations": Scope.ROOMS,
}
"""By an endpoint's tag, what an API token needs to change something there."""
_COOKIE = APIKeyCookie(
    name="parley_session",
    auto_error=False,
    description="What login and register set in a browser. Its name carries the site's port, and `__Host-` by https.",
)


def _runtime(request: Request) -> Runtime:
    parts: Runtime = request.app.state.runtime
    return parts


Parts = Annotated[Runtime, Depends(_runtime)]


async def _guest(
    request: Request,
    parts: Parts,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    cookie: Annotated[str | None, Security(_COOKIE)],
) -> AsyncIterator[Context]:
    sent = bearer.credentials if bearer else session_cookie(request, parts)
    if sent and (bearer is None or is_session_token(sent)):
        await parts.auth.verify(parts.work, sent, bearer=bearer is not None)
    async with parts.work.begin() as ctx:
        if sent:
            ctx.actor = await (recognise_bearer if bearer else recognise)(ctx, sent)
        if actor := ctx.actor:
            request.state.user = str(actor.user_id)
        yield ctx


Guest = Annotated[Context, Depends(_guest, scope="function")]
"""One transaction, committed before the response leaves; ``actor`` is there when somebody is signed in."""


async def _signed_in(request: Request, ctx: Guest) -> Context:
    if ctx.actor is None:
        raise NotSignedIn()
    if ctx.actor.scopes is not None:
        _check_scope(request, ctx.actor.scopes)
    return ctx


def _check_scope(request: Request, scopes: frozenset[str]) -> None:
    """Refuse what an API token does not reach. What no scope is named for, no token does."""
    route = request.scope.get("route")
    writes = (_WRITE_SCOPES[tag] for tag in getattr(route, "tags", ()) if tag in _WRITE_SCOPES)
    scope = Scope.READ if request.method in SAFE_METHODS else next(writes, None)
    if scope not in scopes:
        raise BeyondScope(**({"scope": scope} if scope else {}))


async def _in_session(ctx: Guest) -> Context:
    if ctx.actor is None:
        raise NotSignedIn()
    if ctx.actor.scopes is not None:
        raise BeyondScope()
    return ctx


SignedIn = Annotated[Context, Depends(_signed_in, scope="function")]
"""The same, for signed-in people only: anybody else gets 401. Programs with an API token keep within its scopes."""

InSession = Annotated[Context, Depends(_in_session, scope="function")]
"""The same, for people in a session, not for their API tokens: what concerns the account itself."""


def session_cookie(request: Request, parts: Runtime) -> str | None:
    """The token of the browser's session."""
    return token_from_cookie_header(request.headers.get("cookie", ""), parts.auth.cookie)


async def _offered(parts: Parts) -> list[ModelInfo]:
    return await parts.gateway.models()


Offered = Annotated[list[ModelInfo], Depends(_offered)]
"""The models on offer. Stands before the context among an endpoint's parameters: FastAPI goes by their order, and no
transaction is to be open while vendors are asked."""


async def _kept_here(parts: Parts) -> None:
    if parts.auth.account_page:
        raise KeptElsewhere()


KEPT_HERE: Final = [Depends(_kept_here)]
"""For endpoints about passwords and what goes with them: 403 where another service keeps them."""


def client_address(request: HTTPConnection) -> str:
    """Where the request comes from, for limits and the list of sessions."""
    return network_of(request.client.host if request.client else "")


def set_session_cookie(request: Request, response: Response, parts: Runtime, token: str) -> None:
    """Give the browser its session."""
    response.set_cookie(
        cookie_name(parts.settings.origin),
        token,
        max_age=parts.settings.session_days * 86_400,
        httponly=True,
        samesite="lax",
        secure=is_secure(request, parts),
    )


def clear_session_cookie(request: Request, response: Response, parts: Runtime) -> None:
    """Take the session out of the browser."""
    name = cookie_name(parts.settings.origin)
    response.delete_cookie(name, httponly=True, samesite="lax", secure=is_secure(request, parts))


def is_secure(request: Request, parts: Runtime) -> bool:
    """Whether people reach this site by https, so that its cookies need not travel otherwise."""
    return request.url.scheme == "https" or parts.settings.origin.startswith("https:")
