"""Set up, confirm and remove the authenticator; renew the recovery codes."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import pyotp
import segno
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.accounts.errors import InvalidField
from chat_app.core.accounts.queries import get_user
from chat_app.core.accounts.tables import User
from chat_app.core.auth.errors import TwoFactorState
from chat_app.core.auth.factors.proof import (
    CODES,
    SEAL,
    check_kept_here,
    lock_authenticator,
    prove_identity,
    recovery_code,
    recovery_hash,
    take_code,
)
from chat_app.core.auth.tables import Authenticator, RecoveryCode
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.secrets.vault import seal
from chat_app.core.mail.commands import queue_mail
from chat_app.core.mail.tables import MailKind

ISSUER: Final = "Parley"
RECOVERY_CODES: Final = 10
TO_CONFIRM: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The set-up data of an authenticator: the secret, and the same as an address to scan."""

    secret: str
    uri: str

    @property
    def qr(self) -> str:
        """Return the address as a QR code (a data URI)."""
        return str(segno.make_qr(self.uri).svg_data_uri(border=2, light="#fff"))


@dataclass(frozen=True, slots=True)
class TwoFactor:
    """The state of a person's second factor, and the number of recovery codes left."""

    on: bool
    recovery_codes: int


async def two_factor(ctx: Context) -> TwoFactor:
    """Return the state of the actor's second factor."""
    mine = await ctx.db.get(Authenticator, ctx.me.user_id)
    on = mine is not None and mine.confirmed_at is not None
    count = select(func.count()).where(col(RecoveryCode.user_id) == ctx.me.user_id)
    return TwoFactor(on, (await ctx.db.scalar(count) or 0) if on else 0)


async def begin_two_factor(ctx: Context, password: str) -> Enrolment:
    """Create a secret for the actor's authenticator, which takes effect with :func:`confirm_two_factor`.

    Raises ``InvalidField``, ``RateLimited``, :class:`KeptElsewhere`, or :class:`TwoFactorState` if an authenticator
    exists.
    """
    check_kept_here(ctx)
    if (await two_factor(ctx)).on:
        raise TwoFactorState("two_factor_on")
    user = await prove_identity(ctx, password)
    secret = pyotp.random_base32()
    row = {"sealed_secret": seal(ctx.policy.keys, SEAL, secret), "created_at": ctx.now, "last_step": 0}
    statement = (
        insert(Authenticator)
        .values(user_id=user.id, **row)
        .on_conflict_do_update(index_elements=["user_id"], set_=row, where=col(Authenticator.confirmed_at).is_(None))
    )
    if await ctx.db.scalar(statement.returning(col(Authenticator.user_id))) is None:
        raise TwoFactorState("two_factor_on")
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER)
    return Enrolment(secret, uri)


async def confirm_two_factor(ctx: Context, code: str) -> list[str]:
    """Turn the second factor on with its first code. Returns the recovery codes.

    Raises ``InvalidField``, ``RateLimited``, :class:`KeptElsewhere`, or :class:`TwoFactorState` if nothing waits to
    be confirmed.
    """
    check_kept_here(ctx)
    user = await get_user(ctx, ctx.me.user_id)
    await ctx.limit(CODES, str(user.id))
    authenticator = await lock_authenticator(ctx, user.id)
    if authenticator is None or authenticator.created_at < ctx.now - TO_CONFIRM:
        raise TwoFactorState("two_factor_not_begun")
    if authenticator.confirmed_at is not None:
        raise TwoFactorState("two_factor_on")
    if not take_code(ctx, authenticator, code):
        raise InvalidField("code_wrong", "code")
    authenticator.confirmed_at = ctx.now
    await queue_mail(ctx, user.email, MailKind.TWO_FACTOR_ON, locale=user.locale, name=user.name)
    return await _new_codes(ctx)


async def renew_recovery_codes(ctx: Context, password: str, code: str) -> list[str]:
    """Replace the recovery codes by new ones. Raises ``InvalidField`` or ``RateLimited``."""
    await _prove(ctx, password, code)
    return await _new_codes(ctx)


async def end_two_factor(ctx: Context, password: str, code: str) -> None:
    """Turn the second factor off. Raises ``InvalidField`` or ``RateLimited``."""
    user = await _prove(ctx, password, code)
    await ctx.db.execute(delete(Authenticator).where(col(Authenticator.user_id) == user.id))
    await ctx.db.execute(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user.id))
    await queue_mail(ctx, user.email, MailKind.TWO_FACTOR_OFF, locale=user.locale, name=user.name)


async def _prove(ctx: Context, password: str, code: str) -> User:
    check_kept_here(ctx)
    user = await prove_identity(ctx, password, code)
    if not (await two_factor(ctx)).on:
        raise TwoFactorState("two_factor_off")
    return user


async def _new_codes(ctx: Context) -> list[str]:
    mine = ctx.me.user_id
    await ctx.db.execute(delete(RecoveryCode).where(col(RecoveryCode.user_id) == mine))
    codes = [recovery_code(secrets.token_bytes(10)) for _ in range(RECOVERY_CODES)]
    ctx.db.add_all(RecoveryCode(user_id=mine, code_hash=recovery_hash(code)) for code in codes)
    await ctx.db.flush()
    return codes
