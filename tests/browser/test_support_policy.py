"""A site whose policy lets support into conversations unasked: the people there read it, and see who comes."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from chat_app.core.access.permissions import Role
from tests.browser.conftest import factory_of
from tests.browser.looks import DESKTOP, Look, seen
from tests.browser.test_support import a_supporter
from tests.browser.visitor import Arrive
from tests.support.databases import Databases
from tests.support.factory import Factory
from tests.support.site import Site


@pytest.fixture(scope="module")
def shared_site(databases: Databases) -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="parley-site-"))
    site = Site(databases.create(), folder, PARLEY_SUPPORT="policy")
    site.start()
    yield site
    site.leave()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
async def site_factory(shared_site: Site) -> AsyncIterator[Factory]:
    async with factory_of(shared_site) as factory:
        await factory.user(username="boss")
        yield factory


async def test_people_read_that_support_may_come_and_see_it_come(arrive: Arrive, make: Factory) -> None:
    aiko, grace = await arrive("Aiko"), await a_supporter(arrive, make)
    chat = await make.room({Role.MASTER: aiko.actor}, kind="chat", ai_rule="always", name="Invoices")
    await aiko.enter(chat)
    notice = aiko.page.locator(".help-line")
    await expect(notice).to_contain_text("support may join conversations")
    await seen(aiko, Look((390, 844), "ja", "dark"), DESKTOP)
    await expect(notice).to_contain_text("サポートがAIとの会話に参加")
    await grace.page.goto("/support")
    listed = grace.page.locator(".report-list > li", has_text=chat.name or "")
    await listed.get_by_role("button", name="Take over").click()
    await expect(notice).to_contain_text(grace.actor.person.name)
    await expect(grace.page.locator(".help-line")).to_contain_text("You are here as support")
