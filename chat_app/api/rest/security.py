"""How a person signs in: email, password, second factor, sessions, API tokens. In a session only."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StrictInt
from typing_extensions import TypedDict

from chat_app.api.auth import InSession
from chat_app.api.cursors import whole
from chat_app.api.shapes import Asked, Proof
from chat_app.core.auth.addresses import ask_to_change_email, ask_to_verify
from chat_app.core.auth.api_tokens import Scope, api_tokens, make_api_token, revoke_api_token
from chat_app.core.auth.devices import device_of
from chat_app.core.auth.password_changes import change_password
from chat_app.core.auth.sessions import end_session, my_sessions
from chat_app.core.auth.tables import ApiToken, UserSession
from chat_app.core.auth.two_factor import (
    begin_two_factor,
    confirm_two_factor,
    end_two_factor,
    renew_recovery_codes,
    two_factor,
)
from chat_app.core.kernel.wire import Moment, PageJson, moment, moment_if, one_of

router = APIRouter(prefix="/me", tags=["account"])


class NewEmail(Proof):
    """The address that shall be."""

    email: str = Field(max_length=320)


class PasswordChange(Proof):
    """The password that shall be."""

    new_password: str = Field(max_length=1024)


class Code(Asked):
    """What the authenticator shows."""

    code: str = Field(max_length=100)


class NewApiToken(Proof):
    """What an API token is for, what it may do, and for how many days; without `days` until it is revoked."""

    name: str = Field(max_length=200)
    scopes: list[str] = Field(max_length=20)
    days: StrictInt | None = None


class DeviceOut(TypedDict):
    """A session. `seen_at` is exact to five minutes."""

    id: str
    current: bool
    device: str
    address: str
    created_at: Moment
    seen_at: Moment | None
    expires_at: Moment


class TwoFactorOut(TypedDict):
    """Whether a code is asked for, and how many codes for recovery are left."""

    on: bool
    recovery_codes: int


class EnrolmentOut(TypedDict):
    """What the authenticator is to be told: as text, as an address, and as a picture of it (a data URI)."""

    secret: str
    uri: str
    qr: str


class RecoveryCodesOut(TypedDict):
    """Codes, each of which is good once. They are told now and never again."""

    recovery_codes: list[str]


class ApiTokenOut(TypedDict):
    """An API token. `used_at` is exact to five minutes."""

    id: str
    name: str
    scopes: list[Annotated[str, one_of(Scope)]]
    created_at: Moment
    used_at: Moment | None
    expires_at: Moment | None
    expired: bool


class MadeApiTokenOut(ApiTokenOut):
    """A new token; `token` is told now and never again."""

    token: str


@router.post("/email", status_code=202)
async def change_my_email(body: NewEmail, ctx: InSession) -> None:
    """Have a link mailed to another address, which becomes one's own once the link is followed."""
    await ask_to_change_email(ctx, body.email, body.password, body.code)


@router.post("/email/verification", status_code=202)
async def ask_for_verification(ctx: InSession) -> None:
    """Have the link mailed again that shows one's address to be one's own."""
    await ask_to_verify(ctx)


@router.post("/password", status_code=204)
async def change_my_password(body: PasswordChange, ctx: InSession) -> None:
    """Set another password. All other sessions end."""
    await change_password(ctx, body.password, body.new_password, body.code)


@router.get("/sessions")
async def list_sessions(ctx: InSession) -> PageJson[DeviceOut]:
    """Where one is signed in."""
    return whole([_session_json(each, ctx.me.session_id == each.id) for each in await my_sessions(ctx)])


@router.delete("/sessions/{session_id}", status_code=204)
async def delete_session(session_id: str, ctx: InSession) -> None:
    """Sign out of one session, wherever it is."""
    await end_session(ctx, session_id)


@router.get("/two-factor")
async def get_two_factor(ctx: InSession) -> TwoFactorOut:
    """Whether signing in takes a code."""
    now = await two_factor(ctx)
    return {"on": now.on, "recovery_codes": now.recovery_codes}


@router.post("/two-factor")
async def begin_enrolment(body: Proof, ctx: InSession) -> EnrolmentOut:
    """Get a secret for one's authenticator. It counts once it has been confirmed by a code, within an hour."""
    enrolment = await begin_two_factor(ctx, body.password)
    return {"secret": enrolment.secret, "uri": enrolment.uri, "qr": enrolment.qr}


@router.post("/two-factor/confirm")
async def confirm_enrolment(body: Code, ctx: InSession) -> RecoveryCodesOut:
    """Have codes asked for from now on, and get those for recovery."""
    return {"recovery_codes": await confirm_two_factor(ctx, body.code)}


@router.post("/two-factor/recovery-codes")
async def new_recovery_codes(body: Proof, ctx: InSession) -> RecoveryCodesOut:
    """Get new codes for recovery. The old ones are good no more."""
    return {"recovery_codes": await renew_recovery_codes(ctx, body.password, body.code)}


@router.post("/two-factor/disable", status_code=204)
async def disable_two_factor(body: Proof, ctx: InSession) -> None:
    """Have no more codes asked for."""
    await end_two_factor(ctx, body.password, body.code)


@router.get("/api-tokens")
async def list_api_tokens(ctx: InSession) -> PageJson[ApiTokenOut]:
    """One's API tokens, without their secrets."""
    return whole([_token_json(each, ctx.now) for each in await api_tokens(ctx)])


@router.post("/api-tokens", status_code=201)
async def create_api_token(body: NewApiToken, ctx: InSession) -> MadeApiTokenOut:
    """Make an API token."""
    token, secret = await make_api_token(ctx, **body.model_dump())
    return {**_token_json(token, ctx.now), "token": secret}


@router.delete("/api-tokens/{token_id}", status_code=204)
async def delete_api_token(token_id: str, ctx: InSession) -> None:
    """Revoke an API token."""
    await revoke_api_token(ctx, token_id)


def _session_json(session: UserSession, current: bool) -> DeviceOut:
    return {
        "id": str(session.id),
        "current": current,
        "device": device_of(session.user_agent),
        "address": session.address,
        "created_at": moment(session.created_at),
        "seen_at": moment_if(session.last_seen_at),
        "expires_at": moment(session.expires_at),
    }


def _token_json(token: ApiToken, now: datetime) -> ApiTokenOut:
    return {
        "id": str(token.id),
        "name": token.name,
        "scopes": token.scopes,
        "created_at": moment(token.created_at),
        "used_at": moment_if(token.last_used_at),
        "expires_at": moment_if(token.expires_at),
        "expired": token.expires_at is not None and token.expires_at <= now,
    }
