"""Create accounts for newcomers with an account elsewhere.

They are identified by the cookie that was set after a provider had sent them back, or, where another service keeps
sessions, by their session there.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field
from typing_extensions import TypedDict

from chat_app.api.auth import Guest, Parts, session_cookie
from chat_app.api.rest.account.me import me_json
from chat_app.api.rest.account.sign_in.auth import Client, SessionOut
from chat_app.api.rest.account.sign_in.identities import CLAIM, ProviderOut, forget_claim, invitation_in, kept, shown
from chat_app.api.shapes import RequestBody
from chat_app.core.auth.sessions.commands import begin_session, sign_out
from chat_app.core.identities.commands import claim_account, sign_in_by_code
from chat_app.core.identities.ports import VouchedSession, pick
from chat_app.core.identities.queries import view_claim
from chat_app.core.identities.sign_in.logout import note_provider_session
from chat_app.core.identities.sign_in.vouched import claim_vouched, keeper_name, mirror_session, view_newcomer
from chat_app.core.invitations.newcomers import admission_of, welcome_newcomer

router = APIRouter(prefix="/auth/claim", tags=["identities"])


class ClaimOut(TypedDict):
    """A newcomer's profile; `username` is a suggestion. With `code_wanted`: continue at `/auth/claim/code`."""

    provider: ProviderOut
    username: str
    name: str
    email: str
    email_verified: bool
    code_wanted: bool


class AccountClaimed(RequestBody):
    """The newcomer's choices. `email` counts only where the provider has verified none.

    `invitation`, an invite link's token, counts only if none was given before the departure to a provider.
    """

    username: str = Field(max_length=100)
    email: str = Field("", max_length=320)
    name: str = Field("", max_length=200)
    locale: str | None = None
    invitation: str = Field("", max_length=64)


class CodeGiven(RequestBody):
    """A code of the authenticator, or a recovery code."""

    code: str = Field(max_length=100)


async def _newcomer(request: Request, parts: Parts) -> VouchedSession | None:
    token = session_cookie(request, parts)
    return await parts.auth.vouched(token) if token else None


Newcomer = Annotated[VouchedSession | None, Depends(_newcomer)]
"""The newcomer's session at another service. Requested before the transaction begins."""


@router.get("")
async def get_claim(
    request: Request,
    newcomer: Newcomer,
    ctx: Guest,
    parts: Parts,
    client: Client,
    invitation: Annotated[str, Query(max_length=64)] = "",
) -> ClaimOut:
    """Return this browser's claim. `invitation` is as in claiming."""
    if newcomer:
        claim = await view_newcomer(ctx, newcomer, **await admission_of(ctx, invitation, address=client.address))
        provider: ProviderOut = {"id": claim.provider, "name": keeper_name(newcomer)}
    else:
        claim = await view_claim(ctx, kept(request, parts, CLAIM))
        provider = shown(pick(parts.providers, claim.provider))
    return {
        "provider": provider,
        "username": claim.username,
        "name": claim.name,
        "email": claim.email,
        "email_verified": claim.email_verified,
        "code_wanted": claim.code_wanted,
    }


@router.post("", status_code=201)
async def post_claim(
    body: AccountClaimed,
    request: Request,
    response: Response,
    newcomer: Newcomer,
    ctx: Guest,
    parts: Parts,
    client: Client,
) -> SessionOut:
    """Create the newcomer's account with the username that they chose, and begin its first session."""
    token = kept(request, parts, CLAIM)
    claimed = None if newcomer else await view_claim(ctx, token)
    invitation = invitation_in(claimed.path) if claimed else body.invitation
    chosen: dict[str, Any] = {
        **body.model_dump(include={"username", "email", "name"}),
        "locale": body.locale or client.locale,
        **await admission_of(ctx, invitation, address=client.address),
        "address": client.address,
    }
    session = ""
    if newcomer:
        user = await claim_vouched(ctx, newcomer, **chosen)
        ctx.actor = await mirror_session(ctx, newcomer, session_cookie(request, parts) or "")
    else:
        user = await claim_account(ctx, token, **chosen)
    forget_claim(request, response, parts)
    if not newcomer and not user.waits_for:
        provider, ends_at = (claimed.provider, claimed.profile.ends_at) if claimed else ("", 0)
        ctx.actor, session = begin_session(ctx, user, **client.place, provider=provider, ends_at=ends_at)
        if claimed:
            note_provider_session(ctx, ctx.actor, claimed.provider, claimed.profile)
    await welcome_newcomer(ctx, user, invitation)
    return client.sign_up(ctx, user, session)


@router.delete("", status_code=204)
async def delete_claim(request: Request, response: Response, newcomer: Newcomer, parts: Parts) -> None:
    """Cancel the claim; a session at another service ends there."""
    if newcomer:
        await parts.auth.end(newcomer.session_id)
    forget_claim(request, response, parts)


@router.post("/code")
async def post_code(
    body: CodeGiven, request: Request, response: Response, ctx: Guest, parts: Parts, client: Client
) -> SessionOut:
    """Sign in with an account elsewhere and the authenticator's code."""
    claimed = await view_claim(ctx, kept(request, parts, CLAIM))
    user = await sign_in_by_code(ctx, kept(request, parts, CLAIM), body.code)
    entered, token = begin_session(
        ctx, user, **client.place, provider=claimed.provider, ends_at=claimed.profile.ends_at
    )
    note_provider_session(ctx, entered, claimed.provider, claimed.profile)
    if ctx.actor:
        await sign_out(ctx)
    forget_claim(request, response, parts)
    return client.sign_in(me_json(ctx, user), token, as_token=False)
