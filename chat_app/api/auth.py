"""Authenticate requests, and open the unit of work of an endpoint."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Final

from fastapi import Depends, Request, Response, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from chat_app.bootstrap import Runtime
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.auth.errors import BeyondScope, KeptElsewhere
from chat_app.core.auth.sessions.commands import recognise
from chat_app.core.auth.tokens.api_tokens import Scope
from chat_app.core.auth.tokens.jwt import is_session_token, recognise_bearer
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotSignedIn
from chat_app.core.tools.ports import ToolInfo
from chat_app.traffic.network import network_of
from chat_app.web_session import cookie_name, token_from_cookie_header

_BEARER = HTTPBearer(auto_error=False, description="A session's token, an access token (JWT), or an API token.")
_COOKIE = APIKeyCookie(
    name="parley_session",
    auto_error=False,
    description="What login and register set in a browser. Its name carries the site's port, and `__Host-` by https.",
)


async def _runtime(request: Request) -> Runtime:  # async, because FastAPI would run a plain function in a thread
    parts: Runtime = request.app.state.runtime
    return parts


Parts = Annotated[Runtime, Depends(_runtime)]


async def _guest(
    request: Request,
    parts: Parts,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    cookie: Annotated[str | None, Security(_COOKIE)],
) -> AsyncIterator[Context]:
    sent = await _credential(request, parts, bearer)
    async with parts.work.begin() as ctx:
        if sent:
            ctx.actor = await (recognise_bearer if bearer else recognise)(ctx, sent)
        if actor := ctx.actor:
            request.state.user = str(actor.user_id)
        yield ctx


async def _credential(request: Request, parts: Runtime, bearer: HTTPAuthorizationCredentials | None) -> str | None:
    """Return the credential of the request. The session's row is updated from its service first."""
    sent = bearer.credentials if bearer else session_cookie(request, parts)
    if sent and (bearer is None or is_session_token(sent)):
        await parts.auth.verify(parts.work, sent, bearer=bearer is not None)
    return sent


Guest = Annotated[Context, Depends(_guest, scope="function")]
"""One transaction, committed before the response is sent; ``actor`` is set for a signed-in person."""


def _within(scope: Scope | None) -> Callable[[Context], Awaitable[Context]]:
    """Admit signed-in people, and API tokens that have ``scope``; without a scope, no tokens."""

    async def admitted(ctx: Guest) -> Context:
        _check_scope(ctx.actor, scope)
        return ctx

    return admitted


def _check_scope(actor: Actor | None, scope: Scope | None) -> Actor:
    if actor is None:
        raise NotSignedIn()
    if actor.scopes is not None and scope not in actor.scopes:
        raise BeyondScope(**({"scope": scope} if scope else {}))
    return actor


def _acting(scope: Scope) -> Callable[..., Awaitable[Actor]]:
    """Admit as :func:`_within`, without an open transaction."""

    async def acting(
        request: Request,
        parts: Parts,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
        cookie: Annotated[str | None, Security(_COOKIE)],
    ) -> Actor:
        sent = await _credential(request, parts, bearer)
        actor = None
        if sent and (bearer is None or is_session_token(sent)):
            actor = await parts.known.by_token(sent)
        elif sent:
            async with parts.work.begin() as ctx:
                actor = await recognise_bearer(ctx, sent)
        actor = _check_scope(actor, scope)
        request.state.user = str(actor.user_id)
        return actor

    return acting


_sender = _acting(Scope.MESSAGES)


async def sender_of(request: Request, parts: Runtime) -> Actor:
    """Return what :data:`Sender` gives, without FastAPI."""
    return await _sender(request, parts, await _BEARER(request), None)


Sender = Annotated[Actor, Depends(_sender)]
"""The sender of a message, by a session that was live at most seconds ago; no transaction is open. An API token needs
the scope *messages*."""

Viewer = Annotated[Actor, Depends(_acting(Scope.READ))]
"""The same; an API token needs the scope *read*."""


Reading = Annotated[Context, Depends(_within(Scope.READ), scope="function")]
"""The same, for signed-in people only: everybody else gets 401. An API token needs the scope *read*."""

Posting = Annotated[Context, Depends(_within(Scope.MESSAGES), scope="function")]
"""The same; an API token needs the scope *messages*."""

Managing = Annotated[Context, Depends(_within(Scope.ROOMS), scope="function")]
"""The same; an API token needs the scope *rooms*."""

InSession = Annotated[Context, Depends(_within(None), scope="function")]
"""The same, for people in a session, not for API tokens: for changes to the account itself."""


async def _actor_in_session(
    request: Request,
    parts: Parts,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    cookie: Annotated[str | None, Security(_COOKIE)],
) -> Actor:
    sent = await _credential(request, parts, bearer)
    async with parts.work.begin() as ctx:
        actor = await (recognise_bearer if bearer else recognise)(ctx, sent) if sent else None
    actor = _check_scope(actor, None)
    request.state.user = str(actor.user_id)
    return actor


ActorInSession = Annotated[Actor, Depends(_actor_in_session)]
"""The person of a session, for endpoints that call other servers: no transaction is open."""


def session_cookie(request: Request, parts: Runtime) -> str | None:
    """Return the token of the browser's session."""
    return token_from_cookie_header(request.headers.get("cookie", ""), parts.auth.cookie)


async def _offered(parts: Parts) -> list[ModelInfo]:
    return await parts.gateway.models()


Offered = Annotated[list[ModelInfo], Depends(_offered)]
"""The offered models.

This parameter comes before the context, because no transaction is to be open while vendors are asked, and FastAPI keeps
the order of parameters.
"""


async def _listed_tools(parts: Parts) -> list[ToolInfo]:
    return await parts.toolbox.tools()


ListedTools = Annotated[list[ToolInfo], Depends(_listed_tools)]
"""The tools that rooms may have. It precedes the context, like :data:`Offered`, because servers may be asked."""


async def _kept_here(parts: Parts) -> None:
    if parts.auth.account_page:
        raise KeptElsewhere()


KEPT_HERE: Final = [Depends(_kept_here)]
"""For endpoints about passwords and second factors: 403 where another service keeps them."""


def client_address(request: HTTPConnection) -> str:
    """Return the client's address, for limits and the list of sessions."""
    return network_of(request.client.host if request.client else "")


def set_session_cookie(request: Request, response: Response, parts: Runtime, token: str) -> None:
    """Set the session cookie in the browser."""
    response.set_cookie(
        cookie_name(parts.settings.origin),
        token,
        max_age=parts.settings.session_days * 86_400,
        httponly=True,
        samesite="lax",
        secure=is_secure(request, parts),
    )


def clear_session_cookie(request: Request, response: Response, parts: Runtime) -> None:
    """Delete the session cookie in the browser."""
    name = cookie_name(parts.settings.origin)
    response.delete_cookie(name, httponly=True, samesite="lax", secure=is_secure(request, parts))


def is_secure(request: Request, parts: Runtime) -> bool:
    """Return whether people reach this site by https, so that its cookies can be secure."""
    return request.url.scheme == "https" or parts.settings.origin.startswith("https:")
