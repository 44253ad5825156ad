"""Dangerous changes require proof of identity, the same way everywhere."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from chat_app.core.auth.addresses import ask_to_change_email
from chat_app.core.auth.factors.proof import FRESH, PROOFS, prove_identity
from chat_app.core.auth.password_changes import change_password
from chat_app.core.auth.sessions.commands import sign_in
from chat_app.core.auth.tokens.api_tokens import make_api_token
from chat_app.core.auth.two_factor import begin_two_factor
from chat_app.core.identities.commands import unlink_identity
from chat_app.core.kernel.actor import Actor
from chat_app.core.personal.commands import delete_account
from tests.core.identities.test_identities import HERE
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.refusal import code_of, refused
from tests.support.use_cases import Do

Dangerous = Callable[[Do, Actor, str], Awaitable[Any]]
DANGEROUS: dict[str, Dangerous] = {
    "link an account": lambda do, me, word: do(me, prove_identity, word),
    "unlink an account": lambda do, me, word: do(me, unlink_identity, HERE, [], word),
    "change the address": lambda do, me, word: do(me, ask_to_change_email, "new@example.com", word),
    "change the password": lambda do, me, word: do(me, change_password, word, "seven quiet herons"),
    "set up an authenticator": lambda do, me, word: do(me, begin_two_factor, word),
    "make an API token": lambda do, me, word: do(me, make_api_token, name="Bot", scopes=["read"], password=word),
    "delete the account": lambda do, me, word: do(me, delete_account, word),
}


@pytest.mark.parametrize("name", DANGEROUS)
async def test_person_with_password_must_give_it_in_any_session(do: Do, make: Factory, name: str):
    me = await make.actor()
    for wrong in ("", "guess-guess-guess", "x" * 2000):
        with refused("password_wrong") as refusal:
            await DANGEROUS[name](do, me, wrong)
        assert refusal.details == {"field": "password"}
    assert await code_of(DANGEROUS[name](do, me, PASSWORD)) is None


@pytest.mark.parametrize("name", DANGEROUS)
async def test_person_without_password_must_have_signed_in_recently(do: Do, make: Factory, clock: Clock, name: str):
    me = await make.actor(password_hash=None)
    clock.advance(seconds=FRESH.total_seconds() + 1)
    with refused("sign_in_again") as refusal:
        await DANGEROUS[name](do, me, "")
    assert refusal.details == {"minutes": 10}
    clock.advance(seconds=-1)
    assert await code_of(DANGEROUS[name](do, me, "")) is None


async def test_another_session_proves_nothing(do: Do, make: Factory, clock: Clock):
    me = await make.actor(password_hash=None)
    clock.advance(hours=1)
    await make.signed_in()
    with refused("sign_in_again"):
        await do(me, prove_identity, "")


async def test_attempts_are_counted(do: Do, make: Factory):
    me = await make.actor(username="aiko")
    for _ in range(PROOFS.amount):
        await code_of(do(me, prove_identity, "guess"))
    with refused("rate_limited"):
        await do(me, prove_identity, PASSWORD)
    await do(None, sign_in, "aiko", PASSWORD)
