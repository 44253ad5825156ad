"""Let applications sign people in: from the request to the code, with the person's consent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from limits import RateLimitItemPerMinute
from sqlalchemy import delete, select
from sqlmodel import col

from chat_app.core.applications.authorization.loading import bearer_of, enabled_applications
from chat_app.core.applications.consents import needs_consent, remember_consent
from chat_app.core.applications.errors import RequestExpired, RequestRefused
from chat_app.core.applications.ports import (
    AcceptableRequest,
    EndpointRequest,
    LoadedRows,
    OpenIdProtocol,
    ProtocolRefusal,
)
from chat_app.core.applications.rules import shown_host
from chat_app.core.applications.tables import Application, AuthorizationRequest, Grant, IssuedToken
from chat_app.core.auth.tables import UserSession
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotSignedIn
from chat_app.core.kernel.secrets.digests import digest, new_secret

BEGUN: Final = RateLimitItemPerMinute(60, namespace="oauth_requests")
WAITS: Final = timedelta(minutes=30)
"""The time that a person has to sign in and answer."""

PARAMS_MAX: Final = 6000
"""The characters of all parameters together."""

_AGAIN: Final = frozenset({"login", "select_account"})


class Step(StrEnum):
    """The next step of a browser."""

    RETURN = "return"
    SIGN_IN = "sign_in"
    SIGN_IN_AGAIN = "sign_in_again"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next step of a request: an address of the application, or the ``token`` of the request that waits."""

    step: Step
    url: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    """The contents of the consent page: the application, the host to return to, and the data that it will see."""

    name: str
    host: str
    scopes: tuple[str, ...]


async def begin_authorization(ctx: Context, server: OpenIdProtocol, asked: EndpointRequest, address: str) -> NextStep:
    """Begin an application's request, and return its first step.

    Raises :class:`RequestRefused` if the browser must not be sent back, or ``RateLimited``.
    """
    await ctx.limit(BEGUN, address)
    if sum(len(name) + len(value) for name, value in asked.params.items()) > PARAMS_MAX:
        raise RequestRefused()
    token = new_secret()
    row = AuthorizationRequest(
        token_hash=digest(token), params=dict(asked.params), created_at=ctx.now, expires_at=ctx.now + WAITS
    )
    try:
        wanted, known = await _check(ctx, server, row)
        step = await _step(ctx, server, row, wanted, known)
    except ProtocolRefusal as refusal:
        return _refused(refusal)
    if step.step == Step.RETURN:
        return step
    ctx.db.add(row)
    return NextStep(step.step, token=token)


async def continue_authorization(ctx: Context, server: OpenIdProtocol, token: str) -> NextStep:
    """Return the next step of a request whose person has come back from signing in.

    Raises :class:`RequestExpired` or :class:`RequestRefused`.
    """
    row = await lock_request(ctx, token)
    try:
        wanted, known = await _check(ctx, server, row)
        step = await _step(ctx, server, row, wanted, known)
    except ProtocolRefusal as refusal:
        step = _refused(refusal)
    if step.step == Step.RETURN:
        await ctx.db.delete(row)
    return NextStep(step.step, step.url, token)


async def view_consent(ctx: Context, server: OpenIdProtocol, token: str) -> ConsentAsked:
    """Return the question for the actor. Raises ``NotSignedIn``, :class:`RequestExpired` or :class:`RequestRefused`."""
    _ = ctx.me
    row = await lock_request(ctx, token)
    try:
        wanted, _known = await _check(ctx, server, row)
    except ProtocolRefusal:
        raise RequestRefused() from None
    host = shown_host(row.params.get("redirect_uri", wanted.application.redirect_uris[0]))
    return ConsentAsked(wanted.application.name, host, tuple(wanted.scopes))


async def answer_consent(ctx: Context, server: OpenIdProtocol, token: str, *, allow: bool) -> str:
    """Apply the actor's answer, once; return the application's address to which the browser goes.

    Raises ``NotSignedIn``, :class:`RequestExpired` or :class:`RequestRefused`.
    """
    _ = ctx.me
    row = await lock_request(ctx, token)
    try:
        wanted, known = await _check(ctx, server, row)
        if await is_stale(ctx, row, wanted.prompts, wanted.max_age):
            raise RequestExpired()
        if allow:
            url = await _issue(ctx, server, row, known)
            application = wanted.application
            await remember_consent(ctx, str(application.id), application.name, wanted.scopes)
        else:
            url = server.deny(EndpointRequest(row.params), known, "access_denied")
    except ProtocolRefusal as refusal:
        url = _refused(refusal).url
    await ctx.db.delete(row)
    return url


async def forget_authorizations(ctx: Context) -> None:
    """Delete unanswered requests, and expired tokens and grants."""
    await ctx.db.execute(delete(AuthorizationRequest).where(col(AuthorizationRequest.expires_at) < ctx.now))
    await ctx.db.execute(delete(IssuedToken).where(col(IssuedToken.expires_at) < ctx.now))
    left = select(col(IssuedToken.grant_id))
    old = (col(Grant.code_expires_at) < ctx.now - WAITS, col(Grant.id).not_in(left))
    await ctx.db.execute(delete(Grant).where(*old))


async def lock_request(ctx: Context, token: str) -> AuthorizationRequest:
    """Lock and return the request that waits under a token. Raises :class:`RequestExpired`."""
    row = await ctx.db.get(AuthorizationRequest, digest(token), with_for_update=True, populate_existing=True)
    if row is None or row.expires_at <= ctx.now:
        raise RequestExpired()
    return row


async def _check(
    ctx: Context, server: OpenIdProtocol, row: AuthorizationRequest
) -> tuple[AcceptableRequest, LoadedRows]:
    asked = EndpointRequest(row.params)
    known = LoadedRows(server.issuer, ctx.now, await enabled_applications(ctx, server.named(asked)))
    return server.check(asked, known), known


async def _step(
    ctx: Context, server: OpenIdProtocol, row: AuthorizationRequest, wanted: AcceptableRequest, known: LoadedRows
) -> NextStep:
    silent, asked = "none" in wanted.prompts, EndpointRequest(row.params)
    if ctx.actor is None or await is_stale(ctx, row, wanted.prompts, wanted.max_age):
        if silent or (ctx.actor and ctx.policy.account_page):
            return NextStep(Step.RETURN, server.deny(asked, known, "login_required"))
        return NextStep(Step.SIGN_IN_AGAIN if ctx.actor else Step.SIGN_IN)
    if await _must_ask(ctx, wanted):
        if silent:
            return NextStep(Step.RETURN, server.deny(asked, known, "consent_required"))
        return NextStep(Step.CONSENT)
    return NextStep(Step.RETURN, await _issue(ctx, server, row, known))


async def _must_ask(ctx: Context, wanted: AcceptableRequest) -> bool:
    application: Application = wanted.application
    if "consent" in wanted.prompts:
        return True
    return await needs_consent(ctx, application, wanted.scopes)


async def is_stale(ctx: Context, row: AuthorizationRequest, prompts: frozenset[str], max_age: int | None) -> bool:
    """Return whether the application wants a fresh sign-in, and the actor has not signed in since it asked."""
    began: datetime | None = await ctx.db.scalar(
        select(col(UserSession.created_at)).where(col(UserSession.id) == ctx.me.session_id)
    )
    if began is None or began >= row.created_at:
        return began is None
    too_old = max_age is not None and began + timedelta(seconds=max_age) < row.created_at
    return too_old or bool(_AGAIN & prompts)


async def _issue(ctx: Context, server: OpenIdProtocol, row: AuthorizationRequest, known: LoadedRows) -> str:
    bearer = await bearer_of(ctx, ctx.me.user_id, ctx.me.session_id)
    if bearer is None:
        raise NotSignedIn()
    url = server.grant(EndpointRequest(row.params), known, bearer)
    ctx.db.add_all(known.made)
    return url


def _refused(refusal: ProtocolRefusal) -> NextStep:
    if not refusal.location:
        raise RequestRefused() from None
    return NextStep(Step.RETURN, refusal.location)
