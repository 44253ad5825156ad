"""Take the assertions of SAML providers: by another site's form, then by the browser that began the sign-in."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from chat_app.api import PREFIX
from chat_app.api.auth import Parts
from chat_app.api.rest.account.sign_in.auth import Client
from chat_app.api.rest.account.sign_in.identities import BROWSER, callback_of, enter, kept, link, to_page
from chat_app.bootstrap import Runtime
from chat_app.core.identities.errors import ProviderNotFound
from chat_app.core.identities.ports import AssertingProvider, pick
from chat_app.core.identities.sign_in.assertions import ARRIVALS, keep_assertion, take_assertion
from chat_app.core.identities.sign_in.attempts import take_attempt
from chat_app.core.identities.sign_in.logout import end_provider_sessions
from chat_app.core.kernel.errors import DomainError
from chat_app.web_session import own_path

router = APIRouter(prefix="/auth", tags=["identities"])

_ON: Final[dict[int | str, dict[str, Any]]] = {303: {"description": "Goes on to another page"}}
_XML: Final = "application/samlmetadata+xml"
_METADATA: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {_XML: {}}}}


@router.get("/{provider}/metadata", response_class=Response, responses=_METADATA)
async def saml_metadata(provider: str, request: Request, parts: Parts) -> Response:
    """Return this site's SAML metadata, which the provider is configured by."""
    found = asserting(parts, provider)
    return Response(await found.metadata(callback_of(request, parts, found)), media_type=_XML)


@router.post("/{provider}/acs", status_code=303, response_class=Response, responses=_ON)
async def receive_assertion(
    provider: str,
    request: Request,
    parts: Parts,
    client: Client,
    response: Annotated[str, Form(alias="SAMLResponse")] = "",
    state: Annotated[str, Form(alias="RelayState")] = "",
) -> Response:
    """Accept a provider's assertion, which its page has the browser send. The browser continues within this site."""
    try:
        found = asserting(parts, provider)
        async with parts.work.begin() as ctx:
            await ctx.limit(ARRIVALS, client.address)
        asserted = await found.read(callback_of(request, parts, found), response)
        async with parts.work.begin() as ctx:
            token = await keep_assertion(ctx, found, asserted)
    except DomainError as error:
        return to_page("/sign-in", 303, error=error.code)
    begun = {"state": state[:200]} if asserted.in_response_to else {"next": own_path(state)}
    return to_page(f"{PREFIX}/auth/{found.id}/finish", 303, answer=token, **begun)


@router.get("/{provider}/finish", status_code=302, response_class=Response, responses={302: _ON[303]})
async def finish_by_assertion(
    provider: str,
    request: Request,
    parts: Parts,
    client: Client,
    answer: str = "",
    state: str = "",
    following: Annotated[str, Query(alias="next")] = "/",
) -> Response:
    """Complete a sign-in by the assertion that was kept for this browser. Always redirects to a page of this site."""
    page, path, who = "/sign-in", own_path(following), None
    try:
        found = asserting(parts, provider)
        async with parts.work.begin() as ctx:
            request_id = ""
            if state:
                attempt = await take_attempt(ctx, found, state, kept(request, parts, BROWSER))
                request_id, path, who = attempt.nonce, attempt.path, attempt.user_id
            profile = await take_assertion(ctx, found, answer, request_id)
        page, path = ("/settings", "") if who else (page, path)
        if who:
            return await link(request, parts, found, profile, who)
        return await enter(request, parts, client, found, profile, path)
    except DomainError as error:
        return to_page(page, error=error.code, next=path)


@router.get("/{provider}/slo", status_code=302, response_class=Response, responses={302: _ON[303]})
async def log_out_by_provider(provider: str, request: Request, parts: Parts, client: Client) -> Response:
    """End the sessions that a provider asks to end, or return from ending a session there. The provider gets an answer;
    a returning person sees the sign-in page, with an error if the provider's session continues.
    """
    try:
        found = asserting(parts, provider)
        callback, query = callback_of(request, parts, found), request.url.query
        async with parts.work.begin() as ctx:
            await ctx.limit(ARRIVALS, client.address)
        if "SAMLResponse" in request.query_params:
            ended = await found.read_logout_answer(callback, query)
            return to_page("/sign-in", error="" if ended else "logout_unfinished")
        asked = await found.read_logout(callback, query)
        async with parts.work.begin() as ctx:
            await end_provider_sessions(ctx, found, asked)
        return RedirectResponse(await found.answer_logout(callback, asked), 302)
    except DomainError as error:
        return to_page("/sign-in", error=error.code)


def asserting(parts: Runtime, provider_id: str) -> AssertingProvider:
    """Return the provider, if it is one that asserts. Raises ``ProviderNotFound``."""
    found: Any = pick(parts.providers, provider_id)
    if not hasattr(found, "read"):
        raise ProviderNotFound()
    asserts: AssertingProvider = found
    return asserts
