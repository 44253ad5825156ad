"""A page that is still starting: every visible control works."""

from playwright.async_api import expect

from tests.browser.visitor import Arrive, Meet
from tests.support.factory import Factory

SLOW = """{
    const post = MessagePort.prototype.postMessage;
    MessagePort.prototype.postMessage = function (...message) { setTimeout(() => post.apply(this, message), 150); };
}"""
"""A device on which what React leaves for later (by a message to itself) comes late."""


async def test_text_typed_at_first_paint_is_kept(gather: Meet) -> None:
    room, aiko = await gather("Aiko")
    await aiko.page.add_init_script(SLOW)
    for path in ("/", f"/r/{room.id}"):
        await aiko.page.goto(path, wait_until="commit")
        await aiko.page.wait_for_function("() => document.activeElement?.id === 'composer-input'")
        await aiko.page.keyboard.type("Hello there")
        await expect(aiko.composer).to_have_value("Hello there")


TYPED_AT_ONCE = """
addEventListener("focusin", ({ target }) => queueMicrotask(() => {
  if (target.type !== "search") return;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(target, "at once");
  target.dispatchEvent(new Event("input", { bubbles: true }));
}), { once: true });
"""
"""Write into the field as soon as it has the focus: before React runs the page's effects."""


async def test_text_typed_while_the_page_is_still_starting_stays(arrive: Arrive) -> None:
    aiko = await arrive("Aiko")
    await aiko.page.add_init_script(TYPED_AT_ONCE)
    for path, words in (("/people", "No people found."), ("/search", "No results")):
        await aiko.page.goto(path)
        await expect(aiko.page.get_by_text(words)).to_be_visible()
        await expect(aiko.page.get_by_role("searchbox")).to_have_value("at once")


async def test_keys_are_heard_as_soon_as_the_sidebar_stands(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    await make.join(await make.room(name="Tea"), aiko.actor)
    await aiko.page.add_init_script(SLOW)
    await aiko.page.goto("/", wait_until="commit")
    await aiko.page.wait_for_function("() => document.querySelector('.room-link')")
    await aiko.page.keyboard.press("Control+k")
    await expect(aiko.page.locator("#palette").get_by_role("option", name="Tea")).to_be_visible()
