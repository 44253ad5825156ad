"""An OpenID provider, and the settings of a site that offers it."""

from collections.abc import Iterator

import pytest

from chat_app.settings import Settings
from tests.api.identities.flows import BACK
from tests.oidc.server import OpenIdServer
from tests.support.factory import Factory


@pytest.fixture(scope="module")
def server() -> Iterator[OpenIdServer]:
    with OpenIdServer([BACK]) as server:
        yield server


@pytest.fixture
def settings(worker_database: str, server: OpenIdServer) -> Settings:
    return Settings(_env_file=None, database_url=worker_database, oidc_name="Example ID", **server.settings)


@pytest.fixture(autouse=True)
async def _somebody(make: Factory) -> None:
    await make.user()
