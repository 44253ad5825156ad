"""A site with a directory, and the directory's client."""

import httpx
import pytest

from chat_app.core.access.site import SiteRole
from chat_app.core.accounts import tables as accounts
from chat_app.core.kernel.actor import Actor
from chat_app.settings import Settings
from tests.api.conftest import ORIGIN, Clients
from tests.api.scim.shapes import TOKEN
from tests.support.factory import Factory


@pytest.fixture
def settings(worker_database: str) -> Settings:
    return Settings(
        _env_file=None, database_url=worker_database, scim_token=TOKEN, break_glass="boss", public_url=ORIGIN
    )


@pytest.fixture(autouse=True)
async def boss(make: Factory) -> Actor:
    actor = await make.actor(username="boss")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(accounts.User, actor.user_id)).site_roles = [SiteRole.ADMIN]
    return actor


@pytest.fixture
def scim(clients: Clients) -> httpx.AsyncClient:
    client = clients.site(Authorization=f"Bearer {TOKEN}")
    client.base_url = "http://parley.test/scim/v2/"
    return client
