"""A site with a SAML provider, which runs beside it."""

from collections.abc import Iterator
from typing import Any

import pytest

from chat_app.core.access.site import SiteRole
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.actor import Actor
from chat_app.settings import Settings
from tests.api.conftest import ORIGIN
from tests.saml.server import SamlServer
from tests.support.factory import Factory


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SamlServer]:
    with SamlServer(tmp_path_factory.mktemp("saml")) as server:
        yield server


@pytest.fixture
def more(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What a test's provider is configured by besides."""
    mark = request.node.get_closest_marker("saml")
    return mark.kwargs if mark else {}


@pytest.fixture
def settings(worker_database: str, server: SamlServer, more: dict[str, Any]) -> Settings:
    file = server.file(**more)
    return Settings(_env_file=None, database_url=worker_database, saml_file=file, break_glass="boss", public_url=ORIGIN)


@pytest.fixture(autouse=True)
async def boss(make: Factory) -> Actor:
    actor = await make.actor(username="boss", email="boss@corp.example")
    async with make.work.begin() as ctx:
        user = await ctx.db.get_one(User, actor.user_id)
        user.site_roles, user.email_verified_at = [SiteRole.ADMIN], ctx.now
    return actor
