"""A message is translated under itself, for the person who asks alone."""

from playwright.async_api import expect

from tests.browser.visitor import Meet
from tests.support.axe import violations
from tests.vendor.server import ScriptedVendor


async def test_translation_goes_with_the_text_and_can_be_hidden(meet: Meet, vendor: ScriptedVendor) -> None:
    room, aiko, ben = await meet("Aiko", "Ben", apart=["Aiko"])
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
    assert "皆さん" not in aiko.heard().replace("say おはよう **皆さん**", "")
    assert await violations(ben.page) == []
    await message.get_by_role("button", name="Hide").click()
    await expect(translation).to_have_count(0)
    await translate()
    await expect(translation).to_be_visible()
    [said] = (await aiko.api.get(f"/rooms/{room.id}/messages")).json()["items"]
    await aiko.api.patch(f"/messages/{said['id']}", json={"text": "Good morning [[fail 500]]"})
    await expect(message).to_contain_text("fail 500")
    await expect(translation).to_have_count(0)
    await translate()
    await expect(message.get_by_text("Translating…")).to_have_count(0)
    await expect(ben.page.locator(".toast")).to_be_visible()
