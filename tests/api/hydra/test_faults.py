"""Invalid challenges, a Hydra that is unavailable, and a site without one."""

import socket

import httpx
import pytest

from chat_app.adapters.auth import hydra as adapter
from chat_app.adapters.auth.hydra import Hydra
from chat_app.bootstrap import Runtime
from chat_app.core.applications.authorization.hydra import HydraSteps
from chat_app.core.kernel.actor import Actor
from tests.api.conftest import ORIGIN
from tests.api.expect import error
from tests.api.hydra.flows import sent
from tests.hydra.server import HydraServer
from tests.support.factory import Factory

pytestmark = pytest.mark.slow

AWAY, EXPIRED = "/consent?error=oauth_provider_away", "/consent?error=oauth_request_expired"


async def test_challenge_of_another_person_is_not_found(
    hydra: HydraServer, person: tuple[Actor, str], make: Factory, parts: Runtime
):
    challenge = hydra.ask("consent", subject=str((await make.user()).id))
    for act in (parts.hydra.view(person[0], challenge), parts.hydra.answer(person[0], challenge, allow=True)):
        with pytest.raises(Exception, match="oauth_request_expired"):
            await act
    assert hydra.answers == []


@pytest.mark.parametrize("kind", ["login", "consent", "logout"])
async def test_invalid_challenge_shows_an_error(
    kind: str, hydra: HydraServer, browser: httpx.AsyncClient, person: tuple[Actor, str]
):
    for wrong in ("", "nobody's", "é", "x" * 9000, "a\x00b"):
        assert await sent(browser, kind, wrong) == EXPIRED
    other = hydra.ask("login" if kind == "consent" else "consent")
    assert await sent(browser, kind, other) == EXPIRED
    used = hydra.ask(kind, subject=str(person[0].user_id), used=True)
    assert await sent(browser, kind, used) == EXPIRED


@pytest.mark.parametrize("kind", ["login", "consent", "logout"])
async def test_unreachable_hydra_shows_an_error(
    kind: str, hydra: HydraServer, browser: httpx.AsyncClient, person: tuple[Actor, str]
):
    challenge, hydra.down = hydra.ask(kind, subject=str(person[0].user_id)), True
    assert await sent(browser, kind, challenge) == AWAY
    hydra.down = False
    assert await sent(browser, kind, challenge) != AWAY


async def test_frozen_hydra_is_abandoned_after_a_time_out(
    browser: httpx.AsyncClient, parts: Runtime, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(adapter, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as frozen:  # which accepts, and never answers
        address = f"http://127.0.0.1:{frozen.getsockname()[1]}"
        server = Hydra(address, address)
        parts.hydra = HydraSteps(parts.work, server)
        assert await sent(browser, "login", "any") == AWAY
        assert (await browser.get("me")).status_code == 200
        await server.aclose()


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "//evil.example/",
        "javascript:alert(1)",
        "/consent",
        "",
        "http://127.0.0.1@evil.example/",
        "http://[::1",
        "http://127.0.0.1:1\\@evil.example/",
    ],
)
async def test_the_browser_goes_only_to_hydra(url: str, hydra: HydraServer, browser: httpx.AsyncClient):
    hydra.elsewhere = url or " "
    assert await sent(browser, "login", hydra.ask("login")) == AWAY


async def test_addresses_do_not_exist_without_hydra(browser: httpx.AsyncClient, parts: Runtime):
    parts.hydra = None
    for kind in ("login", "consent", "logout"):
        error(await browser.get(f"{ORIGIN}/oauth2/{kind}"), 404, "not_found")
