"""The second factor: set up, required, replayed, lost, removed."""

import asyncio

import pyotp
import pytest

from chat_app.core.auth.addresses import ask_to_change_email
from chat_app.core.auth.factors.proof import CODES, STEP
from chat_app.core.auth.password_changes import change_password
from chat_app.core.auth.sessions.commands import sign_in
from chat_app.core.auth.tables import Authenticator, RecoveryCode
from chat_app.core.auth.two_factor import (
    RECOVERY_CODES,
    begin_two_factor,
    confirm_two_factor,
    end_two_factor,
    renew_recovery_codes,
    two_factor,
)
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.mail.tables import MailKind
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.post import mails_to
from tests.support.refusal import refused
from tests.support.use_cases import Do


class Phone:
    """An authenticator app."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._totp, self._clock = pyotp.TOTP(secret), clock

    def code(self, *, ahead: int = 0) -> str:
        """Return the code that it shows now, or so many half minutes later."""
        return self._totp.generate_otp(int(self._clock().timestamp()) // STEP + ahead)


async def enrol(do: Do, actor: Actor, clock: Clock) -> tuple[Phone, list[str]]:
    """Return the actor's phone, and their recovery codes. The confirming code is in the past."""
    phone = Phone((await do(actor, begin_two_factor, PASSWORD)).secret, clock)
    codes = await do(actor, confirm_two_factor, phone.code())
    clock.advance(seconds=STEP)
    return phone, codes


async def test_signing_in_takes_a_code_once_one_was_confirmed(do: Do, make: Factory, clock: Clock, work: UnitOfWork):
    aiko = await make.actor(username="aiko")
    enrolment = await do(aiko, begin_two_factor, PASSWORD)
    assert enrolment.secret in enrolment.uri
    await do(None, sign_in, "aiko", PASSWORD)
    with refused("code_wrong"):
        await do(aiko, confirm_two_factor, "000000")
    phone = Phone(enrolment.secret, clock)
    codes = await do(aiko, confirm_two_factor, phone.code())
    assert len(set(codes)) == RECOVERY_CODES
    clock.advance(seconds=STEP)
    with refused("code_required") as refusal:
        await do(None, sign_in, "aiko", PASSWORD)
    assert refusal.details == {"field": "code"}
    for code in ("000000", "12345", "abc", "\x00", "\ud800", "١٢٣٤٥٦"):
        with refused("code_wrong"):
            await do(None, sign_in, "aiko", PASSWORD, code=code)
    typed = phone.code()
    await do(None, sign_in, "aiko", PASSWORD, code=f" {typed[:3]} {typed[3:]} ")
    assert [mail.kind for mail in await mails_to(work, "aiko@example.com")] == [MailKind.TWO_FACTOR_ON]


async def test_the_code_is_asked_for_only_when_the_password_is_right(do: Do, make: Factory, clock: Clock):
    phone, _ = await enrol(do, await make.actor(username="aiko"), clock)
    for code in ("", phone.code()):
        with refused("bad_credentials"):
            await do(None, sign_in, "aiko", "guess-guess-guess", code=code)
    await do(None, sign_in, "aiko", PASSWORD, code=phone.code())


async def test_no_code_works_twice(do: Do, make: Factory, clock: Clock):
    aiko = await make.actor(username="aiko")
    phone = Phone((await do(aiko, begin_two_factor, PASSWORD)).secret, clock)
    code = phone.code()
    await do(aiko, confirm_two_factor, code)
    with refused("code_wrong"):
        await do(None, sign_in, "aiko", PASSWORD, code=code)
    later = phone.code(ahead=1)
    await do(None, sign_in, "aiko", PASSWORD, code=later)
    for spent in (code, later):
        with refused("code_wrong"):
            await do(None, sign_in, "aiko", PASSWORD, code=spent)


async def test_concurrent_uses_of_a_code_succeed_once(do: Do, make: Factory, clock: Clock):
    phone, recovery = await enrol(do, await make.actor(username="aiko"), clock)
    for code in (phone.code(), recovery[0]):
        results = await asyncio.gather(
            *(do(None, sign_in, "aiko", PASSWORD, code=code) for _ in range(2)), return_exceptions=True
        )
        assert sorted(getattr(each, "code", "in") for each in results) == ["code_wrong", "in"]


@pytest.mark.parametrize(("ahead", "works"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
async def test_a_clock_may_be_half_a_minute_wrong(do: Do, make: Factory, clock: Clock, ahead: int, works: bool):
    phone, _ = await enrol(do, await make.actor(username="aiko"), clock)
    clock.advance(seconds=5 * STEP)
    if works:
        await do(None, sign_in, "aiko", PASSWORD, code=phone.code(ahead=ahead))
        return
    with refused("code_wrong"):
        await do(None, sign_in, "aiko", PASSWORD, code=phone.code(ahead=ahead))


async def test_each_recovery_code_works_once_however_it_is_typed(do: Do, make: Factory, clock: Clock):
    aiko = await make.actor(username="aiko")
    _, codes = await enrol(do, aiko, clock)
    await do(None, sign_in, "aiko", PASSWORD, code=codes[0])
    await do(None, sign_in, "aiko", PASSWORD, code=f" {codes[1].lower().replace('-', ' ')}")
    for spent in codes[:2]:
        with refused("code_wrong"):
            await do(None, sign_in, "aiko", PASSWORD, code=spent)
    assert (await do(aiko, two_factor)).recovery_codes == RECOVERY_CODES - 2


async def test_new_recovery_codes_replace_the_old(do: Do, make: Factory, clock: Clock):
    aiko = await make.actor(username="aiko")
    phone, old = await enrol(do, aiko, clock)
    new = await do(aiko, renew_recovery_codes, PASSWORD, phone.code())
    assert not set(old) & set(new)
    with refused("code_wrong"):
        await do(None, sign_in, "aiko", PASSWORD, code=old[0])
    await do(None, sign_in, "aiko", PASSWORD, code=new[0])


async def test_somebody_elses_codes_do_not_work(do: Do, make: Factory, clock: Clock):
    await enrol(do, await make.actor(username="aiko"), clock)
    phone, codes = await enrol(do, await make.actor(username="ben"), clock)
    for code in (phone.code(), codes[0]):
        with refused("code_wrong"):
            await do(None, sign_in, "aiko", PASSWORD, code=code)


async def test_attempts_at_codes_are_limited(do: Do, make: Factory, clock: Clock):
    phone, _ = await enrol(do, await make.actor(username="aiko"), clock)
    for attempt in range(CODES.amount):
        clock.advance(minutes=5)
        with refused("code_wrong"):
            await do(None, sign_in, "aiko", PASSWORD, code="000000", address=f"10.0.{attempt // 5}.1")
    with refused("rate_limited"):
        await do(None, sign_in, "aiko", PASSWORD, code=phone.code(), address="10.0.9.1")


async def test_turning_off_needs_password_and_code(do: Do, make: Factory, clock: Clock, work: UnitOfWork):
    aiko = await make.actor(username="aiko")
    phone, _ = await enrol(do, aiko, clock)
    with refused("password_wrong"):
        await do(aiko, end_two_factor, "guess-guess-guess", phone.code())
    with refused("code_required"):
        await do(aiko, end_two_factor, PASSWORD, "")
    await do(aiko, end_two_factor, PASSWORD, phone.code())
    await do(None, sign_in, "aiko", PASSWORD)
    assert not (await do(aiko, two_factor)).on
    assert (await mails_to(work, "aiko@example.com"))[-1].kind == MailKind.TWO_FACTOR_OFF
    for use_case in (end_two_factor, renew_recovery_codes):
        with refused("two_factor_off"):
            await do(aiko, use_case, PASSWORD, "")


async def test_other_dangerous_changes_ask_for_a_code_too(do: Do, make: Factory, clock: Clock):
    aiko = await make.actor(username="aiko")
    phone, _ = await enrol(do, aiko, clock)
    with refused("code_required"):
        await do(aiko, change_password, PASSWORD, "seven quiet herons")
    with refused("code_required"):
        await do(aiko, ask_to_change_email, "new@example.com", PASSWORD)
    await do(aiko, change_password, PASSWORD, "seven quiet herons", phone.code())


async def test_an_authenticator_that_counts_is_not_replaced(do: Do, make: Factory, clock: Clock):
    aiko = await make.actor(username="aiko")
    with refused("password_wrong"):
        await do(aiko, begin_two_factor, "guess-guess-guess")
    phone, _ = await enrol(do, aiko, clock)
    with refused("two_factor_on"):
        await do(aiko, begin_two_factor, PASSWORD)
    with refused("two_factor_on"):
        await do(aiko, confirm_two_factor, phone.code())


async def test_unconfirmed_authenticator_expires_after_an_hour(do: Do, make: Factory, clock: Clock):
    aiko = await make.actor(username="aiko")
    with refused("two_factor_not_begun"):
        await do(aiko, confirm_two_factor, "000000")
    old = Phone((await do(aiko, begin_two_factor, PASSWORD)).secret, clock)
    new = Phone((await do(aiko, begin_two_factor, PASSWORD)).secret, clock)
    with refused("code_wrong"):
        await do(aiko, confirm_two_factor, old.code())
    clock.advance(hours=1, seconds=1)
    with refused("two_factor_not_begun"):
        await do(aiko, confirm_two_factor, new.code())


async def test_the_database_alone_gives_no_code_away(do: Do, make: Factory, clock: Clock, work: UnitOfWork):
    aiko = await make.actor(username="aiko")
    enrolment = await do(aiko, begin_two_factor, PASSWORD)
    codes = await do(aiko, confirm_two_factor, Phone(enrolment.secret, clock).code())
    async with work.begin() as ctx:
        kept = (await ctx.db.get_one(Authenticator, aiko.user_id)).sealed_secret
        hashes = list(await ctx.db.scalars(RecoveryCode.__table__.select().with_only_columns(RecoveryCode.code_hash)))
    assert enrolment.secret not in kept
    assert not any(codes[0].replace("-", "").encode() in each for each in hashes)
