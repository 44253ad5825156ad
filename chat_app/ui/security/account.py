"""The shapes of the security page: plain values, and no secret."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from chat_app.core.accounts.queries import get_user
from chat_app.core.applications.consents import my_applications
from chat_app.core.applications.tables import Consent
from chat_app.core.auth.factors.passkey_tables import Passkey
from chat_app.core.auth.factors.proof import has_password
from chat_app.core.auth.passkeys.commands import my_passkeys
from chat_app.core.auth.sessions.commands import my_sessions
from chat_app.core.auth.sessions.devices import device_of
from chat_app.core.auth.tables import ApiToken, UserSession
from chat_app.core.auth.tokens.api_tokens import api_tokens
from chat_app.core.auth.two_factor import two_factor
from chat_app.core.identities.passkeys import is_passkey_needed
from chat_app.core.identities.passwords import is_kept_by_directory
from chat_app.core.kernel.context import Context

SESSIONS_MOST: Final = 50


@dataclass
class SessionVar:
    """A session."""

    id: str
    current: bool
    device: str
    address: str
    seen_at: str


@dataclass
class TokenVar:
    """An API token."""

    id: str
    name: str
    scopes: list[str]
    used_at: str
    expires_at: str
    expired: bool


@dataclass
class PasskeyVar:
    """A passkey."""

    id: str
    name: str
    created_at: str
    used_at: str


@dataclass
class ConsentVar:
    """An application that the person has given access to."""

    client: str
    name: str
    scopes: list[str]
    granted_at: str


@dataclass
class OwnAccountVar:
    """The person's ways to sign in; ``page`` is the page of another service that keeps passwords.

    ``of_directory``: their password is that of an organisation's directory. ``needs_passkey``: a single passkey is
    their only way to sign in.
    """

    email: str = ""
    verified: bool = False
    has_password: bool = False
    of_directory: bool = False
    page: str = ""
    two_factor: bool = False
    codes_left: int = 0
    sessions: list[SessionVar] = field(default_factory=list)
    tokens: list[TokenVar] = field(default_factory=list)
    passkeys: list[PasskeyVar] = field(default_factory=list)
    applications: list[ConsentVar] = field(default_factory=list)
    needs_passkey: bool = False


async def account_var(ctx: Context) -> OwnAccountVar:
    """Return the actor's ways to sign in."""
    user, factor = await get_user(ctx, ctx.me.user_id), await two_factor(ctx)
    return OwnAccountVar(
        email=user.email,
        verified=user.email_verified_at is not None,
        has_password=has_password(user, ctx.policy),
        of_directory=await is_kept_by_directory(ctx, user),
        page=ctx.policy.account_page,
        two_factor=factor.on,
        codes_left=factor.recovery_codes,
        sessions=[_session(ctx, each) for each in (await my_sessions(ctx))[:SESSIONS_MOST]],
        tokens=[_token(ctx, each) for each in await api_tokens(ctx)],
        passkeys=[_passkey(each) for each in await my_passkeys(ctx)],
        applications=[_consent(each) for each in await my_applications(ctx)],
        needs_passkey=await is_passkey_needed(ctx),
    )


def _session(ctx: Context, session: UserSession) -> SessionVar:
    return SessionVar(
        id=str(session.id),
        current=session.id == ctx.me.session_id,
        device=device_of(session.user_agent),
        address=session.address,
        seen_at=_text(session.last_seen_at),
    )


def _consent(consent: Consent) -> ConsentVar:
    return ConsentVar(consent.client, consent.name, consent.scopes, _text(consent.granted_at))


def _passkey(passkey: Passkey) -> PasskeyVar:
    return PasskeyVar(str(passkey.id), passkey.name, _text(passkey.created_at), _text(passkey.last_used_at))


def _token(ctx: Context, token: ApiToken) -> TokenVar:
    return TokenVar(
        id=str(token.id),
        name=token.name,
        scopes=token.scopes,
        used_at=_text(token.last_used_at),
        expires_at=_text(token.expires_at),
        expired=token.expires_at is not None and token.expires_at <= ctx.now,
    )


def _text(at: datetime | None) -> str:
    return at.isoformat(timespec="milliseconds") if at else ""
