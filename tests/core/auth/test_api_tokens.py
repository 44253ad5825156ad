"""Personal tokens for programs."""

import asyncio

import pytest

from chat_app.core.auth.sessions.commands import recognise
from chat_app.core.auth.tokens.api_tokens import (
    PREFIX,
    TOKENS_MAX,
    USED_EVERY,
    api_tokens,
    make_api_token,
    recognise_api_token,
    revoke_api_token,
)
from chat_app.core.auth.tokens.jwt import recognise_bearer
from chat_app.core.kernel.actor import Actor
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do

NEW = {"name": " My \n bot ", "scopes": ["read", "messages"], "password": PASSWORD}


async def test_a_token_stands_for_its_person_within_its_scopes(do: Do, make: Factory):
    aiko = await make.actor(is_admin=True)
    token, secret = await do(aiko, make_api_token, **NEW)
    assert (token.name, secret.startswith(PREFIX)) == ("My bot", True)
    assert secret.encode() not in token.token_hash
    actor = await do(None, recognise_bearer, secret)
    assert actor == Actor(aiko.person, token.id, scopes=frozenset({"read", "messages"}))
    assert await do(None, recognise, secret) is None, "it opens no event socket"


async def test_revoked_token_is_not_signed_in(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    token, secret = await do(aiko, make_api_token, **NEW)
    with refused("api_token_not_found"):
        await do(ben, revoke_api_token, token.id)
    await do(aiko, revoke_api_token, str(token.id))
    assert await do(None, recognise_api_token, secret) is None
    for which in (token.id, "nonsense"):
        with refused("api_token_not_found"):
            await do(aiko, revoke_api_token, which)


async def test_a_token_expires_and_says_when_it_was_used(do: Do, make: Factory, clock: Clock):
    aiko = await make.actor()
    _, secret = await do(aiko, make_api_token, **NEW, days=1)
    used = clock.now
    await do(None, recognise_api_token, secret)
    clock.advance(seconds=USED_EVERY.total_seconds() - 1)
    await do(None, recognise_api_token, secret)
    assert [each.last_used_at for each in await do(aiko, api_tokens)] == [used]
    clock.advance(seconds=1)
    await do(None, recognise_api_token, secret)
    assert [each.last_used_at for each in await do(aiko, api_tokens)] == [clock.now]
    clock.advance(days=1)
    assert await do(None, recognise_api_token, secret) is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": " "}, "name_invalid"),
        ({"scopes": []}, "choice_invalid"),
        ({"scopes": ["read", "everything"]}, "choice_invalid"),
        ({"days": 0}, "number_out_of_range"),
        ({"days": 10**9}, "number_out_of_range"),
        ({"password": "guess-guess-guess"}, "password_wrong"),
    ],
)
async def test_invalid_api_token_is_not_created(do: Do, make: Factory, change: dict, code: str):
    aiko = await make.actor()
    with refused(code):
        await do(aiko, make_api_token, **(NEW | change))
    assert await do(aiko, api_tokens) == []


async def test_number_of_api_tokens_is_limited(do: Do, make: Factory, clock: Clock):
    aiko = await make.actor()
    for number in range(TOKENS_MAX - 1):
        if number % 5 == 0:
            clock.advance(minutes=10)
        await make_one(do, aiko)
    results = await asyncio.gather(make_one(do, aiko), make_one(do, aiko), return_exceptions=True)
    assert sorted(getattr(each, "code", "made") for each in results) == ["made", "too_many_api_tokens"]
    assert len(await do(aiko, api_tokens)) == TOKENS_MAX
    assert await do(await make.actor(), api_tokens) == []


async def make_one(do: Do, actor: Actor) -> None:
    do.work.limiter.storage.storage.clear()
    do.work.limiter.storage.events.clear()
    await do(actor, make_api_token, **NEW)
