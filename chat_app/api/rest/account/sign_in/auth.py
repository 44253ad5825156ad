"""Register, sign in and out, and use mailed links."""

from typing import Annotated, Literal, NotRequired

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, StrictBool
from typing_extensions import TypedDict

from chat_app.api.auth import (
    KEPT_HERE,
    Guest,
    InSession,
    Parts,
    Reading,
    clear_session_cookie,
    client_address,
    set_session_cookie,
)
from chat_app.api.rest.account.me import me_json
from chat_app.api.shapes import MeOut, RequestBody
from chat_app.api.texts import preferred_locale
from chat_app.core.accounts.queries import get_user
from chat_app.core.accounts.tables import User
from chat_app.core.accounts.waiting import ADDRESS
from chat_app.core.auth.addresses import verify_email
from chat_app.core.auth.errors import BadCredentials, RefreshRefused
from chat_app.core.auth.password_changes import note_forgotten
from chat_app.core.auth.sessions.commands import sign_in, sign_out, sign_out_everywhere
from chat_app.core.auth.tokens.jwt import TokenPair, grant_tokens, refresh_tokens
from chat_app.core.directory.passwords import DirectoryAnswer, count_question, sign_in_as_listed
from chat_app.core.identities.errors import ProviderUnavailable
from chat_app.core.identities.passwords import recover_account
from chat_app.core.invitations.newcomers import sign_up
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.texts.cleaning import clean_line

router = APIRouter(prefix="/auth", tags=["auth"])


class Credentials(RequestBody):
    """`login` is an email or a username, `code` one of the authenticator or for recovery, where the account has them.

    With `token` the session's token is returned, with `jwt` a pair of tokens, and no cookie is set.
    """

    login: str = Field(max_length=320)
    password: str = Field(max_length=1024)
    code: str = Field("", max_length=100)
    token: StrictBool = False
    jwt: StrictBool = False


class Registration(RequestBody):
    """A new account.

    `invitation` is an invite link's token: it permits signing up if the site requires an invitation, and adds the
    person to the room.
    """

    email: str = Field(max_length=320)
    username: str = Field(max_length=100)
    password: str = Field(max_length=1024)
    name: str = Field("", max_length=200)
    locale: str | None = None
    invitation: str | None = None
    token: StrictBool = False


class TokensOut(TypedDict):
    """`access_token` goes into the header `Authorization: Bearer …`, for `expires_in` seconds.

    `refresh_token` gets the next pair from `/auth/refresh`, once: used twice, it ends the session.
    """

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: Literal["Bearer"]


class SessionOut(TypedDict):
    """The person, and `token` or `tokens` if requested. With `waits_for` there is no session: the new account waits."""

    me: MeOut
    waits_for: NotRequired[Literal["address", "approval"]]
    token: NotRequired[str]
    tokens: NotRequired[TokensOut]


class Refresh(RequestBody):
    """The latest refresh token."""

    refresh_token: str = Field(max_length=2000)


class MailedLink(RequestBody):
    """The token after the `#` of a mailed link."""

    token: str = Field(max_length=100)


class Forgotten(RequestBody):
    """The address of the account."""

    email: str = Field(max_length=320)


class NewPassword(MailedLink):
    """The mailed link's token, and the new password."""

    password: str = Field(max_length=1024)


class SessionOrigin(TypedDict):
    """Hold where a session begins."""

    address: str
    user_agent: str


class SignInClient:
    """The client that signs in: its address, browser and language. Receives the session as a cookie, or as a token."""

    def __init__(self, request: Request, response: Response, parts: Parts) -> None:
        self._request, self._response, self._parts = request, response, parts
        self.address = client_address(request)
        self.user_agent = clean_line(request.headers.get("user-agent", ""))
        self.locale = preferred_locale(request.headers.get("accept-language", ""))

    @property
    def place(self) -> SessionOrigin:
        """Return where the session begins."""
        return {"address": self.address, "user_agent": self.user_agent}

    def sign_in(self, me: MeOut, token: str, *, as_token: bool) -> SessionOut:
        """Return the response's body."""
        if as_token:
            return {"me": me, "token": token}
        set_session_cookie(self._request, self._response, self._parts, token)
        return {"me": me}

    def sign_up(self, ctx: Context, user: User, token: str, *, as_token: bool = False) -> SessionOut:
        """Return the response's body for a new account, whose session may be kept elsewhere (``token`` is "")."""
        me = me_json(ctx, user)
        if user.waits_for:
            return {"me": me, "waits_for": "address" if user.waits_for == ADDRESS else "approval"}
        return self.sign_in(me, token, as_token=as_token) if token else {"me": me}

    def sign_out(self) -> None:
        """Delete the cookie."""
        clear_session_cookie(self._request, self._response, self._parts)


Client = Annotated[SignInClient, Depends()]


@router.post("/register", status_code=201, dependencies=KEPT_HERE)
async def register_account(body: Registration, ctx: Guest, client: Client) -> SessionOut:
    """Create an account and begin its first session."""
    user, token = await sign_up(
        ctx,
        **body.model_dump(include={"email", "username", "password", "name"}),
        locale=body.locale or client.locale,
        invitation=body.invitation or "",
        **client.place,
    )
    return client.sign_up(ctx, user, token, as_token=body.token)


async def _listed(body: Credentials, parts: Parts, client: Client) -> DirectoryAnswer:
    """Ask the organisation's directory, if there is one. No transaction is open during the request."""
    if parts.directory is None:
        return DirectoryAnswer()
    async with parts.work.begin() as ctx:
        await count_question(ctx, body.login, client.address)
    try:
        return DirectoryAnswer(parts.directory, await parts.directory.verify(body.login.strip(), body.password))
    except ProviderUnavailable as error:
        return DirectoryAnswer(away=error)


@router.post("/login", dependencies=KEPT_HERE)
async def login(
    body: Credentials, listed: Annotated[DirectoryAnswer, Depends(_listed)], ctx: Guest, client: Client
) -> SessionOut:
    """Begin a session. The browser's earlier one ends."""
    found = await sign_in_as_listed(ctx, listed, code=body.code, locale=client.locale, **client.place)
    try:
        actor, token = found or await sign_in(ctx, body.login, body.password, code=body.code, **client.place)
    except BadCredentials:
        raise listed.away or BadCredentials() from None  # the right password may be one of the directory
    me = me_json(ctx, await get_user(ctx, actor.user_id))
    if body.jwt:
        return {"me": me, "tokens": _tokens_json(await grant_tokens(ctx, actor))}
    if ctx.actor and not body.token:
        await sign_out(ctx)
    return client.sign_in(me, token, as_token=body.token)


@router.post("/refresh", dependencies=KEPT_HERE)
async def refresh(body: Refresh, parts: Parts) -> TokensOut:
    """Exchange a refresh token for the next pair. One that is used twice ends its session."""
    async with parts.work.begin() as ctx:
        pair = await refresh_tokens(ctx, body.refresh_token)
    if pair is None:  # after the commit, so that the session's end stays
        raise RefreshRefused()
    return _tokens_json(pair)


def _tokens_json(pair: TokenPair) -> TokensOut:
    return {
        "access_token": pair.access_token,
        "refresh_token": pair.refresh_token,
        "expires_in": pair.expires_in,
        "token_type": "Bearer",
    }


@router.get("/me")
async def signed_in_person(ctx: Reading) -> MeOut:
    """Return the signed-in person, as `/me` does."""
    return me_json(ctx, await get_user(ctx, ctx.me.user_id))


@router.post("/logout-all", status_code=204)
async def logout_everywhere(ctx: InSession, client: Client) -> None:
    """End every session of the person, on every device."""
    await sign_out_everywhere(ctx)
    client.sign_out()


@router.post("/verify-email", status_code=204)
async def verify(body: MailedLink, ctx: Guest, client: Client) -> None:
    """Redeem a mailed link: verify the address, or make it the person's."""
    await verify_email(ctx, body.token, address=client.address)


@router.post("/forgot-password", status_code=202, dependencies=KEPT_HERE)
async def forgot_password(body: Forgotten, ctx: Guest, client: Client) -> None:
    """Mail a link for a new password. The response is the same, and as fast, whether or not the account exists."""
    await note_forgotten(ctx, client.address, body.email)


@router.post("/reset-password", status_code=204, dependencies=KEPT_HERE)
async def new_password(body: NewPassword, ctx: Guest, client: Client) -> None:
    """Set a new password by a mailed link. All sessions and API tokens of the account end."""
    await recover_account(ctx, body.token, body.password, address=client.address)
