"""Saved prompts: kept on their page, and used in the composer by the keyboard."""

import re

from playwright.async_api import expect

from chat_app.core.accounts.tables import User
from tests.browser.remote import CallIn, Remote
from tests.browser.test_keys import a_person_is_slower, compose, keyboard, press
from tests.browser.visitor import Arrive, Meet, Visitor
from tests.support.factory import Factory


async def save(visitor: Visitor | Remote, name: str, text: str, **more: object) -> str:
    """Save a prompt by REST; return its id."""
    made = await visitor.api.post("/prompts", json={"name": name, "text": text, **more})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def options(visitor: Visitor):
    return visitor.page.locator("#completions li")


async def test_prompt_is_written_shared_used_and_deleted(gather: Meet) -> None:
    room, aiko, ben = await gather("Aiko", "Ben")
    await ben.enter(room)
    await aiko.page.goto("/prompts")
    page = aiko.page.locator(".settings")
    await page.get_by_role("link", name="New prompt").click()
    await page.get_by_label("Name").fill("two words")
    await page.get_by_label("Description").fill("In short")
    await page.get_by_label("Text", exact=True).fill("Sum up {{topic}} in {{language=English}}.")
    await expect(page.get_by_text("Asks for: topic, language")).to_be_visible()
    await page.get_by_label("Share with everyone").check()
    await page.get_by_role("button", name="Save prompt").click()
    await expect(page.locator("#prompt-name-error")).to_contain_text("Use one word")
    await expect(page.get_by_label("Description")).to_have_value("In short")
    await expect(page.get_by_label("Share with everyone")).to_be_checked()
    await page.get_by_label("Name").fill("/Summary")
    await page.get_by_role("button", name="Save prompt").click()
    row = page.locator(".prompt-list li")
    await expect(row).to_contain_text("/summary")
    await expect(row.locator(".badge")).to_have_text("Shared")
    # Another one of that name is refused, and nothing typed is lost.
    await page.get_by_role("link", name="New prompt").click()
    await page.get_by_label("Name").fill("summary")
    await page.get_by_label("Text", exact=True).fill("Other")
    await page.get_by_role("button", name="Save prompt").click()
    await expect(page.locator("#prompt-name-error")).to_contain_text("already have a prompt")
    await expect(page.get_by_label("Text", exact=True)).to_have_value("Other")

    await ben.composer.press_sequentially("/su")
    await expect(options(ben)).to_contain_text(["/summary"])
    await expect(options(ben)).to_contain_text(["Aiko"])
    await ben.composer.press("Enter")
    dialog = ben.page.locator("#fill-prompt")
    await expect(dialog.get_by_label("topic")).to_be_focused()
    await ben.page.keyboard.type("{{language}} of tea")
    await ben.page.keyboard.press("Enter")
    await expect(dialog.get_by_label("language")).to_be_focused()
    await expect(dialog.get_by_label("language")).to_have_value("English")
    await ben.page.keyboard.press("Enter")
    await expect(dialog).to_be_hidden()
    await expect(ben.composer).to_have_value("Sum up {{language}} of tea in English.")
    await expect(ben.composer).to_be_focused()
    await expect(ben.page.locator(".message")).to_have_count(0)

    await page.get_by_role("link", name="All prompts").click()
    await row.get_by_role("link").click()
    await page.get_by_role("button", name="Delete prompt").click()
    await aiko.page.locator("#delete-prompt").get_by_role("button", name="Delete prompt").click()
    await expect(page.get_by_text("No saved prompts yet")).to_be_visible()
    await ben.composer.fill("")
    await ben.composer.press_sequentially("/summary")
    await expect(options(ben)).to_have_count(0)


async def test_prompt_without_variables_takes_the_place_of_its_name(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    await save(aiko, "cup-of-tea", "A cup of tea\nfor everybody")
    await save(aiko, "cup-of-coffee", "A cup of coffee")
    await aiko.composer.press_sequentially("/cup")
    await expect(options(aiko)).to_have_count(2)
    await aiko.composer.press("ArrowDown")
    await aiko.composer.press("Tab")
    await expect(aiko.composer).to_have_value("A cup of tea\nfor everybody")
    await aiko.composer.press_sequentially("!")
    await expect(aiko.composer).to_have_value("A cup of tea\nfor everybody!")
    await aiko.composer.fill("")
    await aiko.composer.press_sequentially("/cup-of-c")
    await options(aiko).first.click()
    await expect(aiko.composer).to_have_value("A cup of coffee")
    await expect(aiko.page.locator(".message")).to_have_count(0)


async def test_escape_leaves_what_was_typed_and_a_slash_elsewhere_is_a_slash(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    for name in ("summary", "bin", "combine"):
        await save(aiko, name, "Sum up {{topic}}")
    await aiko.composer.press_sequentially("/sum")
    await expect(options(aiko)).to_have_count(1)
    await aiko.composer.press("Enter")
    topic = aiko.page.locator("#fill-prompt").get_by_label("topic")
    await topic.fill("tea")
    await aiko.page.keyboard.press("Escape")
    await expect(aiko.page.locator("#fill-prompt")).to_be_hidden()
    await expect(aiko.composer).to_be_focused()
    await expect(aiko.composer).to_have_value("/sum")
    await expect(options(aiko)).to_have_count(0)
    await aiko.composer.press_sequentially(" it up")
    await aiko.composer.press("Enter")
    await expect(aiko.message("/sum it up")).to_be_visible()
    await aiko.composer.press_sequentially("/")
    await expect(options(aiko).filter(has_text="/bin")).to_be_visible()
    await aiko.composer.press_sequentially("usr/bin")
    await expect(options(aiko)).to_have_count(0)
    await aiko.composer.press("Enter")
    await expect(aiko.message("/usr/bin")).to_be_visible()
    await aiko.composer.press_sequentially("Either /bin")
    await expect(options(aiko)).to_have_count(0)
    await aiko.composer.press("Enter")
    await expect(aiko.message("Either /bin")).to_be_visible()


async def test_list_is_fresh_whenever_it_opens(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    first = await save(aiko, "fresh-one", "One")
    await aiko.composer.press_sequentially("/fresh")
    await expect(options(aiko)).to_have_text([re.compile("/fresh-one")])
    await aiko.composer.fill("")
    await save(aiko, "fresh-two", "Two")
    await aiko.api.patch(f"/prompts/{first}", json={"name": "fresh-other"})
    await aiko.composer.press_sequentially("/fresh")
    await expect(options(aiko)).to_have_text([re.compile("/fresh-other"), re.compile("/fresh-two")])


async def test_prompt_has_a_japanese_name_and_values(arrive: Arrive) -> None:
    aiko = await arrive("Aiko", locale="ja-JP")
    await save(aiko, "要約", "{{話題}}を{{長さ=三行}}で要約してください。")
    await aiko.page.goto("/")
    await expect(aiko.composer).to_be_focused()
    keys = await keyboard(aiko)
    await aiko.composer.press_sequentially("/")
    await expect(options(aiko).filter(has_text="/要約")).to_be_visible()  # beside what others share
    await compose(keys, "ようやく")
    await expect(options(aiko)).to_have_count(0)
    await compose(keys, "要約")
    await expect(options(aiko)).to_have_count(1)
    await press(keys, "Enter", 229)  # accepts the conversion, and takes nothing
    await keys.send("Input.insertText", {"text": "要約"})
    await expect(aiko.composer).to_have_value("/要約")
    await expect(aiko.page.locator("#fill-prompt")).to_be_hidden()
    await a_person_is_slower(aiko)
    await aiko.page.keyboard.press("Enter")
    dialog = aiko.page.locator("#fill-prompt")
    await expect(dialog.get_by_label("話題")).to_be_focused()
    await compose(keys, "おちゃ")
    await press(keys, "Enter", 229)
    await keys.send("Input.insertText", {"text": "お茶"})
    await expect(dialog.get_by_label("話題")).to_be_focused()
    await a_person_is_slower(aiko)
    await aiko.page.keyboard.press("Enter")
    await expect(dialog.get_by_label("長さ")).to_be_focused()
    await dialog.get_by_role("button", name="挿入").click()
    await expect(aiko.composer).to_have_value("お茶を三行で要約してください。")


async def test_phone_inserts_by_the_button(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    await save(aiko, "summary", "Sum up {{topic}} in {{language=English}}", description="In short")
    await aiko.page.goto("/prompts")
    await expect(aiko.page.locator(".prompt-list li")).to_contain_text("/summary")
    assert await aiko.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await aiko.enter(await make.room({"master": aiko.actor}))
    await aiko.composer.fill("/su")
    await options(aiko).first.tap()
    dialog = aiko.page.locator("#fill-prompt")
    await dialog.get_by_label("topic").fill("tea")
    await dialog.get_by_label("topic").press("Enter")
    await dialog.get_by_label("topic").press_sequentially("and cake")
    await dialog.get_by_role("button", name="Insert").tap()
    await expect(aiko.composer).to_have_value("Sum up tea\nand cake in English")


async def test_admin_deletes_what_others_share_and_nobody_else_does(
    arrive: Arrive, call_in: CallIn, make: Factory
) -> None:
    aiko, ben, admin = await call_in("Aiko"), await arrive("Ben"), await arrive("Grace")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, admin.actor.user_id)).site_roles = ["admin"]
    prompt = await save(aiko, "unwanted", "Buy {{this}}", shared=True)
    for visitor in (ben, admin):
        await visitor.page.goto("/prompts")
        await visitor.page.locator(".prompt-list li", has_text="/unwanted").get_by_role("link").click()
        await expect(visitor.page.locator(".prompt-shown")).to_have_text("Buy {{this}}")
        await expect(visitor.page.get_by_text("by Aiko")).to_be_visible()
    deletes = admin.page.locator("main").get_by_role("button", name="Delete prompt")
    await expect(ben.page.locator("main").get_by_role("button", name="Delete prompt")).to_have_count(0)
    await deletes.first.click()
    await admin.page.locator("#delete-prompt").get_by_role("button", name="Delete prompt").click()
    await expect(admin.page.locator(".prompt-list li", has_text="/unwanted")).to_have_count(0)
    await ben.page.goto(f"/prompts?prompt={prompt}")
    await expect(ben.page.get_by_text("This prompt doesn’t exist")).to_be_visible()
    await ben.page.get_by_role("link", name="All prompts").click()
    await expect(ben.page.get_by_role("link", name="New prompt")).to_be_visible()


async def test_prompt_is_changed_and_no_longer_shared(arrive: Arrive, call_in: CallIn) -> None:
    aiko, ben = await arrive("Aiko"), await call_in("Ben")
    prompt = await save(aiko, "changing", "Old {{word}}", shared=True)
    await aiko.page.goto(f"/prompts?prompt={prompt}")
    page = aiko.page.locator(".settings")
    await expect(page.get_by_text("Asks for: word")).to_be_visible()
    await page.get_by_label("Text", exact=True).fill("New text")
    await expect(page.get_by_text("For parts that change, write {{topic}}")).to_be_visible()
    await page.get_by_label("Share with everyone").uncheck()
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator(".prompt-list li")).to_contain_text("/changing")
    await expect(page.locator(".prompt-list .badge")).to_have_count(0)
    assert (await aiko.api.get(f"/prompts/{prompt}")).json()["text"] == "New text"
    assert (await ben.api.get(f"/prompts/{prompt}")).status_code == 404
