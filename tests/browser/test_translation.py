"""A message is translated under itself, for the person who asks alone."""

from playwright.async_api import expect

from tests.browser.visitor import Meet
from tests.support.axe import violations
from tests.vendor.server import ScriptedVendor


async def test_translation_goes_with_the_text_and_can_be_hidden(meet: Meet, vendor: ScriptedVendor) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await aiko.say("Good morning [[hold 1]] [[say おはよう **皆さん**]]")
    message = ben.message("Good morning")
    translation = message.locator(".translation")

    async def translate() -> None:
        await ben.act(message, "More")
        await ben.page.get_by_role("menuitem", name="Translate").click()

    await translate()
    await expect(message.get_by_text("Translating…")).to_be_visible()
    vendor.release()
    await expect(translation.locator("strong")).to_have_text("皆さん")
    await expect(message).to_contain_text("Translated by scripted. Only you see this.")
    await expect(aiko.page.locator(".translation")).to_have_count(0)
    assert await violations(ben.page) == []
    await message.get_by_role("button", name="Hide").click()
    await expect(translation).to_have_count(0)
    await translate()
    await expect(translation).to_be_visible()
    await aiko.page.keyboard.press("ArrowUp")
    await aiko.composer.fill("Good morning [[fail 500]]")
    await aiko.page.keyboard.press("Enter")
    await expect(message).to_contain_text("fail 500")
    await expect(translation).to_have_count(0)
    await translate()
    await expect(message.get_by_text("Translating…")).to_have_count(0)
    await expect(ben.page.locator(".toast")).to_be_visible()
