"""A site with two models: the one that writes an answer."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import expect

from chat_app.core.accounts.tables import User
from tests.browser.conftest import factory_of
from tests.browser.visitor import Meet
from tests.support.databases import Databases
from tests.support.factory import Factory
from tests.support.site import Site
from tests.vendor.server import ScriptedVendor


@pytest.fixture(scope="module")
def shared_site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ScriptedVendor(models=("scripted", "another")) as vendor:
        site = Site(databases.create(), tmp_path_factory.mktemp("site"), COMPATIBLE_BASE_URL=f"{vendor.url}/v1")
        site.start()
        yield site
        site.leave()


@pytest.fixture(scope="module")
async def site_factory(shared_site: Site) -> AsyncIterator[Factory]:
    async with factory_of(shared_site) as factory:
        yield factory


async def test_an_answer_is_written_again_by_another_model(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await aiko.say("@ai Hello [[say Hello there]]")
    await expect(aiko.answers.locator("b").first).to_have_text("scripted")
    await expect(aiko.answer_text).to_have_text("Hello there")
    await aiko.act(aiko.answers, "More")
    await aiko.page.get_by_role("menuitem", name="Regenerate with…").click()
    models = aiko.page.get_by_role("menu", name="Regenerate with…")
    await expect(models.get_by_role("menuitem")).to_contain_text(["scripted", "another"])
    await expect(models.get_by_role("menuitem").first).to_be_focused()
    await aiko.page.keyboard.press("ArrowDown")
    await aiko.page.keyboard.press("Enter")
    for person in (aiko, ben):
        await expect(person.answers.locator("b").first).to_have_text("another")
        await expect(person.answer_text).to_have_text("Hello there")
        await expect(person.answers).to_have_count(1)
    await ben.act(ben.answers, "More")
    await expect(ben.page.get_by_role("menuitem", name="Copy link")).to_be_visible()
    await expect(ben.page.get_by_role("menuitem", name="Regenerate with…")).to_have_count(0)


async def test_an_admin_names_the_model_that_decides(gather: Meet, make: Factory) -> None:
    room, aiko, ben = await gather("Aiko", "Ben", ai_rule="helpful")
    await aiko.enter(room)
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, ben.actor.user_id)).site_roles = ["admin"]
    await ben.page.goto("/admin/models")
    choice = ben.page.get_by_label("Model for decisions")
    await expect(choice).to_have_value("")
    await choice.select_option(label="another")
    await aiko.say("Thanks [[decide react 🙌 Thanks.]]")
    await expect(aiko.message("Thanks").locator(".reaction[aria-pressed]")).to_have_attribute("title", "scripted")
    await ben.page.reload()
    await expect(choice).to_have_value("compatible/another")
    await expect(ben.page.get_by_text("1 decision in the last 30 days")).to_be_visible()
    await aiko.page.get_by_role("button", name="Room details").click()
    await aiko.page.get_by_role("button", name="The AI’s decisions").click()
    await expect(aiko.page.locator("#ai-decisions").get_by_role("listitem")).to_contain_text("another")
