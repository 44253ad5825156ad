"""Requests that another site's page makes a browser send."""

from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from chat_app.api.app import guard
from chat_app.bootstrap import Runtime
from chat_app.core.auth.tables import UserSession
from chat_app.settings import Settings
from tests.api.conftest import COOKIE, ORIGIN, Clients, pages
from tests.api.expect import error
from tests.support.factory import PASSWORD, Factory

FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://parley.test.evil.example"},
    {"Origin": "http://parley.test:8080"},
    {"Origin": "http://[parley.test"},
    {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
    {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
]
OWN = [{"Origin": ORIGIN}, {"Origin": ORIGIN.upper()}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}]


@pytest.mark.parametrize("headers", [*FOREIGN, {}])
async def test_a_cookie_does_not_count_in_a_request_from_elsewhere(
    clients: Clients, make: Factory, headers: dict[str, str]
):
    _, token = await make.signed_in()
    program = clients(**headers)
    program.cookies.set(COOKIE, token)
    for method, path in (("POST", "rooms"), ("PATCH", "me"), ("DELETE", "me/avatar"), ("POST", "auth/logout")):
        error(await program.request(method, path, json={"name": "Tea"}), 403, "cross_origin")
    assert (await program.get("me")).status_code == 200, "reading is safe: the other page cannot see the answer"


@pytest.mark.parametrize("headers", OWN)
async def test_own_pages_are_admitted(clients: Clients, make: Factory, headers: dict[str, str]):
    _, token = await make.signed_in()
    program = clients(**headers)
    program.cookies.set(COOKIE, token)
    assert (await program.post("rooms", json={"name": "Tea"})).status_code == 201


@pytest.mark.parametrize("headers", FOREIGN)
async def test_another_site_cannot_sign_a_browser_in(clients: Clients, make: Factory, headers: dict[str, str]):
    await make.user(username="ben")
    response = await clients(**headers).post("auth/login", json={"login": "ben", "password": PASSWORD})
    error(response, 403, "cross_origin")


async def test_a_form_cannot_pass_for_json(clients: Clients, make: Factory):
    await make.user(username="ben")
    body = f'{{"login": "ben", "password": "{PASSWORD}"}}'
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        response = await clients().post("auth/login", content=body, headers={"Content-Type": kind})
        error(response, 422, "invalid_request")


async def test_a_bearer_token_counts_from_anywhere(clients: Clients, make: Factory):
    _, token = await make.signed_in()
    response = await clients(token, Origin="https://evil.example").post("rooms", json={"name": "Tea"})
    assert response.status_code == 201
    assert "access-control-allow-origin" not in response.headers


async def test_the_pages_backend_is_guarded_too(clients: Clients, make: Factory):
    _, token = await make.signed_in()
    site = clients.site(Origin="https://evil.example")
    site.cookies.set(COOKIE, token)
    error(await site.post("/_upload"), 403, "cross_origin")


@pytest.mark.parametrize("headers", FOREIGN)
async def test_another_sites_page_gets_no_live_connection(clients: Clients, headers: dict[str, str]):
    assert await _handshake(clients.app, headers) == ["websocket.close"]


@pytest.mark.parametrize("headers", [*OWN, {}])
async def test_own_pages_and_programs_get_live_connection(clients: Clients, headers: dict[str, str]):
    assert await _handshake(clients.app, headers) == ["websocket.accept"]


async def test_behind_a_trusted_proxy_the_address_that_people_typed_counts(
    api: FastAPI, parts: Runtime, settings: Settings, make: Factory
):
    _, token = await make.signed_in()
    forwarded = {"Origin": "https://chat.example", "X-Forwarded-Host": "chat.example", "X-Forwarded-Proto": "https"}
    for hops, status in ((0, 403), (1, 201)):
        parts.settings = settings.model_copy(update={"trusted_proxy_hops": hops})
        browser = Clients(guard(api, pages, parts)).browser(token, **forwarded)
        assert (await browser.post("rooms", json={"name": "Tea"})).status_code == status


@pytest.mark.parametrize(
    ("hops", "line", "address"),
    [
        (0, "203.0.113.9", "192.0.2.2"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.18.0.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.18.0.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "203.0.113.9"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "unknown", "unknown"),
    ],
)
async def test_the_callers_address_is_the_one_that_the_trusted_proxies_saw(
    api: FastAPI, parts: Runtime, settings: Settings, make: Factory, hops: int, line: str, address: str
):
    await make.user(username="ben")
    parts.settings = settings.model_copy(update={"trusted_proxy_hops": hops})
    browser = Clients(guard(api, pages, parts)).browser(**{"X-Forwarded-For": line})
    await browser.post("auth/login", json={"login": "ben", "password": PASSWORD})
    async with parts.work.begin() as ctx:
        assert await ctx.db.scalar(select(UserSession.address)) == address


async def _handshake(app: Any, headers: dict[str, str]) -> list[str]:
    """Return the server's response to a websocket handshake."""
    said: list[str] = []

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        said.append(message["type"])

    raw = [(b"host", b"parley.test"), *((k.lower().encode(), v.encode()) for k, v in headers.items())]
    scope = {"type": "websocket", "path": "/_event", "query_string": b"", "headers": raw, "subprotocols": []}
    await app(scope, receive, send)
    return said
