"""Two people talk."""

from playwright.async_api import expect

from tests.browser.looks import boxes
from tests.browser.visitor import Arrive, Meet
from tests.support.factory import Factory
from tests.vendor.server import ScriptedVendor

SKELETONS = """() => {
  window.skeletons = 0;
  const seen = () => document.querySelectorAll(".message-loading, .room-title.loading").length;
  const count = () => { window.skeletons += seen(); };
  new MutationObserver(count).observe(document.body, { childList: true, subtree: true });
}"""


async def test_others_see_who_is_typing_and_what_at_once(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await aiko.composer.press_sequentially("Good")
    await expect(ben.page.get_by_text("Aiko is typing…")).to_be_visible()
    await expect(aiko.page.get_by_text("Aiko is typing…")).to_have_count(0)
    await aiko.say("Good morning")
    await expect(ben.message("Good morning")).to_be_visible()
    await expect(ben.page.get_by_text("Aiko is typing…")).to_have_count(0)
    await ben.say("Hello **Aiko**")
    await expect(aiko.message("Hello Aiko").locator("strong")).to_have_text("Aiko")


async def test_a_message_is_shown_at_once_and_sent_when_the_network_is_back(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    aiko.expects("ERR_", "WebSocket")
    await aiko.context.set_offline(True)
    await aiko.say("On **its** way")
    await expect(aiko.message("way")).to_have_class("message head sending")
    await expect(aiko.page.get_by_text("Connection lost.")).to_be_visible()
    await aiko.context.set_offline(False)
    for person in (aiko, ben):
        await expect(person.message("way").locator("strong")).to_have_text("its")
        await expect(person.page.locator(".message")).to_have_count(1)
    await expect(aiko.message("way")).to_have_class("message head")
    await expect(aiko.page.get_by_text("Connection lost.")).to_have_count(0)


async def test_double_enter_and_double_click_post_once_and_shift_enter_breaks_the_line(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben", apart=["Ben"])
    await aiko.composer.fill("Only once")
    await aiko.composer.press("Enter")
    await aiko.composer.press("Enter")
    await aiko.composer.fill("Once more")
    await aiko.page.get_by_role("button", name="Send").dblclick()
    await aiko.composer.fill("first")
    await aiko.composer.press("Shift+Enter")
    await aiko.composer.press_sequentially("second")
    await aiko.composer.press("Enter")
    await ben.reads("Only once", "Once more", "first\nsecond")


async def test_own_messages_are_edited_and_deleted_for_all(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await aiko.say("Teh plan")
    await expect(aiko.message("Teh plan")).to_have_class("message head")
    await expect(ben.message("Teh plan")).to_be_visible()
    await aiko.composer.press("ArrowUp")
    await expect(aiko.composer).to_have_value("Teh plan")
    await expect(aiko.message("Teh plan")).to_contain_class("editing")
    await aiko.say("The plan")
    for person in (aiko, ben):
        await expect(person.message("The plan").locator(".message-head")).to_contain_text("edited")
        await expect(person.message("Teh plan")).to_have_count(0)
    await expect(aiko.page.locator(".message.editing")).to_have_count(0)
    await expect(aiko.composer).to_have_value("")

    await aiko.composer.fill("A draft")
    await aiko.act(aiko.message("The plan"), "Edit")
    await expect(aiko.composer).to_have_value("The plan")
    await aiko.composer.press("Escape")
    await expect(aiko.composer).to_have_value("A draft")

    await aiko.composer.fill("")
    await aiko.composer.evaluate(
        """(composer) => {
            composer.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true }));
            document.execCommand("insertText", false, " and");
        }"""
    )
    await aiko.page.evaluate("() => new Promise((seen) => requestAnimationFrame(() => setTimeout(seen)))")
    await aiko.page.keyboard.type(" more")
    await expect(aiko.composer).to_have_value("The plan and more")  # typed at once, it is appended
    await aiko.composer.press("Escape")

    await aiko.act(aiko.message("The plan"), "Delete")
    await aiko.page.locator("#delete-message").get_by_role("button", name="Delete").click()
    await expect(ben.page.locator(".tombstone")).to_have_text("This message was deleted.")
    await expect(ben.message("The plan")).to_have_count(0)
    await expect(aiko.page.locator("#delete-message")).to_be_hidden()


async def test_a_first_message_stands_at_once_where_it_will_be(arrive: Arrive, vendor: ScriptedVendor) -> None:
    aiko = await arrive("Aiko")
    aiko.expects("ERR_", "WebSocket")
    await aiko.page.goto("/")
    await expect(aiko.page.get_by_text("What’s on your mind, Aiko?")).to_be_visible()
    await aiko.page.evaluate(SKELETONS)
    await aiko.context.set_offline(True)
    await aiko.say("How do tides work? [[hold 2]]")
    own, title = aiko.message("How do tides work?").first, aiko.page.locator(".room-title h1")
    await expect(own).to_have_class("message head sending")
    await expect(aiko.page.get_by_text("Thinking…")).to_be_visible()
    await expect(aiko.composer).to_have_value("")
    await expect(aiko.composer).to_be_focused()
    place = await boxes(own)
    await aiko.composer.fill("And why twice?")
    await aiko.context.set_offline(False)
    await aiko.page.wait_for_url("**/r/*")
    await expect(aiko.answer_text).to_have_text("quiet rivers")
    await expect(own).to_have_class("message head")
    await expect(title).to_contain_text("How do tides work?")
    assert await boxes(own) == place
    await expect(aiko.composer).to_have_value("And why twice?")
    await expect(aiko.composer).to_be_focused()
    assert await aiko.page.evaluate("skeletons") == 0
    await expect(aiko.page.locator(".message")).to_have_count(2)
    vendor.release()


async def test_drafts_are_kept_for_each_room(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    rooms = [await make.room(name=name) for name in ("Tea", "Coffee")]
    for room in rooms:
        await make.join(room, aiko.actor)
    await aiko.enter(rooms[0])
    await aiko.composer.fill("about tea")
    await aiko.room_link("Coffee").click()
    await expect(aiko.composer).to_have_value("")
    await aiko.composer.fill("about coffee")
    await aiko.room_link("Tea").click()
    await expect(aiko.composer).to_have_value("about tea")
    await aiko.page.reload()
    await expect(aiko.composer).to_have_value("about tea")
    await aiko.room_link("Coffee").click()
    await expect(aiko.composer).to_have_value("about coffee")


async def test_a_long_message_is_counted_and_held_back(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    await aiko.composer.fill("x" * 7990)
    await expect(aiko.page.get_by_text("10 left")).to_be_visible()
    await aiko.composer.fill("x" * 8001)
    await expect(aiko.page.get_by_text("1 over the limit")).to_be_visible()
    await aiko.composer.press("Enter")
    await expect(aiko.page.get_by_role("alert").filter(has_text="longer than 8000")).to_be_visible()
    await expect(aiko.composer).to_have_value("x" * 8001)
