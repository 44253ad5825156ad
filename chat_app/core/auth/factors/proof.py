"""Prove the actor's identity: by the second factor, and again before dangerous changes."""

import base64
import hmac
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import pyotp
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from sqlalchemy import delete, select
from sqlmodel import col

from chat_app.core.accounts.errors import InvalidField
from chat_app.core.accounts.queries import get_user
from chat_app.core.accounts.tables import User
from chat_app.core.auth.errors import KeptElsewhere, SignInAgain
from chat_app.core.auth.factors.challenges import redeem
from chat_app.core.auth.factors.passkey_tables import Ceremony
from chat_app.core.auth.passwords import password_matches
from chat_app.core.auth.rules import PASSWORD_MAX
from chat_app.core.auth.tables import Authenticator, RecoveryCode, UserSession
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.policy import Policy
from chat_app.core.kernel.secrets.digests import digest
from chat_app.core.kernel.secrets.vault import unseal

CODES: Final = RateLimitItemPerHour(10, namespace="codes")
"""Limits attempts at codes. Three codes in a million are valid at any time, so guessing takes years."""

PROOFS: Final = RateLimitItemPerMinute(10, 5, namespace="proofs")
FRESH: Final = timedelta(minutes=10)
"""The time after signing in during which people without a password count as proved."""

STEP: Final = 30  # seconds
SEAL: Final = "authenticator"
PASSKEY_CODE: Final = "passkey_"
"""The prefix of a code issued for a passkey."""

_TOTP: Final = re.compile(r"[0-9]{6}")
_NOT_OF_CODES: Final = re.compile(r"[^A-Z2-7]")


def check_kept_here(ctx: Context) -> None:
    """Raise :class:`KeptElsewhere` where another service keeps passwords and second factors."""
    if ctx.policy.account_page:
        raise KeptElsewhere()


def has_password(user: User, policy: Policy) -> bool:
    """Return whether a person has a password in Parley."""
    return user.password_hash is not None and not policy.account_page


Counted = tuple[RateLimitItem, str]
"""A limit, and the key under which it counts."""


async def prove_identity(ctx: Context, password: str, code: str = "", *, counted: Sequence[Counted] = ()) -> User:
    """Return the actor, who has proven their identity again: by password, and by a code if they have an authenticator.

    A person without a password, who signs in with an account elsewhere, must have signed in recently; so must everybody
    if another service manages passwords and codes. The limits ``counted`` are counted once the password is right,
    before the authenticator is locked. Raises ``InvalidField`` (``password_wrong``, ``code_required``, ``code_wrong``),
    :class:`SignInAgain` or ``RateLimited``.
    """
    user = await get_user(ctx, ctx.me.user_id)
    await ctx.limit(PROOFS, str(user.id))
    if ctx.policy.account_page or user.password_hash is None:
        await _check_fresh(ctx)
    elif not await password_matches(password[: PASSWORD_MAX + 1], user.password_hash):
        raise InvalidField("password_wrong", "password")
    for rule, key in counted:
        await ctx.limit(rule, key)
    if not ctx.policy.account_page:
        await check_second_factor(ctx, user.id, code)
    return user


async def _check_fresh(ctx: Context) -> None:
    began: datetime | None = await ctx.db.scalar(
        select(col(UserSession.created_at)).where(col(UserSession.id) == ctx.me.session_id)
    )
    if began is None or began < ctx.now - FRESH:
        raise SignInAgain(minutes=FRESH // timedelta(minutes=1))


async def check_second_factor(ctx: Context, user_id: UUID, code: str, *place: str) -> None:
    """Verify and use up the code of a person with an authenticator: its own, one for a passkey, or a recovery code.

    Attempts are counted per ``place``. Raises ``InvalidField`` (``code_required``, ``code_wrong``) or ``RateLimited``.
    """
    authenticator = await ctx.db.get(Authenticator, user_id)
    if authenticator is None or authenticator.confirmed_at is None:
        return
    if not code.strip():
        raise InvalidField("code_required", "code")
    await ctx.limit(CODES, str(user_id), *place)
    await lock_authenticator(ctx, user_id)
    if code.startswith(PASSKEY_CODE):
        taken = await redeem(ctx, Ceremony.CODE, code.removeprefix(PASSKEY_CODE), user_id)
    else:
        taken = take_code(ctx, authenticator, code) or await _take_recovery_code(ctx, user_id, code)
    if not taken:
        raise InvalidField("code_wrong", "code")


async def lock_authenticator(ctx: Context, user_id: UUID) -> Authenticator | None:
    """Lock and return the current row of a person's authenticator, so that each code is accepted only once."""
    return await ctx.db.get(Authenticator, user_id, with_for_update=True, populate_existing=True)


def take_code(ctx: Context, authenticator: Authenticator, code: str) -> bool:
    """Return whether the authenticator shows this code now or within half a minute. Each code is accepted once."""
    typed = re.sub(r"\s", "", code)
    secret = unseal(ctx.policy.keys, SEAL, authenticator.sealed_secret)
    if secret is None or not _TOTP.fullmatch(typed):
        return False
    now, totp = int(ctx.now.timestamp()) // STEP, pyotp.TOTP(secret)
    matching = [step for step in (now - 1, now, now + 1) if hmac.compare_digest(totp.generate_otp(step), typed)]
    fresh = [step for step in matching if step > authenticator.last_step]
    if fresh:
        authenticator.last_step = fresh[0]
    return bool(fresh)


async def _take_recovery_code(ctx: Context, user_id: UUID, code: str) -> bool:
    mine = col(RecoveryCode.user_id) == user_id
    statement = delete(RecoveryCode).where(mine, col(RecoveryCode.code_hash) == recovery_hash(code))
    taken: Sequence[UUID] = (await ctx.db.scalars(statement.returning(col(RecoveryCode.user_id)))).all()
    return bool(taken)


def recovery_hash(code: str) -> bytes:
    """Return the stored hash of a recovery code, for any spelling of the code."""
    return digest(_NOT_OF_CODES.sub("", code[:100].upper()))


def recovery_code(random: bytes) -> str:
    """Return ten random bytes in a form that people can write down: "ABCD-EFGH-IJKL-MNOP"."""
    letters = base64.b32encode(random).decode()
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
