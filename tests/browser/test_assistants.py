"""Assistants: made on their page, called in rooms as people are, and seen under their names and pictures."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect
from sqlalchemy import delete

from chat_app.core.assistants.tables import Assistant
from tests.browser.conftest import factory_of
from tests.browser.remote import CallIn, Remote
from tests.browser.test_keys import a_person_is_slower, compose, keyboard, press
from tests.browser.visitor import Arrive, Meet, Visitor
from tests.core.assistants.test_assistants import png
from tests.support.databases import Databases
from tests.support.factory import Factory
from tests.support.site import Site
from tests.vendor.server import ScriptedVendor

MODEL = "compatible/scripted"


@pytest.fixture(scope="module")
def vendor() -> Iterator[ScriptedVendor]:
    with ScriptedVendor(models=("scripted", "second")) as vendor:
        yield vendor


@pytest.fixture(scope="module")
def shared_site(
    databases: Databases, vendor: ScriptedVendor, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    here = {"COMPATIBLE_BASE_URL": f"{vendor.url}/v1", "PARLEY_DEFAULT_MODEL": MODEL}
    site = Site(databases.create(), tmp_path_factory.mktemp("site"), **here)
    site.start()
    yield site
    site.leave()


@pytest.fixture(scope="module")
async def site_factory(shared_site: Site) -> AsyncIterator[Factory]:
    async with factory_of(shared_site) as factory:
        await factory.user()
        yield factory


@pytest.fixture(autouse=True)
async def _none(make: Factory) -> None:
    """Begin without assistants: handles of shared ones are unique on the site."""
    async with make.work.begin() as ctx:
        await ctx.db.execute(delete(Assistant))


async def make_one(visitor: Visitor | Remote, handle: str, name: str, **more: object) -> str:
    """Make an assistant by REST; return its id."""
    made = await visitor.api.post("/assistants", json={"handle": handle, "name": name, **more})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def options(visitor: Visitor) -> Locator:
    return visitor.page.locator("#completions li")


async def test_one_person_makes_a_shared_assistant_and_another_asks_it(
    meet: Meet, vendor: ScriptedVendor, tmp_path: Path
) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    picture = tmp_path / "picture.png"
    picture.write_bytes(png())
    tab = await aiko.new_page()
    await tab.goto("/assistants")
    page = tab.locator(".settings")
    await page.get_by_role("link", name="New assistant").click()
    await expect(page.get_by_text("You can add a picture once the assistant is created.")).to_be_visible()
    await page.get_by_label("Name", exact=True).fill("批評家 Critic")
    await page.get_by_label("Handle").fill("ai")
    await page.get_by_label("Description").fill("Finds what is weak")
    await page.get_by_label("Model", exact=True).select_option(label="second")
    await page.get_by_label("Instructions").fill("Be strict.")
    await page.get_by_label("Share with everyone").check()
    await page.get_by_role("button", name="Create assistant").click()
    await expect(page.locator("#assistant-handle-error")).to_have_text("This handle is taken. Choose another one.")
    await expect(page.get_by_label("Instructions")).to_have_value("Be strict.")
    await page.get_by_label("Handle").fill("@Critic-1")
    await page.get_by_role("button", name="Create assistant").click()
    await page.locator("input[type=file]").set_input_files(picture)
    await expect(page.get_by_role("button", name="Remove picture")).to_be_visible()
    await expect(page.get_by_label("Instructions")).to_have_value("Be strict.")

    await ben.composer.press_sequentially("@cri")
    option = ben.page.get_by_role("option", name="@critic-1")
    await expect(option).to_contain_text("批評家 Critic")
    await expect(option).to_contain_text("Finds what is weak")
    await expect(option.locator("img")).to_be_visible()
    await ben.composer.press("Enter")
    await expect(ben.composer).to_have_value("@critic-1 ")
    await ben.composer.press_sequentially("and @scripted? [[say Hello there]]")
    await ben.composer.press("Enter")
    for person in (aiko, ben):
        await expect(person.page.locator(".mention")).to_have_text(["@批評家 Critic", "@scripted"])
        await expect(person.answers.locator("b")).to_have_text(["批評家 Critic", "scripted"])
        await expect(person.answers.get_by_text("Hello")).to_have_count(2)
        shown = person.answers.first.locator(".avatar img")
        await expect(shown).to_be_visible()
        assert await shown.evaluate("(img) => img.decode().then(() => img.naturalWidth)") == 192
        await expect(person.answers.first.locator(".message-head")).to_contain_text("second")
    asked = [each.body for each in vendor.requests if each.body.get("model") == "second"]
    assert "Be strict." in asked[-1]["messages"][0]["content"]
    await ben.act(ben.answers.first, "Regenerate")
    await expect(aiko.answers.first).to_contain_text("2/2")
    await expect(aiko.answers.locator("b").first).to_have_text("批評家 Critic")

    await page.get_by_role("button", name="Delete assistant").click()
    await tab.locator("#delete-assistant").get_by_role("button", name="Delete assistant").click()
    await expect(page.get_by_text("No assistants yet")).to_be_visible()
    await ben.page.reload()
    await expect(ben.answers.locator("b").first).to_have_text("批評家 Critic")
    await ben.composer.press_sequentially("@crit")
    await expect(options(ben)).to_have_count(0)


async def test_private_assistant_is_offered_to_nobody_else_and_seen_by_its_answers(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    mine = await make_one(aiko, "secretary", "秘書", instructions="Top secret")
    await aiko.api.put(f"/assistants/{mine}/picture", content=png())
    await ben.composer.press_sequentially("@secr")
    await expect(options(ben)).to_have_count(0)
    await ben.composer.fill("")
    await aiko.composer.press_sequentially("@秘")
    await expect(options(aiko)).to_contain_text(["@secretary"])
    await aiko.composer.press("Tab")
    await aiko.composer.press_sequentially("hello [[say Hello there]]")
    await aiko.composer.press("Enter")
    await expect(ben.answers.locator("b")).to_have_text(["秘書"])
    await expect(ben.answer_text).to_have_text("Hello there")
    await expect(ben.answers.locator(".avatar img")).to_be_visible()
    await ben.page.goto(f"/assistants?assistant={mine}")
    await expect(ben.page.get_by_text("This assistant doesn’t exist, or is no longer shared.")).to_be_visible()
    assert "Top secret" not in await ben.page.content()


async def test_enter_that_ends_a_composition_takes_no_assistant(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    await make_one(aiko, "secretary", "秘書")
    await aiko.composer.press_sequentially("@")
    await expect(options(aiko)).to_contain_text(["@secretary"])
    keys = await keyboard(aiko)
    await compose(keys, "秘書")
    await press(keys, "Process", 229)
    await expect(aiko.composer).to_have_value("@秘書")
    await keys.send("Input.insertText", {"text": "秘書"})
    await press(keys, "Enter", 13)
    await expect(aiko.composer).to_have_value("@秘書")
    await expect(options(aiko)).to_contain_text(["@secretary"])
    await a_person_is_slower(aiko)
    await aiko.composer.press("Enter")
    await expect(aiko.composer).to_have_value("@secretary ")


async def test_assistant_is_chosen_for_one_message_and_for_the_room(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await make_one(aiko, "guide", "Guide", shared=True, description="Shows the way")
    await ben.page.get_by_role("button", name="Model for this message").click()
    await ben.page.get_by_role("menuitemradio", name="Guide").click()
    await expect(ben.page.get_by_role("button", name="Model for this message: Guide")).to_be_visible()
    await ben.say("Hello [[say Once]]")
    await expect(aiko.answers.locator("b")).to_have_text(["Guide"])
    await aiko.page.get_by_role("button", name="When mentioned").click()
    await aiko.page.get_by_role("menuitemradio", name="Guide").click()
    for person in (aiko, ben):
        await expect(person.page.locator(".composer .ai-choice").first).to_contain_text("Guide")
    await aiko.page.keyboard.press("Escape")
    await ben.say("@ai hello [[say Twice]]")
    await expect(aiko.answers.locator("b")).to_have_text(["Guide", "Guide"])
    await aiko.page.get_by_role("button", name="When mentioned").click()
    await aiko.page.locator("#ai-menu").get_by_role("menuitemradio", name="scripted").click()
    await expect(ben.page.locator(".composer .ai-choice").first).to_contain_text("scripted")
    await ben.say("@ai hello [[say Thrice]]")
    await expect(aiko.answers.locator("b")).to_have_text(["Guide", "Guide", "scripted"])


async def test_trial_opens_a_private_chat_with_it(arrive: Arrive, call_in: CallIn) -> None:
    aiko, ben = await call_in("Aiko"), await arrive("Ben")
    made = await make_one(aiko, "tutor", "Tutor", shared=True, instructions="Ask back.")
    await ben.page.goto("/assistants")
    await ben.page.get_by_role("link", name="Tutor").click()
    await expect(ben.page.get_by_text("Ask back.")).to_be_visible()
    await expect(ben.page.get_by_role("button", name="Delete assistant")).to_have_count(0)
    await ben.page.get_by_role("button", name="Try it").click()
    await expect(ben.page).to_have_url(re.compile("/r/"))
    await expect(ben.page.locator("h1")).to_have_text("Tutor")
    await ben.say("Hello [[say What do you think?]]")
    await expect(ben.answers.locator("b")).to_have_text(["Tutor"])
    assert (await ben.api.get(f"/assistants/{made}")).json()["instructions"] == "Ask back."


async def test_page_on_a_phone_in_japanese_and_dark(arrive: Arrive) -> None:
    look = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "ja-JP"}
    visitor = await arrive("Aiko", color_scheme="dark", **look)
    await make_one(visitor, "gijiroku", "議事録係", description="会議の要点をまとめる", shared=True)
    await visitor.page.goto("/assistants")
    row = visitor.page.locator(".prompt-list li")
    await expect(row).to_contain_text("議事録係")
    box = await row.get_by_role("link").bounding_box()
    assert box
    assert box["height"] >= 44
    await row.get_by_role("link").click()
    await expect(visitor.page.get_by_label("ハンドル")).to_have_value("gijiroku")
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await visitor.page.evaluate(wide) == 0
