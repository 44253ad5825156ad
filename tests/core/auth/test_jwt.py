"""JWTs for API clients: rotated, usable once, ended with their session."""

import asyncio
import base64
import json
from dataclasses import replace

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from chat_app.core.auth.events import SessionsRevoked
from chat_app.core.auth.sessions.commands import sign_out
from chat_app.core.auth.tokens.jwt import ACCESS_LIFE, TokenPair, grant_tokens, recognise_bearer, refresh_tokens
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do


@pytest.fixture
async def client(do: Do, make: Factory) -> tuple[Actor, TokenPair]:
    actor = await make.actor(is_admin=True)
    return actor, await do(actor, grant_tokens, actor)


async def test_an_access_token_is_its_session_for_ten_minutes(do: Do, client: tuple, clock: Clock):
    actor, pair = client
    assert await do(None, recognise_bearer, pair.access_token) == actor
    clock.advance(seconds=ACCESS_LIFE.total_seconds() - 1)
    assert await do(None, recognise_bearer, pair.access_token)
    clock.advance(seconds=1)
    assert await do(None, recognise_bearer, pair.access_token) is None


async def test_a_refresh_token_gets_the_next_pair(do: Do, client: tuple, clock: Clock, work: UnitOfWork):
    actor, pair = client
    for _ in range(3):  # for as long as it is used now and then
        clock.advance(days=work.policy.session_days - 1)
        pair = await do(None, refresh_tokens, pair.refresh_token)
        assert await do(None, recognise_bearer, pair.access_token) == actor
    clock.advance(days=work.policy.session_days)
    assert await do(None, refresh_tokens, pair.refresh_token) is None


async def test_a_refresh_token_used_twice_ends_the_session_for_both(do: Do, client: tuple, events: list[object]):
    actor, stolen = client
    pair = await do(None, refresh_tokens, stolen.refresh_token)
    assert await do(None, refresh_tokens, stolen.refresh_token) is None
    assert SessionsRevoked((actor.session_id,)) in events
    assert await do(None, recognise_bearer, pair.access_token) is None
    assert await do(None, refresh_tokens, pair.refresh_token) is None


async def test_concurrent_refreshes_succeed_once_and_end_the_session(do: Do, client: tuple):
    _, pair = client
    pairs = await asyncio.gather(*(do(None, refresh_tokens, pair.refresh_token) for _ in range(2)))
    [won] = [each for each in pairs if each]
    assert await do(None, recognise_bearer, won.access_token) is None


async def test_tokens_end_with_their_session(do: Do, client: tuple):
    actor, pair = client
    await do(actor, sign_out)
    assert await do(None, recognise_bearer, pair.access_token) is None
    assert await do(None, refresh_tokens, pair.refresh_token) is None


async def test_access_and_refresh_tokens_are_not_interchangeable(do: Do, client: tuple):
    actor, pair = client
    assert await do(None, recognise_bearer, pair.refresh_token) is None
    assert await do(None, refresh_tokens, pair.access_token) is None
    assert await do(None, recognise_bearer, pair.access_token) == actor


async def test_token_with_foreign_signature_is_refused(do: Do, client: tuple, work: UnitOfWork):
    _, pair = client
    head, body, mark = pair.access_token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    other_key = OctKey.import_key(b"x" * 32)
    forged = [
        f"{unsigned}.{body}.",
        f"{head}.{body}.",
        f"{head}.{body}.{mark[:-2]}AA",
        jwt.encode({"alg": "HS256"}, claims, other_key),
        "..",
        "a.b.c",
        "\x00.\ud800.é",
        "." * 10_000,
    ]
    for token in forged:
        assert await do(None, recognise_bearer, token) is None, token
        assert await do(None, refresh_tokens, token) is None, token
    work.policy = replace(work.policy, secret=b"another site's key, just as long")
    assert await do(None, recognise_bearer, pair.access_token) is None
