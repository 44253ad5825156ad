"""Signing in, being recognised, signing out."""

from contextlib import suppress

import pytest
from sqlalchemy import select

from chat_app.core.auth.events import SessionsRevoked
from chat_app.core.auth.sessions.commands import (
    PER_ACCOUNT,
    PER_ADDRESS,
    PER_LOGIN,
    recognise,
    sign_in,
    sign_out,
    sign_out_everywhere,
)
from chat_app.core.auth.tables import UserSession
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import DomainError
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do


@pytest.mark.parametrize("login", ["aiko", "@Aiko", "AIKO@example.com "])
async def test_sign_in_by_username_or_email(do: Do, make: Factory, login: str):
    user = await make.user(username="aiko", is_admin=True)
    actor, token = await do(None, sign_in, login, PASSWORD)
    assert actor.person == user.person()
    assert actor.site_roles == {"admin"}
    assert await do(None, recognise, token) == actor


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("aiko", "wrong-horse-battery"),
        ("nobody", PASSWORD),
        ("", ""),
        ("\x00", PASSWORD),
        ("\ud800", PASSWORD),
        ("aiko", "\ud800\x00"),
        ("a" * 100_000, "p" * 100_000),
        ("openid", PASSWORD),
    ],
)
async def test_failed_sign_in_does_not_say_what_was_wrong(do: Do, make: Factory, login: str, password: str):
    await make.user(username="aiko")
    await make.user(username="openid", password_hash=None)
    with refused("bad_credentials") as refusal:
        await do(None, sign_in, login, password)
    assert refusal.details == {}


async def test_the_token_itself_is_not_kept(do: Do, make: Factory, work: UnitOfWork):
    _, token = await make.signed_in()
    async with work.begin() as ctx:
        session = (await ctx.db.scalars(select(UserSession))).one()
    assert token.encode() not in session.token_hash
    assert len(session.token_hash) == 32


async def test_a_login_takes_so_many_attempts_whatever_the_address(do: Do, make: Factory):
    await make.user(username="aiko")
    for attempt in range(PER_LOGIN.amount):
        with refused("bad_credentials"):
            await do(None, sign_in, "aiko", "guess-guess-guess", address=f"10.0.0.{attempt}")
    with refused("rate_limited") as refusal:
        await do(None, sign_in, " @AIKO", PASSWORD, address="10.0.1.1")
    assert refusal.details["retry_after"] == 300


async def test_an_account_takes_no_more_attempts_by_two_names_than_by_one(do: Do, make: Factory):
    await make.user(username="aiko")
    names = ["aiko", "aiko@example.com"]
    for attempt in range(PER_ACCOUNT.amount):
        with refused("bad_credentials"):
            await do(None, sign_in, names[attempt % 2], "guess-guess-guess")
    for name in names:
        with refused("bad_credentials"):
            await do(None, sign_in, name, PASSWORD)


async def test_attempts_do_not_tell_whose_email_belongs_to_which_username(do: Do, make: Factory):
    await make.user(username="aiko")
    for _ in range(PER_LOGIN.amount):
        with refused("bad_credentials"):
            await do(None, sign_in, "aiko", "guess-guess-guess")
    for login in ("aiko@example.com", "nobody@example.com"):
        with refused("bad_credentials") as refusal:
            await do(None, sign_in, login, "guess-guess-guess")
        assert refusal.details == {}


@pytest.mark.parametrize("login", ["aiko", "aiko@example.com"])
async def test_attempts_elsewhere_do_not_lock_out_known_places(do: Do, make: Factory, login: str):
    await make.user(username="aiko")
    await do(None, sign_in, "aiko", PASSWORD, address="10.0.0.1")
    for attempt in range(PER_LOGIN.amount * 2):
        with suppress(DomainError):
            await do(None, sign_in, "aiko", "guess-guess-guess", address=f"10.0.1.{attempt % 2}")
    await do(None, sign_in, login, PASSWORD, address="10.0.0.1")


async def test_known_places_allow_no_more_guesses(do: Do, make: Factory):
    await make.user(username="aiko")
    await do(None, sign_in, "aiko", PASSWORD, address="10.0.0.1")
    for _ in range(PER_LOGIN.amount):
        with refused("bad_credentials"):
            await do(None, sign_in, "aiko", "guess-guess-guess", address="10.0.0.1")
    with refused("rate_limited"):
        await do(None, sign_in, "aiko", PASSWORD, address="10.0.0.1")


async def test_an_address_takes_so_many_attempts_whatever_the_account(do: Do, make: Factory, work: UnitOfWork):
    await make.user(username="aiko")
    for _ in range(PER_ADDRESS.amount):
        await work.limiter.hit(PER_ADDRESS, "10.0.0.1")
    with refused("rate_limited"):
        await do(None, sign_in, "aiko", PASSWORD, address="10.0.0.1")
    await do(None, sign_in, "aiko", PASSWORD, address="10.0.0.2")


async def test_a_session_expires(do: Do, make: Factory, clock: Clock, work: UnitOfWork):
    _, token = await make.signed_in()
    clock.advance(days=work.policy.session_days, seconds=-1)
    assert await do(None, recognise, token)
    clock.advance(seconds=1)
    assert await do(None, recognise, token) is None


@pytest.mark.parametrize("token", ["", "nonsense", "\x00", "\ud800", "x" * 100_000])
async def test_invalid_token_is_not_signed_in(do: Do, make: Factory, token: str):
    await make.signed_in()
    assert await do(None, recognise, token) is None


async def test_sign_out_ends_this_session_only_and_says_so(do: Do, make: Factory, events: list[object]):
    user = await make.user(username="aiko")
    here, token = await do(None, sign_in, "aiko", PASSWORD)
    _, elsewhere = await do(None, sign_in, "aiko", PASSWORD)
    await do(here, sign_out)
    assert events == [SessionsRevoked((here.session_id,))]
    assert await do(None, recognise, token) is None
    assert (await do(None, recognise, elsewhere)).user_id == user.id


async def test_sign_out_everywhere_ends_all_of_mine_and_nobody_elses(do: Do, make: Factory, events: list[object]):
    await make.user(username="aiko")
    _, bens = await make.signed_in()
    mine = [await do(None, sign_in, "aiko", PASSWORD) for _ in range(3)]
    await do(mine[0][0], sign_out)
    await do(mine[1][0], sign_out_everywhere)
    assert set(events[-1].session_ids) == {mine[1][0].session_id, mine[2][0].session_id}
    assert [await do(None, recognise, token) for _, token in mine] == [None] * 3
    assert await do(None, recognise, bens)


async def test_odd_headers_do_not_stop_a_sign_in(do: Do, make: Factory):
    await make.user(username="aiko")
    await do(None, sign_in, "aiko", PASSWORD, address="a\x00" * 100, user_agent="\ud800\x00\x1b" * 1000)


@pytest.mark.parametrize("use_case", [sign_out, sign_out_everywhere])
async def test_signed_out_person_cannot_sign_out(do: Do, use_case: object):
    with refused("not_signed_in"):
        await do(None, use_case)
