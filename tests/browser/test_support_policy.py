"""A site whose policy lets support into conversations unasked: the people there read it, and see who comes."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from chat_app.core.access.permissions import Role
from tests.browser.conftest import factory_of
from tests.browser.test_support import a_supporter
from tests.browser.visitor import Arrive
from tests.support.axe import violations
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


@pytest.mark.parametrize(
    "look", [{}, {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}, "locale": "ja-JP"}]
)
async def test_people_read_that_support_may_come_and_see_it_come(
    arrive: Arrive, make: Factory, look: dict[str, Any]
) -> None:
    japanese = "locale" in look
    aiko, grace = await arrive("Aiko", **look), await a_supporter(arrive, make, f"Grace{len(look)}")
    chat = await make.room({Role.MASTER: aiko.actor}, kind="chat", ai_rule="always", name=f"Invoices {len(look)}")
    await aiko.enter(chat)
    said = "サポートがAIとの会話に参加" if japanese else "support may join conversations"
    notice = aiko.page.locator(".help-line")
    await expect(notice).to_contain_text(said)
    assert await violations(aiko.page) == []
    await grace.page.goto("/support")
    listed = grace.page.locator(".report-list > li", has_text=chat.name or "")
    await listed.get_by_role("button", name="Take over").click()
    await expect(notice).to_contain_text(grace.actor.person.name)
    await expect(grace.page.locator(".help-line")).to_contain_text("You are here as support")
