"""Sessions that an OpenID provider ends by itself (back-channel logout)."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from chat_app.settings import Settings
from tests.api.conftest import ORIGIN, Clients
from tests.api.expect import error
from tests.oidc.sloppy import CLIENT_ID, SloppyServer
from tests.support.factory import Factory

pytestmark = pytest.mark.slow

EVENT = "http://schemas.openid.net/event/backchannel-logout"
PATH = "auth/oidc/backchannel-logout"


@pytest.fixture(scope="module")
def server() -> Iterator[SloppyServer]:
    with SloppyServer() as server:
        yield server


@pytest.fixture
def settings(worker_database: str, server: SloppyServer) -> Settings:
    told = {"oidc_issuer": server.issuer, "oidc_client_id": CLIENT_ID, "oidc_client_secret": "secret"}
    return Settings(_env_file=None, database_url=worker_database, oidc_domains="corp.example", **told)


@pytest.fixture(autouse=True)
async def _somebody(make: Factory) -> None:
    await make.user()


async def entered(clients: Clients, server: SloppyServer, name: str, session: str) -> httpx.AsyncClient:
    browser = clients.browser()
    left = dict(parse_qsl(urlsplit((await browser.get("auth/oidc/start")).headers["location"]).query))
    address = {"email": f"{name}@corp.example", "email_verified": True}
    server.claims = {"nonce": left["nonce"], "sub": name, "sid": session, **address}
    await browser.get(f"auth/oidc/callback?code=x&state={left['state']}")
    assert (await browser.get("me")).status_code == 200
    return browser


async def test_the_provider_ends_one_session_or_all_of_a_person(clients: Clients, server: SloppyServer):
    one, two, other = [
        await entered(clients, server, name, session) for name, session in (("mio", "s1"), ("mio", "s2"), ("rin", "s3"))
    ]
    first = {"logout_token": server.logout_token(sid="s1", sub=...)}
    told = await clients().post(PATH, data=first)
    assert (told.status_code, told.headers["cache-control"]) == (204, "no-store")
    error(await one.get("me"), 401, "not_signed_in")
    assert (await two.get("me")).status_code == 200
    error(await clients().post(PATH, data=first), 422, "logout_refused")
    assert (await clients().post(PATH, data={"logout_token": server.logout_token()})).status_code == 204
    error(await two.get("me"), 401, "not_signed_in")
    assert (await other.get("me")).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        *({"iss": "https://evil.example"}, {"aud": "another"}, {"iat": 1_000_000}, {"jti": ...}, {"events": ...}),
        *({"events": {}}, {"events": {EVENT: True}}, {"nonce": "n"}, {"sub": ...}, {"exp": 1_000_000}),
        *({"typ": "at+jwt"}, {"key": RSAKey.generate_key(2048, {"kid": "k"})}, {"iat": int(time.time()) + 9_000}),
    ],
)
async def test_invalid_logout_token_ends_nothing(clients: Clients, server: SloppyServer, wrong: dict[str, Any]):
    browser = await entered(clients, server, "mio", "s1")
    error(await clients().post(PATH, data={"logout_token": server.logout_token(**wrong)}), 422, "provider_refused")
    assert (await browser.get("me")).status_code == 200


async def test_other_words_and_other_providers_are_refused(clients: Clients, server: SloppyServer):
    for words in ("x", "a.b.c", server.logout_token() + "x"):
        response = await clients().post(PATH, data={"logout_token": words})
        assert response.status_code in {409, 422}
    unsigned = {"logout_token": server.logout_token()}
    error(await clients().post("auth/google/backchannel-logout", data=unsigned), 404, "provider_not_found")
    assert (await clients().post(PATH, headers={"Origin": ORIGIN})).status_code == 422
