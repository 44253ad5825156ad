"""Messages that name the models that answer them, and the fall-back of a model that is not there."""

import re
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import expect

from chat_app.core.accounts.tables import User
from chat_app.core.rooms.tables import Room
from tests.browser.conftest import factory_of
from tests.browser.looks import boxes
from tests.browser.remote import Remote
from tests.browser.visitor import Meet
from tests.support.databases import Databases
from tests.support.factory import Factory
from tests.support.site import Site
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor


@pytest.fixture(scope="module")
def vendor() -> Iterator[ScriptedVendor]:
    with ScriptedVendor(models=("scripted", "second", "precious")) as vendor:
        yield vendor


@pytest.fixture(scope="module")
def shared_site(
    databases: Databases, vendor: ScriptedVendor, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    absent = {"OPENAI_API_KEY": "sk-none", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    here = {"COMPATIBLE_BASE_URL": f"{vendor.url}/v1", "PARLEY_DEFAULT_MODEL": "compatible/scripted"}
    site = Site(databases.create(), tmp_path_factory.mktemp("site"), **here, **absent)
    site.start()
    yield site
    site.leave()


@pytest.fixture(scope="module")
async def site_factory(shared_site: Site) -> AsyncIterator[Factory]:
    async with factory_of(shared_site) as factory:
        await factory.user()
        yield factory


async def said_last(person: Remote, room: Room, *texts: str) -> bool:
    """Return whether the newest messages are these, as REST has them for a person."""
    items = (await person.api.get(f"/rooms/{room.id}/messages")).json()["items"]
    return [each["text"] for each in items][-len(texts) :] == [*texts]


async def test_two_models_answer_beside_each_other_and_each_by_itself(meet: Meet, vendor: ScriptedVendor) -> None:
    room, aiko, ben = await meet("Aiko", "Ben", apart=["Aiko"])
    await ben.composer.press_sequentially("@se")
    option = ben.page.get_by_role("option", name="@second")
    await expect(option).to_contain_text("second")
    await ben.composer.press("Enter")
    await ben.composer.press_sequentially("and @scripted hello [[hold 1]] [[say Hello there]]")
    await ben.composer.press("Enter")
    await expect(ben.answers.locator("b")).to_have_text(["second", "scripted"])
    await expect(ben.answers.get_by_text("Hello")).to_have_count(2)
    left, right = await boxes(ben.answers.nth(0), ben.answers.nth(1))
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]
    await ben.answers.first.get_by_role("button", name="Stop").click()
    await expect(ben.answers.first).to_contain_text("Stopped")
    vendor.release()
    await expect(ben.answers.nth(1)).to_contain_text("Hello there")
    await ben.act(ben.answers.first, "Regenerate")
    await expect(ben.answers.first).to_contain_text("Hello there")
    await expect(ben.answers.locator("b")).to_have_text(["second", "scripted"])
    await until(lambda: said_last(aiko, room, "Hello there", "Hello there"))
    await ben.page.set_viewport_size({"width": 390, "height": 800})
    above, below = await boxes(ben.answers.nth(0), ben.answers.nth(1))
    assert above["y"] + above["height"] <= below["y"]


async def test_model_is_chosen_for_the_next_message_alone(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben", apart=["Aiko"])
    await ben.page.get_by_role("button", name="Model for this message").click()
    await ben.page.get_by_role("menuitemradio", name="second").click()
    await expect(ben.page.get_by_role("button", name="Model for this message: second")).to_be_visible()
    await expect(ben.composer).to_be_focused()
    await ben.say("Hello [[say Hello there]]")
    await expect(ben.answers.locator("b")).to_have_text(["second"])
    await expect(ben.answer_text).to_have_text("Hello there")
    await ben.say("Nobody is asked")
    await aiko.hears("Nobody is asked")
    await expect(ben.page.get_by_role("button", name=re.compile("^Model for this message$"))).to_be_visible()
    await expect(ben.answers).to_have_count(1)


async def test_message_to_a_model_for_admins_comes_back_with_the_reason(meet: Meet, make: Factory) -> None:
    _, aiko, ben = await meet("Aiko", "Ben", apart=["Aiko"])
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, aiko.actor.user_id)).site_roles = ["admin"]
    done = await aiko.api.patch("/admin/models", json={"id": "compatible/precious", "admins_only": True})
    assert done.status_code == 204
    await ben.say("@precious hello")
    refusal = ben.page.locator("#composer-error")
    reason = "Only this site’s administrators, and people they have chosen, can ask precious."
    await expect(refusal).to_have_text(reason)
    await expect(ben.composer).to_have_value("@precious hello")
    await expect(ben.page.locator(".message")).to_have_count(0)
    await ben.say("@second hello [[say Hello there]]")
    await expect(refusal).to_have_text("")
    await expect(ben.answer_text).to_have_text("Hello there")
    await aiko.say("@precious too [[say Hello Aiko]]")
    await expect(ben.answer_text.nth(1)).to_have_text("Hello Aiko")


async def test_admin_gives_a_model_to_the_people_of_a_group(gather: Meet, make: Factory) -> None:
    room, aiko, ben = await gather("Aiko", "Ben", apart=["Ben"])
    await ben.enter(room)
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, aiko.actor.user_id)).site_roles = ["admin"]
    done = await aiko.api.patch("/admin/models", json={"id": "compatible/precious", "admins_only": True, "groups": []})
    assert done.status_code == 204
    group = (await aiko.api.post("/groups", json={"name": "Design"})).json()["id"]
    page = aiko.page
    await page.goto("/admin/models")
    edit = page.get_by_role("button", name="Edit precious")
    await edit.click()
    dialog = page.get_by_role("dialog", name="precious")
    await expect(dialog.get_by_label("Design")).to_be_hidden()
    await dialog.get_by_role("radio", name="Groups").check()
    await dialog.get_by_label("Design").check()
    await dialog.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("admins and groups")).to_be_visible()
    assert (await aiko.api.post(f"/groups/{group}/members", json={"who": str(ben.actor.user_id)})).is_success
    await ben.say("@precious hello [[say Hello Ben]]")
    await until(lambda: said_last(ben, room, "Hello Ben"))
    await edit.click()
    await expect(dialog.get_by_label("Design")).to_be_checked()


async def test_fallback_answers_and_everybody_sees_for_whom(meet: Meet, vendor: ScriptedVendor) -> None:
    room, aiko, ben = await meet("Aiko", "Ben", apart=["Ben"])
    await aiko.page.get_by_role("button", name="Room details").click()
    await aiko.page.get_by_role("button", name="Model settings").click()
    settings = aiko.page.get_by_role("dialog", name="Model settings")
    await settings.get_by_label("Fallback model").select_option(label="second")
    await settings.get_by_text("Advanced").click()
    await settings.get_by_label("Temperature").fill("9")
    await settings.get_by_role("button", name="Save").click()
    await expect(settings.get_by_text("Enter a number from 0 to 2.")).to_be_visible()
    await settings.get_by_label("Temperature").fill("0.5")
    await settings.get_by_role("button", name="Save").click()
    await expect(settings).to_be_hidden()
    done = await aiko.api.patch(f"/rooms/{room.id}/ai", json={"model": "openai/gpt-4o"})
    assert (done.json()["ai_fallback_model"], done.json()["ai_parameters"]) == (
        "compatible/second",
        {"temperature": 0.5},
    )
    await ben.say("@ai and you [[say Hello there]]")
    await expect(aiko.answer_text).to_have_text("Hello there")
    await expect(aiko.answers).to_contain_text("Answered by second, because GPT-4o couldn’t answer.")
    assert vendor.asked("and you [[say Hello there]]").body["temperature"] == 0.5
