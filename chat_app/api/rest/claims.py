"""Newcomers, who have come with an account elsewhere and make one here.

They show who they are by the cookie that was kept for them after a provider had sent them back, or, where another
service keeps people's sessions, by the session that they have there.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from chat_app.api.auth import Guest, Parts, session_cookie
from chat_app.api.rest.auth import At, SessionOut
from chat_app.api.rest.identities import CLAIM, ProviderOut, forget_claim, invitation_in, kept, shown
from chat_app.api.rest.me import me_json
from chat_app.api.shapes import Asked
from chat_app.core.auth.addresses import ask_to_verify
from chat_app.core.auth.sessions import begin_session, sign_out
from chat_app.core.identities.commands import claim_account, give_code
from chat_app.core.identities.ports import Vouched, pick
from chat_app.core.identities.queries import look_at_claim
from chat_app.core.identities.vouched import claim_vouched, keeper_name, look_at_newcomer, mirror_session
from chat_app.core.invitations.links import join_by_link, look_at_link

router = APIRouter(prefix="/auth/claim", tags=["identities"])


class ClaimOut(BaseModel):
    """What somebody has come with; `username` is a suggestion. With `code_wanted`: go on at `/auth/claim/code`."""

    provider: ProviderOut
    username: str
    name: str
    email: str
    email_verified: bool
    code_wanted: bool


class AccountClaimed(Asked):
    """What the newcomer chose. `email` counts only where the provider has verified none.

    `invitation`, an invite link's token, counts only of who has not been asked for it on the way to a provider.
    """

    username: str = Field(max_length=100)
    email: str = Field("", max_length=320)
    name: str = Field("", max_length=200)
    locale: str | None = None
    invitation: str = Field("", max_length=64)


class CodeGiven(Asked):
    """What the authenticator shows, or one of the codes for recovery."""

    code: str = Field(max_length=100)


async def _newcomer(request: Request, parts: Parts) -> Vouched | None:
    token = session_cookie(request, parts)
    return await parts.auth.vouched(token) if token else None


Newcomer = Annotated[Vouched | None, Depends(_newcomer)]
"""Who has come with a session that is kept elsewhere. Asked before the transaction begins."""


@router.get("", response_model=ClaimOut)
async def get_claim(
    request: Request,
    newcomer: Newcomer,
    ctx: Guest,
    parts: Parts,
    door: At,
    invitation: Annotated[str, Query(max_length=64)] = "",
) -> Any:
    """What this browser's newcomer has come with. `invitation` is as in claiming."""
    if newcomer:
        if invitation:
            await look_at_link(ctx, invitation, address=door.address)
        claim = await look_at_newcomer(ctx, newcomer, invited=bool(invitation))
        provider = {"id": claim.provider, "name": keeper_name(newcomer)}
    else:
        claim = await look_at_claim(ctx, kept(request, parts, CLAIM))
        provider = shown(pick(parts.providers, claim.provider))
    return {
        "provider": provider,
        "username": claim.username,
        "name": claim.name,
        "email": claim.email,
        "email_verified": claim.email_verified,
        "code_wanted": claim.code_wanted,
    }


@router.post("", status_code=201, response_model=SessionOut, response_model_exclude_unset=True)
async def post_claim(
    body: AccountClaimed, request: Request, response: Response, newcomer: Newcomer, ctx: Guest, parts: Parts, door: At
) -> Any:
    """Make the newcomer's account, with the username that they chose, and begin its first session."""
    token = kept(request, parts, CLAIM)
    invitation = body.invitation if newcomer else invitation_in((await look_at_claim(ctx, token)).path)
    if invitation:
        await look_at_link(ctx, invitation, address=door.address)
    chosen: dict[str, Any] = {
        **body.model_dump(include={"username", "email", "name"}),
        "locale": body.locale or door.locale,
        "invited": bool(invitation),
        "address": door.address,
    }
    session = ""
    if newcomer:
        user = await claim_vouched(ctx, newcomer, **chosen)
        ctx.actor = await mirror_session(ctx, newcomer, session_cookie(request, parts) or "")
    else:
        user = await claim_account(ctx, token, **chosen)
        ctx.actor, session = begin_session(ctx, user, address=door.address, user_agent=door.user_agent)
    await ask_to_verify(ctx)
    if invitation:
        await join_by_link(ctx, invitation)
    forget_claim(request, response, parts)
    me = me_json(ctx, user)
    return door.open(me, session, as_token=False) if session else {"me": me}


@router.delete("", status_code=204)
async def delete_claim(request: Request, response: Response, newcomer: Newcomer, parts: Parts) -> None:
    """Make no account, and come with another one perhaps: the session that is kept elsewhere ends there."""
    if newcomer:
        await parts.auth.end(newcomer.session_id)
    forget_claim(request, response, parts)


@router.post("/code", response_model=SessionOut, response_model_exclude_unset=True)
async def post_code(body: CodeGiven, request: Request, response: Response, ctx: Guest, parts: Parts, door: At) -> Any:
    """Come in with an account elsewhere and the code of one's authenticator."""
    user = await give_code(ctx, kept(request, parts, CLAIM), body.code)
    _, token = begin_session(ctx, user, address=door.address, user_agent=door.user_agent)
    if ctx.actor:
        await sign_out(ctx)
    forget_claim(request, response, parts)
    return door.open(me_json(ctx, user), token, as_token=False)
