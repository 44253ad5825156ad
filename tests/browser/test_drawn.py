"""The contents of dialogs, menus and room details are rendered when they first open, and stay."""

from playwright.async_api import expect

from tests.browser.visitor import Meet, Visitor

UNTOLD = """addEventListener("beforetoggle", (event) => {
  if (event.target.localName === "dialog") event.stopImmediatePropagation();
}, true)"""
"""A script for what not every browser tells: that a dialog is about to open."""

HOLDING = """[...document.querySelectorAll("dialog, .menu, #drawer")].filter(({ children }) => children.length)
.map(({ id }) => id).sort()"""
"""The ids of what floats and holds something."""


async def holding(visitor: Visitor) -> list[str]:
    held: list[str] = await visitor.page.evaluate(HOLDING)
    return held


async def test_closed_dialogs_and_menus_hold_nothing_until_they_are_opened(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    page = aiko.page
    await page.evaluate(UNTOLD)
    few = ["palette", "picture-viewer"]
    assert await holding(aiko) == few
    await page.locator("[popovertarget=drawer]").first.click()
    await page.locator("#drawer").get_by_role("button", name="Name and description").click()
    dialog = page.get_by_role("dialog", name="Name and description")
    name = dialog.get_by_label("Name", exact=True)
    await expect(name).to_be_focused()
    assert await holding(aiko) == ["describe", "drawer", *few]
    await name.fill("Half a na")
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await page.locator("#drawer").get_by_role("button", name="Name and description").click()
    await expect(name).to_have_value("Half a na")
    await page.keyboard.press("Escape")
    await page.locator("button.account").click()
    await expect(page.get_by_role("menuitem", name="Settings")).to_be_focused()
    assert await holding(aiko) == ["account-menu", "describe", "drawer", *few]
