"""Broken answers of other servers become errors of the core."""

import asyncio
import gc
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from stripe._http_client import HTTPClient

from chat_app.adapters.auth.config import KratosConfig, ProviderConfig
from chat_app.adapters.auth.github import GitHub
from chat_app.adapters.auth.hydra import Hydra
from chat_app.adapters.auth.kratos.service import KratosAuth
from chat_app.adapters.auth.openid import OpenIdProvider
from chat_app.adapters.payments.google_calls import GoogleCalls, PushTokens
from chat_app.adapters.payments.stripe_client import StripeClient
from chat_app.core.kernel.errors import DomainError

MANY = 24 * 1024 * 1024
"""Bytes that no honest answer has."""

KEY = RSAKey.generate_key(2048)
PUSH = jwt.encode({"alg": "RS256", "kid": "one"}, {}, KEY)


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = (f"HTTP/1.1 {status}", "Content-Type: application/json", "Connection: close", *headers)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def packed() -> bytes:
    return gzip.compress(b'{"a": "' + bytes(MANY) + b'"}', 1)


BROKEN: dict[str, Callable[[], bytes]] = {
    "html": lambda: answer(b"<!doctype html><title>Please sign in</title>"),
    "html 500": lambda: answer(b"<h1>Oops</h1>", status="500 Internal Server Error"),
    "too often": lambda: answer(b"", "Retry-After: 9999", status="429 Too Many Requests"),
    "elsewhere": lambda: answer(b"", "Location: http://127.0.0.1:1/", status="302 Found"),
    "nothing": lambda: answer(b""),
    "a list": lambda: answer(b"[]"),
    "a number": lambda: answer(b"7"),
    "null": lambda: answer(b"null"),
    "deep": lambda: answer(b"[" * 100_000),
    "no utf-8": lambda: answer(b'{"a": "\xff\xfe"}'),
    "cut": lambda: answer(b'{"a": "', "Content-Length: 1000"),
    "cut in a chunk": lambda: answer(b'ff\r\n{"a": "', "Transfer-Encoding: chunked"),
    "huge": lambda: answer(b'{"a": "' + bytes(MANY), f"Content-Length: {2 * MANY}"),
    "packed": lambda: answer(packed(), "Content-Encoding: gzip"),
    "packed badly": lambda: answer(b"{}", "Content-Encoding: gzip"),
    "no http": lambda: b"220 mail.example ESMTP\r\n",
    "endless head": lambda: b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2_000_000,
}


@asynccontextmanager
async def answering(said: bytes) -> AsyncIterator[tuple[str, list[int]]]:
    """A server that answers all with this; yields its address, and how many bytes each has taken."""
    taken: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(taken)
        taken.append(0)
        with suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            for start in range(0, len(said), 65536):
                writer.write(said[start : start + 65536])
                await writer.drain()
                taken[number] = start
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1")
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", taken


async def stripe(url: str) -> None:
    client = StripeClient("sk_test", url)
    try:
        await client.ask("get", "customers/x")
    finally:
        await client.aclose()


async def play(url: str) -> None:
    key = KEY.as_pem(private=True).decode()
    account = {"client_email": "a@b.example", "token_uri": f"{url}/token", "private_key": key}
    calls = GoogleCalls(json.dumps(account), url)
    try:
        await calls.get("app", "purchases/{token}", token="t")
    finally:
        await calls.aclose()


async def keys_of_google(url: str) -> None:
    await PushTokens(url, "a", "b").check(f"Bearer {PUSH}", datetime.now(UTC))


async def hydra(url: str) -> None:
    server = Hydra(url, url)
    try:
        await server.accept_login("c", "s", 1)
    finally:
        await server.aclose()


async def kratos(url: str) -> None:
    server = KratosAuth(KratosConfig(url, url, url, "ory"))
    try:
        await server.vouched("t" * 32)
    finally:
        await server.aclose()


def provider(url: str) -> ProviderConfig:
    return ProviderConfig("oidc", "Example", url, "parley", "secret")


async def openid(url: str) -> None:
    await OpenIdProvider(provider(url)).depart("http://127.0.0.1:1/callback")


async def github(url: str) -> None:
    await GitHub(provider(url)).profile("http://127.0.0.1:1/callback", {"code": "x"}, "", "v")


ASKED: tuple[Callable[[str], Awaitable[None]], ...] = (stripe, play, keys_of_google, hydra, kratos, openid, github)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have Stripe's library ask again at once."""
    monkeypatch.setattr(HTTPClient, "INITIAL_DELAY", 0.01)
    monkeypatch.setattr(HTTPClient, "MAX_DELAY", 0.01)


@pytest.mark.parametrize("ask", ASKED, ids=lambda ask: ask.__name__)
async def test_broken_answer_is_an_error_in_words_and_is_read_no_further(ask: Callable[[str], Awaitable[None]]):
    wrong, left = {}, list[str]()
    asyncio.get_running_loop().set_exception_handler(lambda _, about: left.append(about["message"]))
    for name, said in BROKEN.items():
        async with answering(said()) as (url, taken):
            try:
                async with asyncio.timeout(60):
                    await ask(url)
                wrong[name] = "no error"
            except Exception as error:
                if not isinstance(error, DomainError):
                    wrong[name] = repr(error)[:150]
            if max(taken) > MANY // 2:
                wrong[name + " read"] = f"{taken} bytes were taken"
    gc.collect()
    assert (wrong, left) == ({}, [])
