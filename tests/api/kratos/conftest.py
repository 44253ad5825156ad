"""A site whose sessions an Ory Kratos keeps."""

from collections.abc import Iterator

import pytest

from chat_app.core.accounts.tables import User
from chat_app.settings import Settings
from tests.api.conftest import Clients
from tests.api.kratos.people import People
from tests.kratos.server import KratosServer
from tests.support.clock import Clock
from tests.support.factory import Factory


@pytest.fixture(scope="package")
def server() -> Iterator[KratosServer]:
    with KratosServer() as server:
        yield server


@pytest.fixture
def kratos(server: KratosServer) -> KratosServer:
    server.forget()
    return server


@pytest.fixture
def settings(worker_database: str, kratos: KratosServer) -> Settings:
    return Settings(
        _env_file=None,
        database_url=worker_database,
        google_client_id="none",
        google_client_secret="none",
        **kratos.settings,
    )


@pytest.fixture(autouse=True)
async def first(make: Factory) -> User:
    """Create the site's first account."""
    return await make.user(is_admin=True)


@pytest.fixture
def people(kratos: KratosServer, clients: Clients, make: Factory, clock: Clock) -> People:
    return People(kratos, clients, make, clock)
