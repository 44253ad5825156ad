"""Parse the requests of applications, and build the response or the redirect that follows."""

from typing import Annotated, Final
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.datastructures import Headers

from chat_app.api.auth import Parts
from chat_app.bootstrap import Runtime
from chat_app.core.applications.authorization.authorizing import NextStep, Step
from chat_app.core.applications.errors import ApplicationNotFound
from chat_app.core.applications.ports import EndpointRequest, EndpointResponse, OpenIdProtocol
from chat_app.core.kernel.actor import Actor
from chat_app.web_session import actor_from_cookie_header

FORM: Final = "application/x-www-form-urlencoded"
FORM_MAX: Final = 16_000
NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
ANY_ORIGIN: Final = {"Access-Control-Allow-Origin": "*"}
"""For endpoints without cookies: applications in browsers read the results, and authenticate themselves."""


async def _server(parts: Parts) -> OpenIdProtocol:
    if parts.openid is None:
        raise ApplicationNotFound("not_found")
    return parts.openid


Server = Annotated[OpenIdProtocol, Depends(_server)]
"""The provider. If it is off, its addresses do not exist."""


def asked_by(text: str, headers: Headers) -> EndpointRequest | None:
    """Return a request from its parameters; None if one is repeated, which the protocol forbids, or is not text."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError:
        return None
    params = dict(pairs)
    if len(params) < len(pairs) or "\0" in text or any("\0" in value for value in params.values()):
        return None
    return EndpointRequest({name: value for name, value in params.items() if value}, headers.get("authorization", ""))


async def posted(request: Request) -> EndpointRequest | None:
    """Return the form that an application has sent, or None if the body is not a form."""
    body = await request.body()
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM or len(body) > FORM_MAX:
        return None
    try:
        return asked_by(body.decode(), request.headers)
    except UnicodeDecodeError:
        return None


def answered(answer: EndpointResponse) -> Response:
    """Return the response of an endpoint for an application."""
    return JSONResponse(dict(answer.body), answer.status, {**NO_STORE, **ANY_ORIGIN, **dict(answer.headers)})


def malformed() -> Response:
    """Return the answer to an invalid request."""
    return answered(EndpointResponse(400, {"error": "invalid_request"}))


def go_on(step: NextStep) -> Response:
    """Send the browser to the next step."""
    again = f"/oauth2/continue?{urlencode({'request': step.token})}"
    if step.step == Step.RETURN:
        return leave_to(step.url)
    if step.step == Step.CONSENT:
        return leave_to(f"/consent?{urlencode({'request': step.token})}")
    anew = {"again": "1"} if step.step == Step.SIGN_IN_AGAIN else {}
    return leave_to(f"/sign-in?{urlencode({**anew, 'next': again})}")


def refused(code: str) -> Response:
    """Show the error to the person on a page of this site: no application receives it."""
    return leave_to(f"/consent?{urlencode({'error': code})}")


def leave_to(url: str) -> Response:
    """Send the browser to an address. A form that was sent here is not sent on."""
    return RedirectResponse(url, 303, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


async def person_of(request: Request, parts: Runtime) -> Actor | None:
    """Return the person of the browser's session. Nothing else identifies the person, not even a bearer token."""
    return await actor_from_cookie_header(parts.auth, parts.work, request.headers.get("cookie", ""))
