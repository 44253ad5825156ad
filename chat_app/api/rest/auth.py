"""Register, sign in and out."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, StrictBool

from chat_app.api.auth import (
    Guest,
    Parts,
    SignedIn,
    clear_session_cookie,
    client_address,
    set_session_cookie,
)
from chat_app.api.rest.me import me_json
from chat_app.api.shapes import Asked, MeOut
from chat_app.api.texts import preferred_locale
from chat_app.core.accounts.commands import register
from chat_app.core.accounts.queries import get_user
from chat_app.core.accounts.sessions import begin_session, sign_in, sign_out, sign_out_everywhere
from chat_app.core.kernel.text import clean_line
from chat_app.core.rooms.invites import join_by_link, look_at_invitation

router = APIRouter(prefix="/auth", tags=["auth"])


class Credentials(Asked):
    """`login` is an email or a username. With `token` the session's token is returned, and no cookie is set."""

    login: str = Field(max_length=320)
    password: str = Field(max_length=1024)
    token: StrictBool = False


class Registration(Asked):
    """A new account. `invitation` is an invite link's token: it admits where it has to, and joins the room."""

    email: str = Field(max_length=320)
    username: str = Field(max_length=100)
    password: str = Field(max_length=1024)
    name: str = Field("", max_length=200)
    locale: str | None = None
    invitation: str | None = None
    token: StrictBool = False


class SessionOut(BaseModel):
    """Who is signed in now; the `token` only where it was asked for."""

    me: MeOut
    token: str = ""


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


@router.post("/register", status_code=201, response_model=SessionOut, response_model_exclude_unset=True)
async def register_account(body: Registration, ctx: Guest, door: At) -> Any:
    """Make an account and begin its first session."""
    if body.invitation:
        await look_at_invitation(ctx, body.invitation, address=door.address)
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
    if body.invitation:
        await join_by_link(ctx, body.invitation)
    return door.open(me_json(user), token, as_token=body.token)


@router.post("/login", response_model=SessionOut, response_model_exclude_unset=True)
async def login(body: Credentials, ctx: Guest, door: At) -> Any:
    """Begin a session. One that the browser had before ends."""
    actor, token = await sign_in(ctx, body.login, body.password, address=door.address, user_agent=door.user_agent)
    if ctx.actor and not body.token:
        await sign_out(ctx)
    return door.open(me_json(await get_user(ctx, actor.user_id)), token, as_token=body.token)


@router.post("/logout", status_code=204)
async def logout(ctx: SignedIn, door: At) -> None:
    """End the present session, in every tab."""
    await sign_out(ctx)
    door.close()


@router.post("/logout-all", status_code=204)
async def logout_everywhere(ctx: SignedIn, door: At) -> None:
    """End every session of the person, on every device."""
    await sign_out_everywhere(ctx)
    door.close()
