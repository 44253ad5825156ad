"""A site without a model, where the first admin connects one; and the page of all models."""

import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
from playwright.async_api import Locator, expect

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from tests.browser.conftest import factory_of
from tests.browser.remote import CallIn, Remote
from tests.browser.visitor import Arrive, Visitor
from tests.support.axe import violations
from tests.support.databases import Databases
from tests.support.factory import Factory
from tests.support.site import Site
from tests.vendor.server import ScriptedVendor

KEY = "sk-a-key-that-works"


@pytest.fixture(scope="module")
def vendor() -> Iterator[ScriptedVendor]:
    with ScriptedVendor(models=("swift-1", "text-embedding-9", "deep-2")) as vendor:
        vendor.key, vendor.is_ollama = KEY, False
        yield vendor


@pytest.fixture(scope="module")
def shared_site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(databases.create(), tmp_path_factory.mktemp("site"), OLLAMA_BASE_URL="http://127.0.0.1:1")
    site.start()
    yield site
    site.leave()


@pytest.fixture(scope="module")
async def site_factory(shared_site: Site) -> AsyncIterator[Factory]:
    async with factory_of(shared_site) as factory:
        yield factory


async def admin(arrive: Arrive, make: Factory) -> Visitor:
    """Grace, an admin of the site."""
    grace = await arrive("Grace")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, grace.actor.user_id)).site_roles = ["admin"]
    for each in (await grace.api.get("/admin/connections")).json()["items"]:  # what a test that failed has left
        if each["id"]:
            await grace.api.delete(f"/admin/connections/{each['id']}")
    return grace


@contextmanager
def silent() -> Iterator[str]:
    """A server that accepts connections, and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def named(person: Visitor, name: str) -> Locator:
    """The connection or model of this name, in its list."""
    heads = person.page.locator("h3, b").filter(has_text=re.compile(f"^{re.escape(name)}$"))
    return person.page.locator(".report-list > li, .model-list > li").filter(has=heads)


async def test_first_admin_connects_a_model_and_everybody_can_ask_it(
    arrive: Arrive, make: Factory, vendor: ScriptedVendor
) -> None:
    vendor.key = None
    grace, ben = await admin(arrive, make), await arrive("Ben")
    for person in (grace, ben):
        await person.page.goto("/")
        await expect(person.page.get_by_placeholder("Ask Demo…")).to_be_visible()
    pasted = grace.page.get_by_label("API key or address")
    await expect(ben.page.get_by_label("API key or address")).to_have_count(0)
    for text, problem in (
        ("no key at all", "neither a key"),
        ("http://127.0.0.1:1", "Check the address and the port"),
        (f"{vendor.url}/elsewhere/v1", "lists no models"),
    ):
        await pasted.fill(text)
        await pasted.press("Enter")
        await expect(grace.page.locator("#connect-pasted-error")).to_contain_text(problem)
        await expect(pasted).to_have_value(text)
    with silent() as url:
        await pasted.fill(url)
        await pasted.press("Enter")
        await expect(grace.page.get_by_text(f"Trying {url.removeprefix('http://')}…")).to_be_visible()
        await grace.page.get_by_role("button", name="Cancel").click()
        await expect(grace.page.get_by_role("button", name="Later")).to_be_visible()
        await expect(pasted).to_have_value(url)
    await pasted.fill(vendor.url)
    await pasted.press("Enter")
    await expect(grace.page.get_by_role("heading", name="Connect a model")).to_have_count(0)
    for person in (grace, ben):
        await expect(person.page.get_by_placeholder("Ask swift-1…")).to_be_visible()
    await ben.say("Hello [[say Here I am]]")
    await expect(ben.answer_text).to_have_text("Here I am")
    await expect(ben.answers.locator("b").first).to_have_text("swift-1")


async def test_admin_manages_connections_and_others_see_the_choice_live(
    arrive: Arrive, make: Factory, vendor: ScriptedVendor
) -> None:
    vendor.key = KEY
    grace, ben = await admin(arrive, make), await arrive("Ben")
    await ben.page.goto("/")
    page = grace.page
    await page.goto("/admin/models")
    await page.get_by_role("button", name="Add a connection").click()
    await expect(named(grace, "Ollama").filter(has_text="set by the server")).to_contain_text("No models found")
    dialog = page.locator("#connection")
    await expect(dialog.get_by_label("Address")).to_have_value("")
    await dialog.get_by_label("Provider").select_option("compatible")
    await dialog.get_by_label("Name").fill("Fast ones")
    await dialog.get_by_role("button", name="Save and test").click()
    await expect(dialog.locator("#connection-base_url-error")).to_contain_text("http://")
    await expect(dialog.get_by_label("Name")).to_have_value("Fast ones")
    await dialog.get_by_label("Address").fill(vendor.url)
    await dialog.get_by_label("API key").fill("sk-a-wrong-one")
    await dialog.get_by_role("button", name="Save and test").click()
    await expect(dialog).to_be_hidden()
    fast = named(grace, "Fast ones")
    await expect(fast).to_contain_text("refused the key")
    assert "sk-a-wrong-one" not in await page.content()
    await fast.get_by_role("button", name="Edit").click()
    await expect(dialog.get_by_role("heading", name="Edit Fast ones", exact=True)).to_be_visible()
    await expect(dialog.get_by_label("Address")).to_have_value(vendor.url)
    await expect(dialog).to_contain_text("A key is stored")
    await dialog.get_by_label("API key").fill(KEY)
    await dialog.get_by_role("button", name="Save and test").click()
    await expect(fast).to_contain_text("2 models, 2 offered")
    deep = named(grace, "deep-2").filter(has_text="Fast ones")
    dialog = page.locator("#model")
    # It opens with the model, not before: nothing is typed into fields that are replaced a moment later.
    edit = deep.get_by_role("button", name="Edit deep-2")
    assert not await edit.evaluate("(button) => (button.click(), document.getElementById('model').open)")
    await expect(dialog.get_by_label("Shown as")).to_be_focused()
    await expect(dialog.get_by_label("Shown as")).to_have_value("deep-2")
    await dialog.get_by_label("Shown as").fill("Deep thought")
    await dialog.get_by_label("Input price").fill("lots")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.locator("#model-price_in-error")).to_contain_text("Enter a number")
    await dialog.get_by_label("Input price").fill("2.50")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_be_hidden()
    deep = named(grace, "Deep thought")
    await expect(deep).to_contain_text("$2.50")
    while not await deep.get_by_text("default", exact=True).is_visible():
        before = await page.locator(".model-list").first.inner_text()
        await deep.get_by_role("button", name="Move Deep thought up").click()
        await expect(page.locator(".model-list").first).not_to_have_text(before, use_inner_text=True)
    await expect(ben.page.get_by_placeholder("Ask Deep thought…")).to_be_visible()
    await deep.get_by_role("button", name="Edit Deep thought").click()
    await dialog.get_by_role("radio", name="Admins only").check()
    await dialog.get_by_role("button", name="Save").click()
    await expect(deep).to_contain_text("admins only")
    await expect(ben.page.get_by_placeholder("Ask Deep thought…")).to_have_count(0)
    assert await violations(page) == []
    await fast.get_by_role("button", name="Delete").click()
    await page.locator("#delete-connection").get_by_role("button", name="Delete").click()
    await expect(fast).to_have_count(0)
    await expect(deep).to_have_count(0)
    await ben.page.goto("/admin/models")
    await expect(ben.page.get_by_role("link", name="Go to the home page")).to_be_visible()


async def test_answers_over_a_connections_limit_wait_and_show_how_many_come_first(
    arrive: Arrive, call_in: CallIn, make: Factory
) -> None:
    with ScriptedVendor(models=("narrow",)) as one:
        one.is_ollama = False
        grace = await admin(arrive, make)
        body = {"kind": "compatible", "name": "Narrow", "base_url": one.url, "at_once": 1}
        created = (await grace.api.post("/admin/connections", json=body)).json()
        await grace.page.goto("/admin/models")
        await named(grace, "Narrow").get_by_role("button", name="Edit").click()
        dialog = grace.page.locator("#connection")
        await dialog.get_by_text("More settings").click()
        await expect(dialog.get_by_label("Answers at once")).to_have_value("1")
        await dialog.get_by_label("Answers at once").fill("none")
        await dialog.get_by_role("button", name="Save and test").click()
        await expect(dialog.locator("#connection-at_once-error")).to_contain_text("Enter a number")
        people = [await call_in("Aiko"), await call_in("Ben"), await arrive("Chloé")]
        asked = "[[hold 1]] [[say First words]]"
        for person in people:
            room = await make.room({Role.MASTER: person.actor}, ai_rule="always", ai_model="narrow/narrow")
            await person.enter(room)
            await person.say(asked)
            if isinstance(person, Remote):
                await person.reads(asked, "")
        *others, third = people
        await expect(third.answers).to_contain_text("Waiting for 2 earlier answers…")
        await third.page.reload()
        await expect(third.answers).to_contain_text("Waiting for 2 earlier answers…")
        one.release()
        await expect(third.answer_text).to_have_text("First words")
        for person in others:
            await person.reads(asked, "First words")
        await grace.api.delete(f"/admin/connections/{created['id']}")


async def test_many_models_are_searched_by_name_and_provider(arrive: Arrive, make: Factory) -> None:
    with ScriptedVendor(models=tuple(f"model-{number}" for number in range(12))) as many:
        grace = await admin(arrive, make)
        body = {"kind": "compatible", "name": "Many", "base_url": many.url}
        await grace.api.post("/admin/connections", json=body)
        page = grace.page
        await page.goto("/")
        await page.locator("button.ai-choice").first.click()
        search = page.get_by_role("searchbox", name="Find a model")
        await expect(search).to_be_focused()
        await search.fill("MANY 11")
        found = page.get_by_role("menuitemradio")
        await expect(found).to_have_text(["model-11Many"])
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(page.get_by_placeholder("Ask model-11…")).to_be_visible()
        await page.locator("button.ai-choice").first.click()
        await expect(search).to_have_value("")
        menu = page.locator(".menu:popover-open")
        await expect(menu.locator(".menu-heading")).to_have_text(["Recently used", "All models"])
        await expect(found.first).to_contain_text("model-11")
        await search.fill("model-7")
        await expect(found).to_have_text(["model-7Many"])
        for key in ("ArrowDown", "ArrowRight", "Space"):
            await page.keyboard.press(key)
        await expect(menu.get_by_role("menuitemcheckbox", name="Favorite model-7")).to_be_checked()
        await search.fill("")
        await expect(menu.locator(".menu-heading")).to_have_text(["Favorites", "Recently used", "All models"])
        await expect(found.first).to_contain_text("model-7")
        for key in ("ArrowDown", "ArrowDown"):
            await page.keyboard.press(key)
        await expect(found.nth(1)).to_be_focused()
        assert await violations(page) == []
        await page.reload()
        await page.locator("button.ai-choice").first.click()
        await expect(found.first).to_contain_text("model-7")
