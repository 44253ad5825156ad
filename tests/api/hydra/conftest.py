"""A Hydra, and the settings of a site that answers its requests."""

from collections.abc import Iterator

import httpx
import pytest

from chat_app.core.kernel.actor import Actor
from chat_app.settings import Settings
from tests.api.conftest import ORIGIN, Clients
from tests.hydra.server import HydraServer
from tests.support.factory import Factory


@pytest.fixture(scope="module")
def server() -> Iterator[HydraServer]:
    with HydraServer(app=ORIGIN) as server:
        yield server


@pytest.fixture
def hydra(server: HydraServer) -> HydraServer:
    server.forget()
    return server


@pytest.fixture
def settings(worker_database: str, server: HydraServer) -> Settings:
    return Settings(_env_file=None, database_url=worker_database, ollama_base_url=None, **server.settings)


@pytest.fixture
async def person(make: Factory) -> tuple[Actor, str]:
    return await make.signed_in(username="aiko")


@pytest.fixture
def browser(clients: Clients, person: tuple[Actor, str]) -> httpx.AsyncClient:
    return clients.browser(person[1])
