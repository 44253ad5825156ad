"""Applications, a person at a browser, and their administrator."""

from functools import cache

import httpx
import pytest

from chat_app.core.applications import signing
from chat_app.core.kernel.actor import Actor
from chat_app.settings import Settings
from tests.api.conftest import Clients
from tests.api.provider import RelyingParty
from tests.support.factory import Factory
from tests.support.use_cases import Do

new_key = cache(signing._new_key)


@pytest.fixture(autouse=True)
def _made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a site of its own, but keys of RSA take long to find."""
    monkeypatch.setattr(signing, "_new_key", new_key)


@pytest.fixture
def settings(usual_settings: Settings) -> Settings:
    return usual_settings.model_copy(update={"openid_provider": "on"})


@pytest.fixture
async def admin(make: Factory) -> Actor:
    return await make.actor(is_admin=True)


@pytest.fixture
async def wiki(clients: Clients, do: Do, admin: Actor) -> RelyingParty:
    return await RelyingParty.registered(clients, do, admin)


@pytest.fixture
async def public(clients: Clients, do: Do, admin: Actor) -> RelyingParty:
    return await RelyingParty.registered(clients, do, admin, name="Phone", public=True, trusted=True)


@pytest.fixture
async def person(make: Factory) -> tuple[Actor, str]:
    return await make.signed_in(username="victim")


@pytest.fixture
def browser(clients: Clients, person: tuple[Actor, str]) -> httpx.AsyncClient:
    return clients.browser(person[1])
