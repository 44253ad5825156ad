"""Manage email, password, second factor, sessions, API tokens. In a session only."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StrictInt
from typing_extensions import TypedDict

from chat_app.api.auth import InSession
from chat_app.api.cursors import whole
from chat_app.api.shapes import Proof, RequestBody
from chat_app.core.auth.addresses import ask_to_change_email, ask_to_verify
from chat_app.core.auth.sessions.commands import end_session, my_sessions
from chat_app.core.auth.sessions.devices import device_of
from chat_app.core.auth.tables import ApiToken, UserSession
from chat_app.core.auth.tokens.api_tokens import Scope, api_tokens, make_api_token, revoke_api_token
from chat_app.core.auth.two_factor import (
    begin_two_factor,
    confirm_two_factor,
    end_two_factor,
    renew_recovery_codes,
    two_factor,
)
from chat_app.core.identities.passwords import change_own_password
from chat_app.core.kernel.wire import PageJson, Timestamp, one_of, timestamp, timestamp_or_none

router = APIRouter(prefix="/me", tags=["account"])


class NewEmail(Proof):
    """The new address."""

    email: str = Field(max_length=320)


class PasswordChange(Proof):
    """The new password."""

    new_password: str = Field(max_length=1024)


class AuthenticatorCode(RequestBody):
    """A code of the authenticator."""

    code: str = Field(max_length=100)


class NewApiToken(Proof):
    """The name of an API token, its scopes, and its lifetime; without `days` until it is revoked."""

    name: str = Field(max_length=200)
    scopes: list[str] = Field(max_length=20)
    days: StrictInt | None = None


class DeviceOut(TypedDict):
    """A session. `seen_at` is exact to five minutes."""

    id: str
    current: bool
    device: str
    address: str
    created_at: Timestamp
    seen_at: Timestamp | None
    expires_at: Timestamp


class TwoFactorOut(TypedDict):
    """The state of the second factor, and the number of recovery codes left."""

    on: bool
    recovery_codes: int


class EnrolmentOut(TypedDict):
    """The secret for the authenticator: as text, as an address, and as a QR code (a data URI)."""

    secret: str
    uri: str
    qr: str


class RecoveryCodesOut(TypedDict):
    """Recovery codes, each of which works once. They are shown only in this answer."""

    recovery_codes: list[str]


class ApiTokenOut(TypedDict):
    """An API token. `used_at` is exact to five minutes."""

    id: str
    name: str
    scopes: list[Annotated[str, one_of(Scope)]]
    created_at: Timestamp
    used_at: Timestamp | None
    expires_at: Timestamp | None
    expired: bool


class MadeApiTokenOut(ApiTokenOut):
    """A new token; `token` is shown only now."""

    token: str


@router.post("/email", status_code=202)
async def change_my_email(body: NewEmail, ctx: InSession) -> None:
    """Mail a link to another address, which becomes the person's once the link is followed."""
    await ask_to_change_email(ctx, body.email, body.password, body.code)


@router.post("/email/verification", status_code=202)
async def ask_for_verification(ctx: InSession) -> None:
    """Mail the link again that verifies the person's address."""
    await ask_to_verify(ctx)


@router.post("/password", status_code=204)
async def change_my_password(body: PasswordChange, ctx: InSession) -> None:
    """Change the password. All other sessions end."""
    await change_own_password(ctx, body.password, body.new_password, body.code)


@router.get("/sessions")
async def list_sessions(ctx: InSession) -> PageJson[DeviceOut]:
    """List the person's sessions."""
    return whole([_session_json(each, ctx.me.session_id == each.id) for each in await my_sessions(ctx)])


@router.delete("/sessions/{session_id}", status_code=204)
async def delete_session(session_id: str, ctx: InSession) -> None:
    """End one session, on any device."""
    await end_session(ctx, session_id)


@router.get("/two-factor")
async def get_two_factor(ctx: InSession) -> TwoFactorOut:
    """Return whether signing in takes a code."""
    now = await two_factor(ctx)
    return {"on": now.on, "recovery_codes": now.recovery_codes}


@router.post("/two-factor")
async def begin_enrolment(body: Proof, ctx: InSession) -> EnrolmentOut:
    """Create a secret for the authenticator. It takes effect when a code confirms it, within an hour."""
    enrolment = await begin_two_factor(ctx, body.password)
    return {"secret": enrolment.secret, "uri": enrolment.uri, "qr": enrolment.qr}


@router.post("/two-factor/confirm")
async def confirm_enrolment(body: AuthenticatorCode, ctx: InSession) -> RecoveryCodesOut:
    """Turn the second factor on, and return the recovery codes."""
    return {"recovery_codes": await confirm_two_factor(ctx, body.code)}


@router.post("/two-factor/recovery-codes")
async def new_recovery_codes(body: Proof, ctx: InSession) -> RecoveryCodesOut:
    """Renew the recovery codes. The old ones no longer work."""
    return {"recovery_codes": await renew_recovery_codes(ctx, body.password, body.code)}


@router.post("/two-factor/disable", status_code=204)
async def disable_two_factor(body: Proof, ctx: InSession) -> None:
    """Turn the second factor off."""
    await end_two_factor(ctx, body.password, body.code)


@router.get("/api-tokens")
async def list_api_tokens(ctx: InSession) -> PageJson[ApiTokenOut]:
    """List the person's API tokens, without their secrets."""
    return whole([_token_json(each, ctx.now) for each in await api_tokens(ctx)])


@router.post("/api-tokens", status_code=201)
async def create_api_token(body: NewApiToken, ctx: InSession) -> MadeApiTokenOut:
    """Create an API token."""
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
        "created_at": timestamp(session.created_at),
        "seen_at": timestamp_or_none(session.last_seen_at),
        "expires_at": timestamp(session.expires_at),
    }


def _token_json(token: ApiToken, now: datetime) -> ApiTokenOut:
    return {
        "id": str(token.id),
        "name": token.name,
        "scopes": token.scopes,
        "created_at": timestamp(token.created_at),
        "used_at": timestamp_or_none(token.last_used_at),
        "expires_at": timestamp_or_none(token.expires_at),
        "expired": token.expires_at is not None and token.expires_at <= now,
    }
