"""Issue challenges for passkeys, and take each answer once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col

from chat_app.core.auth.errors import PasskeyRefused, PasskeysUnavailable
from chat_app.core.auth.factors.passkey_tables import Ceremony, PasskeyChallenge
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.secrets.digests import digest, new_secret

LIFETIME: Final = timedelta(minutes=5)
CODE_LIFETIME: Final = timedelta(minutes=2)
ANSWER_MAX: Final = 20_000
"""The maximum characters of an answer; browsers send at most a few thousand."""

Credential = Mapping[str, Any]
"""The browser's answer with a passkey: ``PublicKeyCredential.toJSON()``. Not trusted until it is verified."""


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The site as a WebAuthn relying party: its domain, to which passkeys are bound, and the permitted origin."""

    id: str
    origin: str


def relying_party(origin: str) -> RelyingParty:
    """Return the relying party of the site at ``origin``.

    Browsers know passkeys on domains alone, so a server on loopback is known as ``localhost``. Raises
    :class:`PasskeysUnavailable` if the site has no domain, or no https.
    """
    url = urlsplit(origin)
    host = url.hostname or ""
    if _is_loopback(host):
        return RelyingParty("localhost", f"{url.scheme}://localhost" + (f":{url.port}" if url.port else ""))
    if url.scheme != "https" or _is_address(host):
        raise PasskeysUnavailable()
    return RelyingParty(host, origin)


async def issue(ctx: Context, ceremony: Ceremony, user_id: UUID | None = None, *, lasts: timedelta = LIFETIME) -> str:
    """Store and return a fresh challenge."""
    challenge = new_secret()
    waiting = PasskeyChallenge(
        challenge_hash=digest(challenge), ceremony=ceremony.value, user_id=user_id, expires_at=ctx.now + lasts
    )
    ctx.db.add(waiting)
    return challenge


async def redeem(ctx: Context, ceremony: Ceremony, challenge: str, user_id: UUID | None = None) -> bool:
    """Use up a challenge of the site, once. Returns whether it was one of this ceremony and this person."""
    of = col(PasskeyChallenge.user_id)
    taken = delete(PasskeyChallenge).where(
        col(PasskeyChallenge.challenge_hash) == digest(challenge),
        col(PasskeyChallenge.ceremony) == ceremony.value,
        of.is_(None) if user_id is None else of == user_id,
        col(PasskeyChallenge.expires_at) > ctx.now,
    )
    return await ctx.db.scalar(taken.returning(col(PasskeyChallenge.challenge_hash))) is not None


async def answered(ctx: Context, ceremony: Ceremony, credential: Credential, user_id: UUID | None = None) -> bytes:
    """Use up and return the challenge that a credential answers. Raises :class:`PasskeyRefused`."""
    challenge = _challenge_in(credential)
    if not await redeem(ctx, ceremony, challenge.decode(), user_id):
        raise PasskeyRefused("passkey_expired")
    return challenge


def _challenge_in(credential: Credential) -> bytes:
    from webauthn.helpers import base64url_to_bytes

    try:
        if len(json.dumps(credential)) > ANSWER_MAX:
            raise PasskeyRefused()
        told = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
        challenge = base64url_to_bytes(told["challenge"])
        challenge.decode("ascii")
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise PasskeyRefused() from None
    return challenge


async def forget_challenges(ctx: Context) -> None:
    """Delete unanswered challenges."""
    await ctx.db.execute(delete(PasskeyChallenge).where(col(PasskeyChallenge.expires_at) < ctx.now))


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)
