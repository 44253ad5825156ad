"""Sign in through accounts elsewhere, link and unlink them."""

import re
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from typing_extensions import TypedDict

from chat_app.api import PREFIX
from chat_app.api.auth import InSession, Parts, is_secure, set_session_cookie
from chat_app.api.cursors import whole
from chat_app.api.rest.account.sign_in.auth import Client
from chat_app.api.shapes import Proof
from chat_app.bootstrap import Runtime
from chat_app.core.auth.factors.proof import prove_identity
from chat_app.core.auth.sessions.commands import begin_session, sign_out
from chat_app.core.directory.following import follow_groups
from chat_app.core.directory.members import admit_member
from chat_app.core.identities.commands import keep_claim, link_identity, linked_user, require_code, unlink_identity
from chat_app.core.identities.errors import SignInExpired
from chat_app.core.identities.ports import IdentityProvider, ProviderProfile, SignInRedirect, pick
from chat_app.core.identities.queries import WayIn, ways_in
from chat_app.core.identities.sign_in.attempts import admit_departure, note_departure, take_attempt, verifier_of
from chat_app.core.identities.sign_in.logout import note_provider_session
from chat_app.core.invitations.newcomers import admission_of
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import DomainError, NotSignedIn
from chat_app.core.kernel.secrets.digests import new_secret
from chat_app.core.kernel.wire import PageJson, Timestamp
from chat_app.web_session import actor_from_cookie_header, cookie_name, own_path

router = APIRouter(tags=["identities"])

BROWSER: Final = "departure"
"""The cookie that ties a sign-in at a provider to the browser that began it."""
CLAIM: Final = "claim"
"""The cookie of a newcomer's claim, until they have chosen a username."""
_COOKIES_LAST: Final = 30 * 60
JOIN: Final = re.compile(r"/join/([\w-]{1,64})")
_REDIRECT: Final[dict[int | str, dict[str, Any]]] = {302: {"description": "Goes on to another page"}}


class ProviderOut(TypedDict):
    """A provider that this site offers."""

    id: str
    name: str


class IdentityOut(ProviderOut):
    """A provider, and whether the person can sign in by it; `label` is the email or name of the account there."""

    linked: bool
    label: str
    since: Timestamp | None


class DepartureOut(TypedDict):
    """The address to send the browser to."""

    url: str


def shown(provider: IdentityProvider) -> ProviderOut:
    """Return the public shape of a provider."""
    return {"id": provider.id, "name": provider.name}


@router.get("/auth/providers")
async def list_providers(parts: Parts) -> PageJson[ProviderOut]:
    """List the providers by which people can sign in."""
    return whole([shown(provider) for provider in parts.providers.values()])


@router.get("/auth/{provider}/start", status_code=302, response_class=Response, responses=_REDIRECT)
async def start_sign_in(
    provider: str, request: Request, parts: Parts, client: Client, following: Annotated[str, Query(alias="next")] = "/"
) -> Response:
    """Redirect the browser to the provider. `next` is the page of this site to show afterwards."""
    path = own_path(following)
    try:
        departure, browser = await _depart(request, parts, client, provider, path)
    except DomainError as error:
        return to_page("/sign-in", error=error.code, next=path)
    response = RedirectResponse(departure.url, 302)
    _set_cookie(request, response, parts, BROWSER, browser)
    return response


@router.get("/auth/{provider}/callback", status_code=302, response_class=Response, responses=_REDIRECT)
async def finish_sign_in(provider: str, request: Request, parts: Parts, client: Client, state: str = "") -> Response:
    """Complete a sign-in when the provider sends the browser back. Always redirects to a page of this site."""
    page, path = "/sign-in", ""
    try:
        found, browser = pick(parts.providers, provider), kept(request, parts, BROWSER)
        async with parts.work.begin() as ctx:
            attempt = await take_attempt(ctx, found, state, browser)
            verifier = verifier_of(ctx, attempt)
        page, path = ("/settings", "") if attempt.user_id else (page, attempt.path)
        redirect_uri, answer = callback_of(request, parts, found), dict(request.query_params)
        profile = await found.profile(redirect_uri, answer, attempt.nonce, verifier)
        if attempt.user_id:
            return await link(request, parts, found, profile, attempt.user_id)
        return await enter(request, parts, client, found, profile, path)
    except DomainError as error:
        return to_page(page, error=error.code, next=path)


async def _depart(
    request: Request, parts: Runtime, client: Client, provider_id: str, path: str, linking: Actor | None = None
) -> tuple[SignInRedirect, str]:
    """Return the address of the provider, and the browser's secret: the same for all of its tabs."""
    provider, browser = pick(parts.providers, provider_id), kept(request, parts, BROWSER) or new_secret()
    async with parts.work.begin() as ctx:
        await admit_departure(ctx, client.address)
    departure = await provider.depart(callback_of(request, parts, provider))
    async with parts.work.begin(linking) as ctx:
        await note_departure(ctx, provider, departure, browser, path, link=linking is not None)
    return departure, browser


async def enter(
    request: Request, parts: Runtime, client: Client, provider: IdentityProvider, profile: ProviderProfile, path: str
) -> Response:
    """Begin a session for a linked user, or store a claim. Redirects to the next page."""
    response = to_page("/welcome", next=path)
    actor = await _actor(request, parts)
    async with parts.work.begin(actor) as ctx:
        user = await linked_user(ctx, profile)
        user = user or await admit_member(ctx, provider.organisation, profile, locale=client.locale)
        if user:
            await follow_groups(ctx, provider.organisation, user, profile.groups, source=provider.name)
        claim = await require_code(ctx, provider, profile, path, user) if user else None
        if user and claim is None:
            entered, token = begin_session(ctx, user, **client.place, provider=provider.id, ends_at=profile.ends_at)
            note_provider_session(ctx, entered, provider.id, profile)
            if actor:
                await sign_out(ctx)
            set_session_cookie(request, response, parts, token)
            return response
        if claim is None:
            admission = await admission_of(ctx, invitation_in(path), address=client.address)
            claim = await keep_claim(ctx, provider, profile, path, **admission)
    _set_cookie(request, response, parts, CLAIM, claim)
    return response


async def link(
    request: Request, parts: Runtime, provider: IdentityProvider, profile: ProviderProfile, who: object
) -> Response:
    """Link the account elsewhere to the person who has begun it, and redirect to the settings."""
    actor = await _actor(request, parts)
    if actor is None or actor.user_id != who:
        raise SignInExpired()
    async with parts.work.begin(actor) as ctx:
        await link_identity(ctx, profile)
    return to_page("/settings", linked=provider.id)


@router.get("/me/identities")
async def get_identities(ctx: InSession, parts: Parts) -> PageJson[IdentityOut]:
    """List the accounts elsewhere by which the person can sign in."""
    return whole([_identity(way) for way in await ways_in(ctx, parts.providers)])


def _identity(way: WayIn) -> IdentityOut:
    since = way.since.isoformat() if way.since else None
    return {"id": way.id, "name": way.name, "linked": way.linked, "label": way.label, "since": since}


@router.post("/me/identities/{provider}")
async def post_identity(
    provider: str, body: Proof, request: Request, response: Response, parts: Parts, client: Client
) -> DepartureOut:
    """Begin to link an account: the browser opens `url`, and returns to the settings."""
    actor = await _actor(request, parts)
    if actor is None:
        raise NotSignedIn()
    pick(parts.providers, provider)
    async with parts.work.begin(actor) as ctx:
        await prove_identity(ctx, body.password, body.code)
    departure, browser = await _depart(request, parts, client, provider, "/settings", actor)
    _set_cookie(request, response, parts, BROWSER, browser)
    return {"url": departure.url}


@router.delete("/me/identities/{provider}", status_code=204)
async def delete_identity(provider: str, body: Proof, ctx: InSession, parts: Parts) -> None:
    """Unlink an account. Refused if it is the last way to sign in."""
    offered = [each.issuer for each in parts.providers.values()]
    await unlink_identity(ctx, pick(parts.providers, provider), offered, body.password, body.code)


async def _actor(request: Request, parts: Runtime) -> Actor | None:
    return await actor_from_cookie_header(parts.auth, parts.work, request.headers.get("cookie", ""))


def invitation_in(path: str) -> str:
    """Return the token of the invite link in a newcomer's path, or ""."""
    found = JOIN.fullmatch(path)
    return found[1] if found else ""


def callback_of(request: Request, parts: Runtime, provider: IdentityProvider) -> str:
    """Return the callback address, which the operator has registered at the provider."""
    origin = parts.settings.public_url or str(request.base_url)
    return f"{origin.rstrip('/')}{PREFIX}/auth/{provider.id}/callback"


def kept(request: Request, parts: Runtime, purpose: str) -> str:
    """Return the browser's cookie for a purpose, "" if it has none."""
    return request.cookies.get(cookie_name(parts.settings.origin, purpose), "")


def forget_claim(request: Request, response: Response, parts: Runtime) -> None:
    """Delete the claim's cookie."""
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


def to_page(path: str, status: int = 302, **query: str) -> RedirectResponse:
    """Redirect to a page of this site."""
    kept = {name: value for name, value in query.items() if value not in {"", "/"}}
    return RedirectResponse(path + (f"?{urlencode(kept)}" if kept else ""), status)
