"""More people, and more rooms, than a tab is told when it arrives."""

from playwright.async_api import expect

from tests.browser.visitor import Meet
from tests.support.factory import Factory

MANY = 60


async def test_everybody_in_a_large_room_can_be_found(meet: Meet, make: Factory) -> None:
    room, aiko = await meet("Aiko")
    await make.crowd(room, MANY)
    await aiko.enter(room)
    page, last = aiko.page, f"Crowd {MANY}"
    await aiko.composer.press_sequentially("Hello @crowd60")
    await page.get_by_role("option", name=last).click()
    await aiko.composer.press("Enter")
    mention = aiko.message("Hello").locator(".mention")
    await expect(mention).to_have_text(f"@{last}")
    await aiko.enter(room)  # by a page that knows no more than the first people
    await mention.click()
    await expect(page.locator("#member")).to_contain_text(last)
    await page.keyboard.press("Escape")
    await aiko.enter(room)
    await page.get_by_role("button", name="Room details").click()
    drawer = page.locator("#drawer")
    await expect(drawer.locator(".member")).to_have_count(MANY + 1)
    await expect(drawer.get_by_role("heading", name="Members")).to_have_text(f"Members {MANY + 1}")
    nobody = drawer.locator(".member").last
    await nobody.scroll_into_view_if_needed()
    await nobody.click()
    await expect(page.locator("#member")).to_contain_text("Crowd")
