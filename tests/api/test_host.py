"""Only the site's public address is answered, where it is known."""

from typing import Any

import pytest
from fastapi import FastAPI

from chat_app.api.app import guard
from chat_app.bootstrap import Runtime
from chat_app.settings import Settings
from tests.api.conftest import Clients, pages
from tests.api.expect import error

URL = "https://chat.example"
OTHERS = [
    "evil.example",
    "chat.example.evil.example",
    "evil.chat.example",
    "chat.example:444",
    "chat.example.",
    "chat.example:",
    "chat.example@evil.example",
    "chat.example, evil.example",
    "127.0.0.1:3000",
    "",
]


@pytest.fixture
def named(api: FastAPI, parts: Runtime, settings: Settings) -> Clients:
    """Return callers of a site with a public address, behind a proxy."""
    parts.settings = settings.model_copy(update={"public_url": URL, "trusted_proxy_hops": 1})
    return Clients(guard(api, pages, parts))


@pytest.mark.parametrize("host", ["chat.example", "CHAT.example", "chat.example:443"])
async def test_the_sites_own_address_is_answered(named: Clients, host: str):
    assert (await named.site(Host=host).get("/join/x")).text == "page"
    assert await handshake(named.app, host) == ["websocket.accept"]


@pytest.mark.parametrize("host", OTHERS)
async def test_request_for_another_host_is_refused_with_a_message(named: Clients, host: str):
    for headers in ({"Host": host}, {"Host": host, "X-Forwarded-Host": "chat.example", "X-Forwarded-For": "1.2.3.4"}):
        for path in ("/", "/join/x", "/api/v1/me", "/assets/a.js", "/healthz/", "/api/docs"):
            response = await named.site(**headers).get(path)
            assert error(response, 421, "host_unknown") == {"address": URL}
            assert URL in response.json()["error"]["message"]
    assert await handshake(named.app, host) == ["websocket.close"]


async def test_several_hosts_are_refused(named: Clients):
    assert await handshake(named.app, "chat.example", "evil.example") == ["websocket.close"]


async def test_forwarded_host_header_is_ignored(named: Clients):
    site = named.site(Host="chat.example", **{"X-Forwarded-Host": "evil.example"})
    assert (await site.get("/join/x")).text == "page"
    page = await site.post("/api/v1/auth/logout", headers={"Origin": "https://evil.example", "Cookie": COOKIE})
    error(page, 403, "cross_origin")


async def test_health_checks_by_ip_address_are_answered(named: Clients, parts: Runtime):
    await parts.hub.start()
    for path in ("/healthz", "/readyz"):
        assert (await named.site(Host="10.0.0.7:3000").get(path)).status_code == 200


async def test_any_host_is_answered_without_public_url(clients: Clients):
    for host in OTHERS:
        response = await clients.site(Host=host).get("/join/x")
        assert response.text == "page"
        assert "strict-transport-security" not in response.headers


async def test_https_site_sends_strict_transport_security(named: Clients):
    for path in ("/join/x", "/api/v1/me", "/healthz"):
        headers = (await named.site(Host="chat.example").get(path)).headers
        assert headers["strict-transport-security"] == "max-age=31536000"
        assert "connect-src 'self';" in headers["content-security-policy"]


COOKIE = "__Host-parley_session=x"


async def handshake(app: Any, *hosts: str) -> list[str]:
    """Return the server's response to a websocket handshake."""
    said: list[str] = []

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        said.append(message["type"])

    raw = [(b"host", host.encode()) for host in hosts]
    scope = {"type": "websocket", "path": "/_event", "query_string": b"", "headers": raw, "subprotocols": []}
    await app(scope, receive, send)
    return said
