"""The endpoints that browsers visit: authorize, continue, sign out."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from chat_app.api.auth import Parts, clear_session_cookie, client_address
from chat_app.api.oauth.requests import Server, asked_by, go_on, leave_to, person_of, posted, refused
from chat_app.core.applications.authorization.authorizing import begin_authorization, continue_authorization
from chat_app.core.applications.authorization.exchanging import leave_application
from chat_app.core.applications.signing import signing_keys
from chat_app.core.kernel.errors import DomainError

router = APIRouter(prefix="/oauth2", include_in_schema=False)


@router.get("/authorize")
async def authorize(request: Request, parts: Parts, server: Server) -> Response:
    """Take an application's request: the browser signs in, asks its person, or returns with a code."""
    asked = asked_by(request.url.query, request.headers)
    if asked is None:
        return refused("oauth_request_refused")
    try:
        actor = await person_of(request, parts)
        async with parts.work.begin(actor) as ctx:
            step = await begin_authorization(ctx, server, asked, client_address(request))
    except DomainError as error:
        return refused(error.code)
    return go_on(step)


@router.post("/authorize")
async def authorize_by_form(request: Request, server: Server) -> Response:
    """Redirect the browser to GET: browsers send no cookie with a form of another site."""
    return await _again(request, "/oauth2/authorize")


@router.get("/continue")
async def go_on_signed_in(request: Request, parts: Parts, server: Server) -> Response:
    """Continue a request after the person has signed in."""
    try:
        actor = await person_of(request, parts)
        async with parts.work.begin(actor) as ctx:
            step = await continue_authorization(ctx, server, request.query_params.get("request", ""))
    except DomainError as error:
        return refused(error.code)
    return go_on(step)


@router.get("/end-session")
async def end_session(request: Request, parts: Parts, server: Server) -> Response:
    """Sign the person out at an application's request, which has an ID token that this site has signed for them.
    Without one, a page of this site asks the person, because any page can send a browser here.
    """
    asked = asked_by(request.url.query, request.headers)
    if asked is None:
        return refused("oauth_request_refused")
    try:
        actor, keys = await person_of(request, parts), await signing_keys(parts.work)
        async with parts.work.begin(actor) as ctx:
            url, out = await leave_application(ctx, server, asked, keys)
    except DomainError as error:
        return refused(error.code)
    response = leave_to(url or ("/sign-in" if out or actor is None else "/consent?logout=here"))
    if out:
        clear_session_cookie(request, response, parts)
    return response


@router.post("/end-session")
async def end_session_by_form(request: Request, server: Server) -> Response:
    """Redirect the browser to GET, as above."""
    return await _again(request, "/oauth2/end-session")


async def _again(request: Request, path: str) -> Response:
    asked = await posted(request)
    return refused("oauth_request_refused") if asked is None else leave_to(f"{path}?{urlencode(asked.params)}")
