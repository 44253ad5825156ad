"""Signing in through an account elsewhere, and which of them let one in."""

import re
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from chat_app.api import PREFIX
from chat_app.api.auth import InSession, Parts, is_secure, set_session_cookie
from chat_app.api.rest.auth import At, Door
from chat_app.api.shapes import Moment, Proof
from chat_app.bootstrap import Runtime
from chat_app.core.auth.proof import prove_identity
from chat_app.core.auth.sessions import begin_session, sign_out
from chat_app.core.identities.attempts import admit_departure, note_departure, take_attempt
from chat_app.core.identities.commands import keep_claim, known_user, let_in, link_identity, unlink_identity
from chat_app.core.identities.errors import SignInExpired
from chat_app.core.identities.ports import Departure, IdentityProvider, ProviderProfile, pick
from chat_app.core.identities.queries import my_identities
from chat_app.core.invitations.links import look_at_link
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import DomainError, NotSignedIn
from chat_app.core.kernel.secrets import new_secret
from chat_app.web_session import actor_from_cookie_header, cookie_name, own_path

router = APIRouter(tags=["identities"])

BROWSER: Final = "departure"
"""The cookie that ties who comes back from a provider to the browser that left."""
CLAIM: Final = "claim"
"""The cookie that holds an account from elsewhere until its person has chosen a username."""
_COOKIES_LAST: Final = 30 * 60
_JOIN: Final = re.compile(r"/join/([\w-]{1,64})")
_REDIRECT: Final[dict[int | str, dict[str, Any]]] = {302: {"description": "Goes on to another page"}}


class ProviderOut(BaseModel):
    """A provider that this site offers."""

    id: str
    name: str


class ProvidersOut(BaseModel):
    """All of them, in the order of their buttons."""

    providers: list[ProviderOut]


class IdentityOut(ProviderOut):
    """A provider, and whether an account there lets the asking person in; `label` is the email or name it goes by."""

    linked: bool
    label: str
    since: Moment | None


class IdentitiesOut(BaseModel):
    """All providers that this site offers."""

    identities: list[IdentityOut]


class DepartureOut(BaseModel):
    """Where the browser has to go."""

    url: str


def shown(provider: IdentityProvider) -> dict[str, str]:
    """What pages are told of a provider."""
    return {"id": provider.id, "name": provider.name}


@router.get("/auth/providers", response_model=ProvidersOut)
async def list_providers(parts: Parts) -> Any:
    """Which accounts elsewhere one may sign in by."""
    return {"providers": [shown(provider) for provider in parts.providers.values()]}


@router.get("/auth/{provider}/start", status_code=302, response_class=Response, responses=_REDIRECT)
async def start_sign_in(
    provider: str, request: Request, parts: Parts, door: At, following: Annotated[str, Query(alias="next")] = "/"
) -> Response:
    """Send the browser to the provider. `next` is the page of this site to show afterwards."""
    path = own_path(following)
    try:
        departure, browser = await _depart(request, parts, door, provider, path)
    except DomainError as error:
        return _to_page("/sign-in", error=error.code, next=path)
    response = RedirectResponse(departure.url, 302)
    _set_cookie(request, response, parts, BROWSER, browser)
    return response


@router.get("/auth/{provider}/callback", status_code=302, response_class=Response, responses=_REDIRECT)
async def finish_sign_in(provider: str, request: Request, parts: Parts, door: At, state: str = "") -> Response:
    """Where the provider sends the browser back to. Ends at a page of this site, whatever comes of it."""
    page, path = "/sign-in", ""
    try:
        found, browser = pick(parts.providers, provider), kept(request, parts, BROWSER)
        async with parts.work.begin() as ctx:
            attempt = await take_attempt(ctx, found, state, browser)
        page, path = ("/settings", "") if attempt.user_id else (page, attempt.path)
        redirect_uri, answer = _callback(request, parts, found), dict(request.query_params)
        profile = await found.profile(redirect_uri, answer, attempt.nonce, attempt.code_verifier)
        if attempt.user_id:
            return await _link(request, parts, found, profile, attempt.user_id)
        return await _enter(request, parts, door, found, profile, path)
    except DomainError as error:
        return _to_page(page, error=error.code, next=path)


async def _depart(
    request: Request, parts: Runtime, door: Door, provider_id: str, path: str, linking: Actor | None = None
) -> tuple[Departure, str]:
    """Where to send the browser, and the secret that ties it to its return: the same for all of its tabs."""
    provider, browser = pick(parts.providers, provider_id), kept(request, parts, BROWSER) or new_secret()
    async with parts.work.begin() as ctx:
        await admit_departure(ctx, door.address)
    departure = await provider.depart(_callback(request, parts, provider))
    async with parts.work.begin(linking) as ctx:
        await note_departure(ctx, provider, departure, browser, path, link=linking is not None)
    return departure, browser


async def _enter(
    request: Request, parts: Runtime, door: Door, provider: IdentityProvider, profile: ProviderProfile, path: str
) -> Response:
    """Begin a session for who is known; let others claim an account. Both go on at a page that does the rest."""
    response = _to_page("/welcome", next=path)
    actor = await _actor(request, parts)
    async with parts.work.begin(actor) as ctx:
        user = await known_user(ctx, profile)
        claim = await let_in(ctx, provider, profile, path, user) if user else None
        if user and claim is None:
            _, token = begin_session(ctx, user, address=door.address, user_agent=door.user_agent)
            if actor:
                await sign_out(ctx)
            set_session_cookie(request, response, parts, token)
            return response
        if claim is None:
            if invitation := invitation_in(path):
                await look_at_link(ctx, invitation, address=door.address)
            claim = await keep_claim(ctx, provider, profile, path, invited=bool(invitation))
    _set_cookie(request, response, parts, CLAIM, claim)
    return response


async def _link(
    request: Request, parts: Runtime, provider: IdentityProvider, profile: ProviderProfile, who: object
) -> Response:
    actor = await _actor(request, parts)
    if actor is None or actor.user_id != who:
        raise SignInExpired()
    async with parts.work.begin(actor) as ctx:
        await link_identity(ctx, profile)
    return _to_page("/settings", linked=provider.id)


@router.get("/me/identities", response_model=IdentitiesOut)
async def get_identities(ctx: InSession, parts: Parts) -> Any:
    """Which accounts elsewhere let the asking person in."""
    mine = await my_identities(ctx)
    return {"identities": [_identity(provider, mine) for provider in parts.providers.values()]}


def _identity(provider: IdentityProvider, mine: dict[str, Any]) -> dict[str, object]:
    identity = mine.get(provider.issuer)
    told = (
        {"label": identity.label, "since": identity.created_at.isoformat()}
        if identity
        else {"label": "", "since": None}
    )
    return {**shown(provider), "linked": identity is not None, **told}


@router.post("/me/identities/{provider}", response_model=DepartureOut)
async def post_identity(
    provider: str, body: Proof, request: Request, response: Response, parts: Parts, door: At
) -> Any:
    """Begin to link an account there: the browser that asks has to go to `url`, and comes back to the settings."""
    actor = await _actor(request, parts)
    if actor is None:
        raise NotSignedIn()
    pick(parts.providers, provider)
    async with parts.work.begin(actor) as ctx:
        await prove_identity(ctx, body.password, body.code)
    departure, browser = await _depart(request, parts, door, provider, "/settings", actor)
    _set_cookie(request, response, parts, BROWSER, browser)
    return {"url": departure.url}


@router.delete("/me/identities/{provider}", status_code=204)
async def delete_identity(provider: str, body: Proof, ctx: InSession, parts: Parts) -> None:
    """Sign in by the account there no more. Refused where it is the last way in."""
    offered = [each.issuer for each in parts.providers.values()]
    await unlink_identity(ctx, pick(parts.providers, provider), offered, body.password, body.code)


async def _actor(request: Request, parts: Runtime) -> Actor | None:
    return await actor_from_cookie_header(parts.auth, parts.work, request.headers.get("cookie", ""))


def invitation_in(path: str) -> str:
    """The token of the invite link that a newcomer has come by; "" where it was none."""
    found = _JOIN.fullmatch(path)
    return found[1] if found else ""


def _callback(request: Request, parts: Runtime, provider: IdentityProvider) -> str:
    """The address that the provider sends the browser back to; the operator has told it to the provider."""
    origin = parts.settings.public_url or str(request.base_url)
    return f"{origin.rstrip('/')}{PREFIX}/auth/{provider.id}/callback"


def kept(request: Request, parts: Runtime, purpose: str) -> str:
    """Return what the browser keeps for a purpose, "" where it keeps nothing."""
    return request.cookies.get(cookie_name(parts.settings.origin, purpose), "")


def forget_claim(request: Request, response: Response, parts: Runtime) -> None:
    """Take the claim out of the browser."""
    name = cookie_name(parts.settings.origin, CLAIM)
    response.delete_cookie(name, httponly=True, samesite="lax", secure=is_secure(request, parts))


def _set_cookie(request: Request, response: Response, parts: Runtime, purpose: str, value: str) -> None:
    response.set_cookie(
        cookie_name(parts.settings.origin, purpose),
        value,
        max_age=_COOKIES_LAST,
        httponly=True,
        samesite="lax",
        secure=is_secure(request, parts),
    )


def _to_page(path: str, **query: str) -> RedirectResponse:
    told = {name: value for name, value in query.items() if value not in {"", "/"}}
    return RedirectResponse(path + (f"?{urlencode(told)}" if told else ""), 302)
