"""Programs on people's machines as applications (RFC 8252): schemes of their own, and loopback ports."""

from typing import Any

import httpx
import pytest

from chat_app.bootstrap import Runtime
from chat_app.core.applications.authorization.authorizing import view_consent
from chat_app.core.applications.commands import add_application, change_application
from chat_app.core.kernel.actor import Actor
from chat_app.settings import Settings
from tests.api.conftest import Clients
from tests.api.provider import BACK, RelyingParty, params_of
from tests.support.factory import Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do

OWN, LOOPBACK = "com.example.app:/callback", "http://127.0.0.1/callback"


@pytest.fixture
def settings(worker_database: str) -> Settings:
    return Settings(_env_file=None, database_url=worker_database, ollama_base_url=None, openid_provider="on")


@pytest.fixture
async def admin(make: Factory) -> Actor:
    return await make.actor(is_admin=True)


@pytest.fixture
async def person(make: Factory) -> tuple[Actor, str]:
    return await make.signed_in()


@pytest.fixture
def browser(clients: Clients, person: tuple[Actor, str]) -> httpx.AsyncClient:
    return clients.browser(person[1])


async def program(clients: Clients, do: Do, admin: Actor, uri: str, **more: Any) -> RelyingParty:
    told = {"public": True, "trusted": True, "redirect_uris": [uri], "logout_uris": [], **more}
    return await RelyingParty.registered(clients, do, admin, **told)


@pytest.mark.parametrize(
    ("registered", "asked"),
    [
        (OWN, OWN),
        (LOOPBACK, LOOPBACK),
        (LOOPBACK, "http://127.0.0.1:51004/callback"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:51004"),
        ("http://[::1]:8000/callback?a=b", "http://[::1]:51004/callback?a=b"),
    ],
)
async def test_native_program_gets_the_redirect(
    clients: Clients, do: Do, admin: Actor, browser: httpx.AsyncClient, registered: str, asked: str
):
    app = await program(clients, do, admin, registered)
    url = await app.authorize(browser, redirect_uri=asked)
    assert url.startswith((f"{asked}?code=", f"{asked}&code=")), url
    wrong = await app.exchange(params_of(url)["code"], redirect_uri=f"{asked}/other")
    assert wrong.json()["error"] == "invalid_grant"  # it is bound to the very address, its port included
    code = params_of(await app.authorize(browser, redirect_uri=asked))["code"]
    assert (await app.exchange(code, redirect_uri=asked)).status_code == 200


@pytest.mark.parametrize(
    ("registered", "asked"),
    [
        (OWN, "com.example.app:/other"),
        (OWN, f"{OWN}/"),
        (OWN, f"{OWN}?x=y"),
        (OWN, "com.example.app:///callback"),
        (OWN, "COM.example.app:/callback"),
        (LOOPBACK, "http://127.0.0.1:51004/other"),
        (LOOPBACK, "http://127.0.0.1:51004@evil.example/callback"),
        (LOOPBACK, "http://127.0.0.1:051004/callback"),
        (LOOPBACK, "http://127.0.0.1:51004/callback\n"),
        (LOOPBACK, "http://127.0.0.1.evil.example:51004/callback"),
        (LOOPBACK, "http://evil.example/http://127.0.0.1:51004/callback"),
        (LOOPBACK, "http://[::1]:51004/callback"),
        (LOOPBACK, "https://127.0.0.1:51004/callback"),
        ("http://localhost/callback", "http://localhost:51004/callback"),
        (BACK, "https://app.example:8443/callback"),
    ],
)
async def test_other_redirect_addresses_are_refused(
    clients: Clients, do: Do, admin: Actor, browser: httpx.AsyncClient, registered: str, asked: str
):
    app = await program(clients, do, admin, registered)
    assert await app.authorize(browser, redirect_uri=asked) == "/consent?error=oauth_request_refused"


async def test_a_server_has_its_one_port(clients: Clients, do: Do, admin: Actor, browser: httpx.AsyncClient):
    app = await program(clients, do, admin, LOOPBACK, public=False)
    url = await app.authorize(browser, redirect_uri="http://127.0.0.1:51004/callback")
    assert url == "/consent?error=oauth_request_refused"


async def test_consent_shows_scheme_of_program(
    clients: Clients, do: Do, admin: Actor, browser: httpx.AsyncClient, person: tuple[Actor, str], parts: Runtime
):
    app = await program(clients, do, admin, OWN, trusted=False)
    waiting = params_of(await app.authorize(browser, redirect_uri=OWN))["request"]
    asked = await do(person[0], view_consent, parts.openid, waiting)
    assert asked.host == "com.example.app"


@pytest.mark.parametrize(
    "uri",
    [
        *("javascript:alert(1)", "data:text/html,hello", "vbscript:x", "file:///etc/passwd", "about:blank"),
        *("myapp:/callback", "https://*.app.example/callback", "com.example.*:/callback", f"{OWN}#x"),
        *("com.example.app:/../x", "com.example.app:/a b", "com.example.app:callback", "com.example.app:/u@x"),
        *("http://app.example/callback", "http://127.0.0.1:*/callback", "com.example.app:/\\x", "COM.example:/x"),
        *("javascript.x:alert(1)", "https://app.example/%2e%2e/x", "com.example.app:/" + "x" * 600),
    ],
)
async def test_addresses_that_lead_anywhere_are_not_taken(do: Do, admin: Actor, uri: str):
    for field in ("redirect_uris", "logout_uris"):
        told: dict[str, Any] = {"redirect_uris": [BACK], field: [uri]}
        for public in (True, False):
            made = do(admin, add_application, name="App", public=public, **told)
            assert await code_of(made) == "redirect_uri_invalid"


async def test_an_application_with_a_secret_has_no_scheme_of_its_own(clients: Clients, do: Do, admin: Actor):
    wiki = await RelyingParty.registered(clients, do, admin)
    assert await code_of(do(admin, add_application, name="App", redirect_uris=[OWN])) == "redirect_uri_invalid"
    changed = do(admin, change_application, wiki.client_id, redirect_uris=[OWN])
    assert await code_of(changed) == "redirect_uri_invalid"
