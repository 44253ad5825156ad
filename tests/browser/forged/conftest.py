"""A server for thousands of forged events."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.browser.conftest import factory_of, model_of
from tests.support.databases import Databases
from tests.support.factory import Factory
from tests.support.site import ROOT, Site
from tests.vendor.server import ScriptedVendor


@pytest.fixture(scope="session")
def shared_site(
    databases: Databases, vendor: ScriptedVendor, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A server in which no event waits because its sender has sent many."""
    path = f"{ROOT / 'tests' / 'support' / 'unpaced'}:{ROOT}"
    site = Site(databases.create(), tmp_path_factory.mktemp("site"), PYTHONPATH=path, **model_of(vendor))
    site.start()
    yield site
    site.leave()


@pytest.fixture(scope="session")
async def site_factory(shared_site: Site) -> AsyncIterator[Factory]:
    async with factory_of(shared_site) as factory:
        await factory.user()  # a site without accounts would ask every stranger to make the first
        yield factory
