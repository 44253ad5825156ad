"""The list of messages by keyboard and screen reader."""

import re

from playwright.async_api import expect

from tests.browser.visitor import Meet
from tests.support.factory import Factory
from tests.vendor.server import ScriptedVendor

ESCAPE_AT_ONCE = """
(document.activeElement.querySelector("[data-menu='message-menu']").click(),
document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true })))
"""
KEY_AT_ONCE = """
(document.activeElement.querySelector("[data-menu='message-menu']").click(),
document.getElementById("message-menu").contains(document.activeElement))
"""


async def test_messages_are_one_stop_walked_by_arrow_keys_with_a_menu(meet: Meet, make: Factory) -> None:
    room, aiko, ben = await meet("Aiko", "Ben", apart=["Ben"])
    for text in ("First", "A [link](https://example.org)", "Third"):
        await make.message(room, ben.actor, text)
    await ben.say("Newest")
    page, focused = aiko.page, aiko.page.locator(":focus")
    await expect(aiko.message("Newest")).to_be_visible()
    await expect(aiko.feed.get_by_role("article", name=re.compile(r"Ben, \d+:\d\d"))).to_have_count(4)
    await page.keyboard.press("Shift+Tab")
    await expect(focused).to_have_accessible_description("Newest")
    await page.keyboard.press("Home")
    await expect(focused).to_have_accessible_description("First")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await expect(focused).to_have_text("link")
    await page.keyboard.press("ArrowDown")
    await expect(focused).to_have_accessible_description("Third")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menu").get_by_role("menuitem").first).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(focused).to_have_accessible_description("Third")
    assert await page.evaluate(ESCAPE_AT_ONCE), "Escape is the menu's, though the focus is still in the list"
    await page.keyboard.press("Escape")
    await expect(focused).to_have_accessible_description("Third")
    assert await page.evaluate(KEY_AT_ONCE), "the next key is the menu's"
    await page.keyboard.press("Escape")
    await expect(focused).to_have_accessible_description("Third")
    await page.keyboard.press("Shift+Tab")  # out of the list, past all other messages
    await expect(aiko.feed.locator(":focus")).to_have_count(0)
    await page.keyboard.press("Tab")
    await expect(focused).to_have_accessible_description("Third")
    await page.keyboard.press("Shift+F10")
    await page.get_by_role("menuitem", name="Reply").press("Enter")
    await expect(aiko.composer).to_be_focused()
    await expect(page.locator(".composer-banner")).to_contain_text("Third")
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Shift+Tab")
    await expect(aiko.feed.locator(":focus")).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(aiko.composer).to_be_focused()


async def test_arrivals_are_said_once_and_answers_when_they_are_done(meet: Meet, vendor: ScriptedVendor) -> None:
    _, aiko, ben = await meet("Aiko", "Ben", apart=["Ben"])
    said = aiko.page.locator(".feed-place").get_by_role("status")
    await ben.say("Could we keep the **index**?")
    await expect(said).to_have_text("Ben: Could we keep the index?")
    await aiko.say("@ai [[hold 2]] [[say One two three]]")
    await expect(aiko.answer_text).to_have_text("One two")
    await expect(said).to_have_text("Ben: Could we keep the index?")
    vendor.release()
    await expect(said).to_have_text("Answer from scripted: One two three")
