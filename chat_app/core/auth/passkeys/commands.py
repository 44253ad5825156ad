"""Add and list a person's passkeys."""

import json
from collections.abc import Sequence
from typing import Any, Final

from limits import RateLimitItemPerHour
from sqlalchemy import func, select
from sqlmodel import col

from chat_app.core.accounts.errors import InvalidField
from chat_app.core.accounts.queries import get_user
from chat_app.core.accounts.tables import User
from chat_app.core.auth.errors import PasskeyNotFound, PasskeyRefused, PasskeyTaken, TooManyPasskeys
from chat_app.core.auth.factors.challenges import Credential, RelyingParty, answered, issue, relying_party
from chat_app.core.auth.factors.passkey_tables import Ceremony, Passkey
from chat_app.core.auth.factors.proof import check_kept_here, prove_identity
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.texts.cleaning import clean_name
from chat_app.core.mail.commands import queue_mail
from chat_app.core.mail.tables import MailKind

NAME: Final = "Parley"
NAME_MAX: Final = 50
PASSKEYS_MAX: Final = 20
ADDED: Final = RateLimitItemPerHour(30, namespace="passkeys")


async def begin_passkey(ctx: Context, password: str, code: str = "") -> dict[str, Any]:
    """Return the browser's options for a new passkey of the actor: ``PublicKeyCredentialCreationOptions`` as JSON.

    Raises as ``prove_identity`` does, :class:`PasskeysUnavailable`, :class:`TooManyPasskeys` or ``KeptElsewhere``.
    """
    check_kept_here(ctx)
    site = relying_party(ctx.policy.origin)
    user = await prove_identity(ctx, password, code, counted=[(ADDED, str(ctx.me.user_id))])
    mine = await my_passkeys(ctx)
    if len(mine) >= PASSKEYS_MAX:
        raise TooManyPasskeys(maximum=PASSKEYS_MAX)
    return _options(site, user, await issue(ctx, Ceremony.ADD, user.id), mine)


async def add_passkey(ctx: Context, name: str, credential: Credential) -> Passkey:
    """Keep the passkey that the browser has made. The person has proved who they are when it began.

    Raises ``InvalidField``, :class:`PasskeyRefused`, :class:`PasskeyTaken` or :class:`TooManyPasskeys`.
    """
    check_kept_here(ctx)
    name = _checked_name(name)
    user = await get_user(ctx, ctx.me.user_id)
    challenge = await answered(ctx, Ceremony.ADD, credential, user.id)
    made = _verified(relying_party(ctx.policy.origin), credential, challenge)
    await ctx.db.get_one(User, user.id, with_for_update=True)  # concurrent requests are counted one after the other
    await _check_room(ctx, made.credential_id)
    passkey = Passkey(
        user_id=user.id,
        name=name,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        created_at=ctx.now,
    )
    ctx.db.add(passkey)
    await ctx.db.flush()
    await queue_mail(ctx, user.email, MailKind.PASSKEY_ADDED, locale=user.locale, name=user.name, passkey=name)
    return passkey


async def rename_passkey(ctx: Context, passkey_id: AnyId, name: str) -> Passkey:
    """Give one of the actor's passkeys another name. Raises ``InvalidField`` or :class:`PasskeyNotFound`."""
    which, name = parse_id(passkey_id, PasskeyNotFound), _checked_name(name)
    mine = select(Passkey).where(col(Passkey.user_id) == ctx.me.user_id, col(Passkey.id) == which)
    passkey: Passkey | None = await ctx.db.scalar(mine.with_for_update())
    if passkey is None:
        raise PasskeyNotFound()
    passkey.name = name
    return passkey


def _checked_name(name: str) -> str:
    name = clean_name(name)
    if not 1 <= len(name) <= NAME_MAX:
        raise InvalidField("name_invalid", "name", maximum=NAME_MAX)
    return name


async def my_passkeys(ctx: Context) -> Sequence[Passkey]:
    """Return the actor's passkeys, newest first."""
    mine = select(Passkey).where(col(Passkey.user_id) == ctx.me.user_id).order_by(col(Passkey.id).desc())
    return (await ctx.db.scalars(mine)).all()


async def _check_room(ctx: Context, credential_id: bytes) -> None:
    await ctx.lock_key(f"passkey {credential_id.hex()}")
    if await ctx.db.scalar(select(col(Passkey.id)).where(col(Passkey.credential_id) == credential_id)):
        raise PasskeyTaken()
    mine = select(func.count()).where(col(Passkey.user_id) == ctx.me.user_id)
    if (await ctx.db.scalar(mine) or 0) >= PASSKEYS_MAX:
        raise TooManyPasskeys(maximum=PASSKEYS_MAX)


def _options(site: RelyingParty, user: User, challenge: str, mine: Sequence[Passkey]) -> dict[str, Any]:
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=site.id,
        rp_name=NAME,
        user_id=user.id.bytes,
        user_name=user.username,
        user_display_name=user.name,
        challenge=challenge.encode(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each.credential_id) for each in mine],
    )
    known: dict[str, Any] = json.loads(options_to_json(options))
    return known


def _verified(site: RelyingParty, credential: Credential, challenge: bytes) -> Any:
    from webauthn import verify_registration_response

    try:
        return verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except Exception:  # the library raises many kinds of errors for hostile input
        raise PasskeyRefused() from None
