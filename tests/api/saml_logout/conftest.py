"""A SAML provider, and the settings of a site with its own key."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from chat_app.settings import Settings
from tests.api.conftest import ORIGIN
from tests.saml.server import SamlServer


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SamlServer]:
    with SamlServer(tmp_path_factory.mktemp("saml")) as server:
        yield server


@pytest.fixture
def server(shared: SamlServer) -> SamlServer:
    httpx.post(f"{shared.url}/forget")
    return shared


@pytest.fixture
def more(request: pytest.FixtureRequest) -> dict[str, Any]:
    mark = request.node.get_closest_marker("saml")
    return mark.kwargs if mark else {}


@pytest.fixture
def settings(worker_database: str, server: SamlServer, more: dict[str, Any]) -> Settings:
    return Settings(
        _env_file=None,
        database_url=worker_database,
        saml_file=server.file(slo_url=f"{server.url}/slo", **more),
        saml_key=server.site_key.read_text(),
        saml_certificate=server.site_certificate,
        public_url=ORIGIN,
    )
