"""Sign in by a passkey, or use one in place of a code."""

import json
from typing import Any, Final

from limits import RateLimitItemPerMinute
from sqlalchemy import select
from sqlmodel import col

from chat_app.core.accounts.tables import User
from chat_app.core.auth.errors import PasskeyRefused
from chat_app.core.auth.factors.challenges import CODE_LIFETIME, Credential, answered, issue, relying_party
from chat_app.core.auth.factors.passkey_tables import Ceremony, Passkey
from chat_app.core.auth.factors.proof import PASSKEY_CODE, check_kept_here
from chat_app.core.auth.sessions.commands import begin_session
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context

ASKED: Final = RateLimitItemPerMinute(150, 5, namespace="passkeys_asked")
"""Every sign-in page requests a challenge when it opens, to offer passkeys in its field; an office has one address."""

USED: Final = RateLimitItemPerMinute(30, 5, namespace="passkeys_used")


async def ask_for_passkey(ctx: Context, address: str) -> dict[str, Any]:
    """Return the browser's options for a passkey: ``PublicKeyCredentialRequestOptions`` as JSON.

    They name no account: the browser offers the accounts for which it has passkeys. Raises ``RateLimited``,
    :class:`PasskeysUnavailable` or ``KeptElsewhere``.
    """
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    check_kept_here(ctx)
    await ctx.limit(ASKED, address)
    site = relying_party(ctx.policy.origin)
    challenge = await issue(ctx, Ceremony.USE)
    options = generate_authentication_options(
        rp_id=site.id, challenge=challenge.encode(), user_verification=UserVerificationRequirement.REQUIRED
    )
    known: dict[str, Any] = json.loads(options_to_json(options))
    return known


async def sign_in_by_passkey(
    ctx: Context, credential: Credential, *, address: str = "", user_agent: str = ""
) -> tuple[Actor, str]:
    """Begin a session by a passkey's response.

    Returns the actor and the session's token. The device has verified its person, so no second factor is required.
    Raises :class:`PasskeyRefused`, ``RateLimited``, or as ``begin_session`` does.
    """
    user = await _user_of(ctx, credential, address)
    return begin_session(ctx, user, address=address, user_agent=user_agent)


async def code_for_passkey(ctx: Context, credential: Credential, *, address: str = "") -> str:
    """Return a code that replaces any other required code of the passkey's person, once and within two minutes.

    Raises :class:`PasskeyRefused` or ``RateLimited``.
    """
    user = await _user_of(ctx, credential, address)
    return PASSKEY_CODE + await issue(ctx, Ceremony.CODE, user.id, lasts=CODE_LIFETIME)


async def _user_of(ctx: Context, credential: Credential, address: str) -> User:
    check_kept_here(ctx)
    await ctx.limit(USED, address)
    challenge = await answered(ctx, Ceremony.USE, credential)
    passkey = await _passkey_of(ctx, credential)
    user = await ctx.db.get_one(User, passkey.user_id)
    _take_answer(ctx, passkey, user, credential, challenge)
    return user


async def _passkey_of(ctx: Context, credential: Credential) -> Passkey:
    """Lock and return the passkey, so that its signature counter is current. Raises :class:`PasskeyRefused`."""
    from webauthn.helpers import base64url_to_bytes

    try:
        credential_id = base64url_to_bytes(credential["rawId"])
    except (ValueError, TypeError, LookupError, AttributeError):
        raise PasskeyRefused() from None
    which = select(Passkey).where(col(Passkey.credential_id) == credential_id).with_for_update()
    passkey: Passkey | None = await ctx.db.scalar(which)
    if passkey is None:
        raise PasskeyRefused("passkey_unknown")
    return passkey


def _take_answer(ctx: Context, passkey: Passkey, user: User, credential: Credential, challenge: bytes) -> None:
    from webauthn import verify_authentication_response
    from webauthn.helpers import parse_authentication_credential_json

    site = relying_party(ctx.policy.origin)
    try:
        answer = parse_authentication_credential_json(dict(credential))
        verified = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except Exception:  # the library raises many kinds of errors for hostile input
        raise PasskeyRefused() from None
    if answer.response.user_handle not in (None, user.id.bytes):
        raise PasskeyRefused()
    passkey.sign_count, passkey.last_used_at = verified.new_sign_count, ctx.now
