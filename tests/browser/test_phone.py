"""On a phone."""

from typing import Any

from playwright.async_api import Locator, expect

from tests.browser.visitor import Arrive, Visitor
from tests.support.factory import Factory

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TARGET = 44  # px
INLINE = "p a, .message-text a"  # a link in running text is as high as its line


async def hold(visitor: Visitor, message: Locator) -> None:
    """Hold a finger on a message until it answers."""
    fingers = await visitor.context.new_cdp_session(visitor.page)
    box = await message.locator(".message-text").bounding_box()
    assert box
    point = {"x": box["x"] + 20, "y": box["y"] + 10}
    await fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    await expect(message).to_have_attribute("data-pressed", "")
    await fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


async def small_targets(visitor: Visitor) -> list[str]:
    """What can be touched and is smaller than a fingertip."""
    script = """([least, inline]) => [...document.querySelectorAll("a, button, input:not([type=hidden]), textarea")]
        .filter((each) => each.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
        .filter((each) => !each.matches(inline))
        .map((each) => [each, (each.closest("label") ?? each).getBoundingClientRect()])
        .filter(([, box]) => box.width && box.bottom > 0 && (box.height < least || box.width < least))
        .map(([each, box]) => `${each.outerHTML.slice(0, 120)}: ${box.width} × ${box.height}`)"""
    found: list[str] = await visitor.page.evaluate(script, [TARGET - 0.5, INLINE])
    return found


async def test_the_rooms_are_a_sheet_and_the_composer_is_at_hand(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko", **PHONE)
    tea, coffee = await make.room(name="Tea"), await make.room(name="Coffee")
    for room in (tea, coffee):
        await make.join(room, aiko.actor)
    await aiko.enter(tea)
    await expect(aiko.composer).to_be_in_viewport(ratio=1)
    await expect(aiko.room_link("Coffee")).to_be_hidden()
    await aiko.page.get_by_role("button", name="Rooms").tap()
    await expect(aiko.room_link("Coffee")).to_be_visible()
    await aiko.room_link("Coffee").tap()
    await expect(aiko.room_link("Coffee")).to_be_hidden()
    await expect(aiko.page.locator(".room-title h1")).to_have_text("Coffee")
    assert await aiko.page.evaluate("document.documentElement.scrollWidth") == 390


async def test_holding_a_message_shows_what_one_can_do_with_it(arrive: Arrive, make: Factory) -> None:
    aiko, ben = await arrive("Aiko", **PHONE), await arrive("Ben")
    room = await make.room()
    for person in (aiko, ben):
        await make.join(room, person.actor)
        await person.enter(room)
    await ben.say("Hold me")
    message = aiko.message("Hold me")
    reply = message.get_by_role("button", name="Reply")
    await expect(message).to_be_visible()
    await expect(reply).to_be_hidden()
    await hold(aiko, message)
    await expect(reply).to_be_visible()
    assert await small_targets(aiko) == []
    await aiko.page.touchscreen.tap(195, 300)
    await expect(reply).to_be_hidden()
    await hold(aiko, message)
    await reply.tap()
    await expect(reply).to_be_hidden()
    await aiko.composer.fill("Held")
    await aiko.page.get_by_role("button", name="Send").tap()
    await expect(ben.message("Held").locator(".quote")).to_contain_text("Hold me")


async def test_everything_is_large_enough_for_a_finger(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko", **PHONE)
    room = await make.room()
    await make.join(room, aiko.actor)
    for path in ("/", f"/r/{room.id}", "/settings"):
        await aiko.page.goto(path)
        await expect(aiko.page.locator("h1").first).to_be_visible()
        await expect(aiko.page.locator(".skeleton:visible")).to_have_count(0)
        assert await small_targets(aiko) == [], path
    await aiko.enter(room)
    await aiko.page.get_by_role("button", name="Rooms").tap()
    assert await small_targets(aiko) == []
    stranger = await arrive(**PHONE)
    for path in ("/sign-in", "/sign-up"):
        await stranger.page.goto(path)
        await expect(stranger.page.get_by_role("heading", level=1)).to_be_visible()
        assert await small_targets(stranger) == [], path


async def test_enter_breaks_the_line_on_a_phone(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko", **PHONE)
    room = await make.room()
    await make.join(room, aiko.actor)
    await aiko.enter(room)
    await aiko.composer.fill("one")
    await aiko.composer.press("Enter")
    await expect(aiko.composer).to_have_value("one\n")
    await expect(aiko.page.locator(".message")).to_have_count(0)
