"""Register, sign in and out, and the links that are mailed for it."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, BackgroundTasks, Depends, Request, Response
from pydantic import BaseModel, Field, StrictBool

from chat_app.api.auth import (
    KEPT_HERE,
    Guest,
    InSession,
    Parts,
    SignedIn,
    clear_session_cookie,
    client_address,
    set_session_cookie,
)
from chat_app.api.rest.me import me_json
from chat_app.api.shapes import Asked, MeOut
from chat_app.api.texts import preferred_locale
from chat_app.bootstrap import Runtime
from chat_app.core.accounts.queries import get_user
from chat_app.core.auth.addresses import ask_to_verify, verify_email
from chat_app.core.auth.errors import RefreshRefused
from chat_app.core.auth.jwt import grant_tokens, refresh_tokens
from chat_app.core.auth.password_changes import mail_reset_link, note_forgotten
from chat_app.core.auth.registration import register
from chat_app.core.auth.sessions import begin_session, sign_in, sign_out, sign_out_everywhere
from chat_app.core.identities.commands import recover_account
from chat_app.core.invitations.links import join_by_link, look_at_link
from chat_app.core.kernel.text import clean_line

router = APIRouter(prefix="/auth", tags=["auth"])


class Credentials(Asked):
    """`login` is an email or a username, `code` one of the authenticator or for recovery, where the account has them.

    With `token` the session's token is returned, with `jwt` a pair of tokens, and no cookie is set.
    """

    login: str = Field(max_length=320)
    password: str = Field(max_length=1024)
    code: str = Field("", max_length=100)
    token: StrictBool = False
    jwt: StrictBool = False


class Registration(Asked):
    """A new account. `invitation` is an invite link's token: it admits where it has to, and joins the room."""

    email: str = Field(max_length=320)
    username: str = Field(max_length=100)
    password: str = Field(max_length=1024)
    name: str = Field("", max_length=200)
    locale: str | None = None
    invitation: str | None = None
    token: StrictBool = False


class TokensOut(BaseModel):
    """`access_token` goes into the header `Authorization: Bearer …`, for `expires_in` seconds.

    `refresh_token` gets the next pair from `/auth/refresh`, once: used twice, it ends the session.
    """

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: Literal["Bearer"]


class SessionOut(BaseModel):
    """Who is signed in now; `token` or `tokens` only where they were asked for."""

    me: MeOut
    token: str = ""
    tokens: TokensOut | None = None


class Refresh(Asked):
    """The refresh token that came last."""

    refresh_token: str = Field(max_length=2000)


class MailedLink(Asked):
    """What stands behind the `#` of the link that was mailed."""

    token: str = Field(max_length=100)


class Forgotten(Asked):
    """The address of the account."""

    email: str = Field(max_length=320)


class NewPassword(MailedLink):
    """The mailed link's token, and the password that shall be."""

    password: str = Field(max_length=1024)


class Door:
    """Hands a new session out: in the cookie, or as a token to who asks for one."""

    def __init__(self, request: Request, response: Response, parts: Parts) -> None:
        self._request, self._response, self._parts = request, response, parts
        self.address = client_address(request)
        self.user_agent = clean_line(request.headers.get("user-agent", ""))
        self.locale = preferred_locale(request.headers.get("accept-language", ""))

    def open(self, me: dict[str, object], token: str, *, as_token: bool) -> dict[str, object]:
        """The response's body."""
        if as_token:
            return {"me": me, "token": token}
        set_session_cookie(self._request, self._response, self._parts, token)
        return {"me": me}

    def close(self) -> None:
        """Take the cookie back."""
        clear_session_cookie(self._request, self._response, self._parts)


At = Annotated[Door, Depends()]


@router.post(
    "/register", status_code=201, response_model=SessionOut, response_model_exclude_unset=True, dependencies=KEPT_HERE
)
async def register_account(body: Registration, ctx: Guest, door: At) -> Any:
    """Make an account and begin its first session."""
    if body.invitation:
        await look_at_link(ctx, body.invitation, address=door.address)
    user = await register(
        ctx,
        email=body.email,
        username=body.username,
        password=body.password,
        name=body.name,
        locale=body.locale or door.locale,
        invited=bool(body.invitation),
        address=door.address,
    )
    ctx.actor, token = begin_session(ctx, user, address=door.address, user_agent=door.user_agent)
    await ask_to_verify(ctx)
    if body.invitation:
        await join_by_link(ctx, body.invitation)
    return door.open(me_json(ctx, user), token, as_token=body.token)


@router.post("/login", response_model=SessionOut, response_model_exclude_unset=True, dependencies=KEPT_HERE)
async def login(body: Credentials, ctx: Guest, door: At) -> Any:
    """Begin a session. One that the browser had before ends."""
    actor, token = await sign_in(
        ctx, body.login, body.password, code=body.code, address=door.address, user_agent=door.user_agent
    )
    me = me_json(ctx, await get_user(ctx, actor.user_id))
    if body.jwt:
        return {"me": me, "tokens": asdict(await grant_tokens(ctx, actor))}
    if ctx.actor and not body.token:
        await sign_out(ctx)
    return door.open(me, token, as_token=body.token)


@router.post("/refresh", response_model=TokensOut, dependencies=KEPT_HERE)
async def refresh(body: Refresh, parts: Parts) -> Any:
    """Exchange a refresh token for the next pair. One that was used before ends its session, for whoever has it."""
    async with parts.work.begin() as ctx:
        pair = await refresh_tokens(ctx, body.refresh_token)
    if pair is None:  # after the commit, so that the session's end stays
        raise RefreshRefused()
    return asdict(pair)


@router.get("/me", response_model=MeOut)
async def signed_in_person(ctx: SignedIn) -> Any:
    """Who is signed in: the same as `/me`."""
    return me_json(ctx, await get_user(ctx, ctx.me.user_id))


@router.post("/logout", status_code=204)
async def logout(ctx: InSession, door: At) -> None:
    """End the present session, in every tab."""
    await sign_out(ctx)
    door.close()


@router.post("/logout-all", status_code=204)
async def logout_everywhere(ctx: InSession, door: At) -> None:
    """End every session of the person, on every device."""
    await sign_out_everywhere(ctx)
    door.close()


@router.post("/verify-email", status_code=204)
async def verify(body: MailedLink, ctx: Guest, door: At) -> None:
    """Follow a mailed link: the address is shown to be the person's, or becomes theirs."""
    await verify_email(ctx, body.token, address=door.address)


@router.post("/forgot-password", status_code=202, dependencies=KEPT_HERE)
async def forgot_password(body: Forgotten, ctx: Guest, parts: Parts, door: At, tasks: BackgroundTasks) -> None:
    """Have a link for a new password mailed. The answer is the same, and as fast, whether anybody has the address."""
    await note_forgotten(ctx, door.address)
    tasks.add_task(_mail_reset_link, parts, body.email)


async def _mail_reset_link(parts: Runtime, email: str) -> None:
    async with parts.work.begin() as ctx:
        await mail_reset_link(ctx, email)


@router.post("/reset-password", status_code=204, dependencies=KEPT_HERE)
async def new_password(body: NewPassword, ctx: Guest, door: At) -> None:
    """Set a new password by a mailed link. All sessions and API tokens of the account end."""
    await recover_account(ctx, body.token, body.password, address=door.address)
