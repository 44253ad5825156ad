"""Pictures for a model that cannot see them, in two people's browsers."""

from base64 import b64decode
from pathlib import Path

from playwright.async_api import expect

from tests.browser.visitor import Meet

PNG = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")


async def test_whoever_chooses_a_picture_is_told_that_the_model_cannot_see_it(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben", ai_rule="mentioned")
    note = aiko.page.locator(".composer-note")
    aiko.expects("attachments", "500", "404", "413")
    chosen = {"name": "cat.png", "mimeType": "image/png", "buffer": PNG}
    await aiko.page.set_input_files("#file-picker", chosen)
    await expect(aiko.page.get_by_role("list", name="Files of this message").get_by_text("cat.png")).to_be_visible()
    await expect(note).to_be_empty()  # nobody asks the AI
    await aiko.composer.fill("@ai what is this?")
    await expect(note).to_have_text("Demo can’t see pictures")
    await expect(ben.page.locator(".composer-note")).to_be_empty()
    await aiko.photograph(Path("/tmp/w/vision_desktop.png"))
    await aiko.page.set_viewport_size({"width": 390, "height": 780})
    await aiko.photograph(Path("/tmp/w/vision_phone.png"))
    await aiko.page.get_by_role("button", name="Remove cat.png").click()
    await expect(note).to_be_empty()
