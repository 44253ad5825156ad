"""Pictures that models draw, in the browsers of two people."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.rooms.tables import AiRule
from tests.browser.conftest import factory_of
from tests.browser.visitor import Arrive, Meet, Visitor
from tests.support.databases import Databases
from tests.support.factory import Factory
from tests.support.site import Site
from tests.vendor.server import ScriptedVendor

DRAWER = "compatible/flux-1"


@pytest.fixture(scope="module")
def shared_vendor() -> Iterator[ScriptedVendor]:
    with ScriptedVendor(models=("scripted", "flux-1")) as vendor:
        yield vendor


@pytest.fixture(scope="module")
def shared_site(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, shared_vendor: ScriptedVendor
) -> Iterator[Site]:
    site = Site(databases.create(), tmp_path_factory.mktemp("site"), COMPATIBLE_BASE_URL=f"{shared_vendor.url}/v1")
    site.start()
    yield site
    site.leave()


@pytest.fixture(scope="module")
async def site_factory(shared_site: Site) -> AsyncIterator[Factory]:
    async with factory_of(shared_site) as factory:
        yield factory


@pytest.fixture
async def offered(meet: Meet, make: Factory, shared_vendor: ScriptedVendor) -> tuple[Visitor, Visitor]:
    """Two people in a room with a model that draws; the first one is an admin."""
    shared_vendor.forget()
    shared_vendor.hold()
    _, aiko, ben = await meet("Aiko", "Ben")
    await offer(aiko, make)
    return aiko, ben


async def offer(aiko: Visitor, make: Factory) -> None:
    """Make somebody an admin, and have them offer the model that draws."""
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, aiko.actor.user_id)).site_roles = ["admin"]
    told = await aiko.api.patch(
        "/admin/models", json={"id": DRAWER, "offered": True, "price_in": 500, "price_out": 4000}
    )
    assert told.status_code == 204, told.text


async def shown(visitor: Visitor, name: str) -> None:
    """Photograph a page, if pictures are wanted."""
    if folder := os.environ.get("PARLEY_SHOTS"):
        await visitor.photograph(Path(folder) / f"{name}.png")


async def test_everybody_sees_a_picture_come(offered: tuple[Visitor, Visitor], shared_vendor: ScriptedVendor) -> None:
    aiko, ben = offered
    await aiko.composer.fill("/")
    option = aiko.page.get_by_role("option", name="/image")
    await expect(option).to_contain_text("Draw a picture")
    await shown(aiko, "offered")
    await aiko.composer.press("Enter")
    await expect(aiko.composer).to_have_value("/image ")
    await aiko.composer.press_sequentially("a red fox in the snow [[hold 0]]")
    await aiko.composer.press("Enter")
    for person in (aiko, ben):
        await expect(person.answers.get_by_text("Drawing…")).to_be_visible()
        await expect(person.answers.locator(".picture-prompt")).to_have_text("a red fox in the snow [[hold 0]]")
    await shown(ben, "drawing")
    shared_vendor.release()
    for person in (aiko, ben):
        picture = person.answers.get_by_role("img", name="a red fox in the snow")
        await expect(picture).to_be_visible()
        await expect(person.answers.get_by_text("$0.0402")).to_be_visible()
        await expect(person.answers.get_by_text("Drawing…")).to_have_count(0)
    await shown(ben, "drawn")
    await ben.answers.get_by_role("button", name="View a red fox").click()
    await expect(ben.page.locator("#picture-viewer")).to_be_visible()
    await ben.page.keyboard.press("Escape")
    await ben.page.reload()
    await expect(ben.answers.get_by_role("img", name="a red fox in the snow")).to_be_visible()


async def test_a_picture_of_an_aside_is_seen_by_the_others_once_it_is_published(
    offered: tuple[Visitor, Visitor], shared_vendor: ScriptedVendor
) -> None:
    aiko, ben = offered
    shared_vendor.release()
    await aiko.page.get_by_role("button", name="Ask privately").click()
    await expect(aiko.page.get_by_text("Only you see this")).to_be_visible()
    await aiko.say("/image a red fox in the snow")
    await expect(aiko.answers.get_by_role("img", name="a red fox in the snow")).to_be_visible()
    await expect(ben.answers).to_have_count(0)
    await aiko.answers.last.get_by_role("button", name="Publish in").click()
    picture = ben.answers.get_by_role("img", name="a red fox in the snow")
    await expect(picture).not_to_have_js_property("naturalWidth", 0)
    await ben.answers.get_by_role("button", name="View a red fox").click()
    await expect(ben.page.locator("#picture-viewer").get_by_role("img")).not_to_have_js_property("naturalWidth", 0)
    await ben.page.keyboard.press("Escape")


async def test_a_failure_is_told_and_tried_again_a_second_picture_is_beside_the_first_and_one_is_stopped(
    offered: tuple[Visitor, Visitor], shared_vendor: ScriptedVendor
) -> None:
    aiko, ben = offered
    await aiko.say("/image a fox [[filter once]]")
    for person in (aiko, ben):
        await expect(person.answers.get_by_role("alert")).to_contain_text("declined to answer")
    await shown(aiko, "failed")
    await expect(aiko.answers.get_by_role("button", name="Continue")).to_have_count(0)
    await aiko.answers.get_by_role("button", name="Try again").click()
    for person in (aiko, ben):
        await expect(person.answers.get_by_role("img", name="a fox")).to_be_visible()
    first = await aiko.answers.get_by_role("img", name="a fox").get_attribute("src")
    await aiko.act(aiko.answers, "Regenerate")
    for person in (aiko, ben):
        await expect(person.answers.get_by_text("2 of 2")).to_be_visible()
        await expect(person.answers.get_by_role("img", name="a fox")).not_to_have_attribute("src", first or "")
    await aiko.answers.get_by_role("button", name="Earlier answer").click()
    await expect(aiko.answers.get_by_role("img", name="a fox")).to_have_attribute("src", first or "")
    await shown(aiko, "branches")
    await aiko.say("/image a fox [[hold 0]]")
    await expect(ben.answers.get_by_text("Drawing…")).to_be_visible()
    await aiko.answers.get_by_role("button", name="Stop").click()
    for person in (aiko, ben):
        await expect(person.answers.get_by_text("Stopped")).to_be_visible()
        await expect(person.answers.get_by_text("Drawing…")).to_have_count(0)


async def test_it_is_offered_at_home_too_and_an_admin_sees_which_models_draw(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    await offer(aiko, make)
    await aiko.page.goto("/")
    await aiko.composer.fill("/im")
    await expect(aiko.page.get_by_role("option", name="/image")).to_be_visible()
    await aiko.page.goto("/admin/models")
    await expect(aiko.page.get_by_text("draws pictures").first).to_be_visible()
    await shown(aiko, "models")


async def test_a_picture_on_a_dark_phone_in_japanese(
    arrive: Arrive, make: Factory, shared_vendor: ScriptedVendor
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    aiko = await arrive("Aiko", color_scheme="dark", locale="ja-JP", **phone)
    await offer(aiko, make)
    room = await make.room({Role.MASTER: aiko.actor}, ai_rule=AiRule.ALWAYS, ai_model="compatible/scripted")
    shared_vendor.release()
    await aiko.enter(room)
    await aiko.composer.fill("/image 雪の中の赤い狐")
    await aiko.page.get_by_role("button", name="送信").click()
    await expect(aiko.answers.get_by_role("img", name="雪の中の赤い狐")).to_be_visible()
    await aiko.composer.fill("/image 狐 [[filter]]")
    await aiko.page.get_by_role("button", name="送信").click()
    await expect(aiko.answers.get_by_role("alert")).to_be_visible()
    assert not await aiko.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    await shown(aiko, "phone")


async def test_code_is_downloaded_as_a_file(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    await aiko.say("```python\nprint(1)\n```")
    async with aiko.page.expect_download() as coming:
        await aiko.page.get_by_role("button", name="Download code.py").click()
    download = await coming.value
    assert download.suggested_filename == "code.py"
    saved = await asyncio.to_thread(Path(await download.path()).read_text)
    assert saved == "print(1)\n"
