"""On a phone."""

from itertools import pairwise
from typing import Any

from playwright.async_api import Locator, expect

from chat_app.ui.theme import DARK, LIGHT
from tests.browser.looks import boxes
from tests.browser.visitor import Arrive, Visitor
from tests.support.factory import Factory

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TARGET = 44  # px
LONG = "\n\n".join(f"Paragraph {number} of a long answer that goes on." for number in range(40))
LONG_NAME = "Maximiliana Wolkenstein von und zu Hohenschwangau"[:48]
INLINE = "p a, .message-text a, .message-head .author"  # what stands in a line of text is as high as its line


async def hold(visitor: Visitor, message: Locator) -> None:
    """Press long on the last text of a message, until the menu opens."""
    fingers = await visitor.context.new_cdp_session(visitor.page)
    words = message.locator(".message-text :is(p, .plain)").last
    await words.scroll_into_view_if_needed()
    box = await words.bounding_box()
    assert box
    point = {"x": box["x"] + 20, "y": box["y"] + 10}
    await fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    await expect(message).to_have_attribute("data-pressed", "held")
    await fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


async def small_targets(visitor: Visitor) -> list[str]:
    """Controls that are smaller than a fingertip."""
    script = """([least, inline]) => [...document.querySelectorAll("a, button, input:not([type=hidden]), textarea")]
        .filter((each) => each.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
        .filter((each) => !each.matches(inline))
        .map((each) => [each, (each.closest("label") ?? each).getBoundingClientRect()])
        .filter(([, box]) => box.width && box.bottom > 0 && (box.height < least || box.width < least))
        .map(([each, box]) => `${each.outerHTML.slice(0, 120)}: ${box.width} × ${box.height}`)"""
    found: list[str] = await visitor.page.evaluate(script, [TARGET - 0.5, INLINE])
    return found


async def test_the_rooms_are_a_sheet_and_in_the_composer_at_hand_enter_breaks_the_line(
    arrive: Arrive, make: Factory
) -> None:
    aiko = await arrive("Aiko", **PHONE)
    tea, coffee = await make.room(name="Tea"), await make.room(name="Coffee")
    for room in (tea, coffee):
        await make.join(room, aiko.actor)
    await aiko.enter(tea)
    await expect(aiko.composer).to_be_in_viewport(ratio=1)
    await aiko.composer.fill("one")
    await aiko.composer.press("Enter")
    await expect(aiko.composer).to_have_value("one\n")
    await expect(aiko.page.locator(".message")).to_have_count(0)
    await expect(aiko.room_link("Coffee")).to_be_hidden()
    await aiko.page.get_by_role("button", name="Rooms").tap()
    await expect(aiko.room_link("Coffee")).to_be_visible()
    await aiko.room_link("Coffee").tap()
    await expect(aiko.room_link("Coffee")).to_be_hidden()
    await expect(aiko.page.locator(".room-title h1")).to_have_text("Coffee")
    details = aiko.page.get_by_role("button", name="Room details")
    await details.tap()
    await aiko.page.locator("#drawer [data-opens=ai-context]").tap()
    await expect(aiko.page.locator("#ai-context")).to_be_visible()
    await aiko.page.keyboard.press("Escape")
    await expect(details).to_be_focused()  # the drawer has closed, and with it the button that opened the dialog
    assert await aiko.page.evaluate("document.documentElement.scrollWidth") == 390


async def test_holding_a_message_shows_what_one_can_do_with_it(arrive: Arrive, make: Factory) -> None:
    aiko, ben = await arrive("Aiko", **PHONE), await make.actor(name="Ben")
    room = await make.room()
    for actor in (aiko.actor, ben):
        await make.join(room, actor)
    await make.message(room, ben, "Hold me")
    await aiko.enter(room)
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
    await expect(aiko.message("Held").locator(".quote")).to_contain_text("Hold me")


async def test_the_actions_of_a_long_answer_are_where_one_looks(arrive: Arrive, make: Factory) -> None:
    room = await make.room()
    await make.message(room, None, LONG, status="complete", model="scripted")
    aiko, ben = await arrive("Aiko", **PHONE), await arrive("Ben")
    for person in (aiko, ben):
        await make.join(room, person.actor)
        await person.enter(room)
    answer = aiko.page.locator(".message.answer")
    await hold(aiko, answer)
    assert await actions_in_view(aiko, answer)
    await ben.answers.locator("p").last.hover()
    assert await actions_in_view(ben, ben.answers)
    await ben.answers.get_by_text("Paragraph 15").hover()
    assert await actions_in_view(ben, ben.answers)


async def actions_in_view(visitor: Visitor, message: Locator) -> bool:
    """Whether all actions of a message are inside the list as it is scrolled."""
    reply = message.get_by_role("button", name="Reply")
    await expect(reply).to_be_visible()
    bar, feed = await boxes(message.locator(".message-actions"), visitor.feed)
    return bool(feed["y"] <= bar["y"] and bar["y"] + bar["height"] <= feed["y"] + feed["height"])


async def test_a_tap_shows_the_actions_too_and_then_text_can_be_selected(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko", **PHONE)
    room = await make.room()
    await make.join(room, aiko.actor)
    await make.message(room, None, "Plain words, and [a link](#here).\n\n```\ncode\n```", status="complete")
    await aiko.enter(room)
    answer = aiko.page.locator(".message.answer")
    copy = answer.locator(".message-actions").get_by_role("button", name="Copy")
    selectable = "message => getComputedStyle(message).userSelect"
    assert await answer.evaluate(selectable) == "none"
    await answer.locator("pre").tap()
    await expect(copy).to_be_hidden()
    await answer.get_by_text("Plain words").tap(position={"x": 10, "y": 10})
    await expect(copy).to_be_visible()
    assert await answer.evaluate(selectable) == "auto"
    await answer.get_by_text("Plain words").tap(position={"x": 10, "y": 10})
    await expect(copy).to_be_hidden()


async def test_a_long_name_takes_one_line_and_a_table_scrolls_rather_than_break_its_words(
    arrive: Arrive, make: Factory
) -> None:
    aiko = await arrive(LONG_NAME, **PHONE)
    room = await make.room(name="Wolkenstein" * 7)
    await make.join(room, aiko.actor)
    asker = aiko.actor.user_id
    await make.message(room, aiko.actor, "| Setting | What it does |\n|---|---|\n| `PARLEY_SECRET_KEY` | It signs |")
    await make.message(room, None, "An answer", status="complete", model="scripted", asked_by_id=asker)
    await aiko.enter(room)
    await expect(aiko.page.locator("td code")).to_be_visible()
    for head in await aiko.page.locator(".message-head").all():
        box = await head.bounding_box()
        assert box
        assert box["height"] < 30
        await expect(head.locator("time")).to_be_in_viewport(ratio=1)
    assert await aiko.page.evaluate("document.documentElement.scrollWidth") == 390
    assert await aiko.page.locator("td code").evaluate("element => element.getClientRects().length") == 1
    await aiko.page.goto("/search?q=Wolkenstein")
    await expect(aiko.page.locator(".result", has_text="Wolkenstein" * 7)).to_be_visible()
    assert await aiko.page.locator(".scrolls").evaluate("(page) => page.scrollWidth") == 390


async def test_all_is_large_enough_for_a_finger_and_no_field_zooms_or_calls_the_keyboard(
    arrive: Arrive, make: Factory
) -> None:
    aiko = await arrive("Aiko", color_scheme="dark", **PHONE)
    room = await make.room()
    await make.join(room, aiko.actor)
    bar = aiko.page.locator("meta[name='theme-color']").first
    for path in ("/", "/people", "/search", "/groups", "/prompts", "/prompts?prompt=new", "/settings", f"/r/{room.id}"):
        await aiko.page.goto(path)
        await expect(aiko.page.locator("h1").first).to_be_visible()
        await expect(aiko.page.locator(".skeleton:visible")).to_have_count(0)
        assert await small_targets(aiko) == [], path
        fields = aiko.page.locator("input:not([type=radio], [type=checkbox], [type=file], [type=hidden]), textarea")
        sizes = await fields.evaluate_all("all => all.map((each) => parseFloat(getComputedStyle(each).fontSize))")
        assert min(sizes, default=16) >= 16, path
        assert await aiko.page.locator(":is(input, textarea):focus").count() == 0, path
        await expect(bar).to_have_attribute("content", DARK["paper"])
    edges = await aiko.page.locator(".composer-line button").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect()).map(({ left, right }) => [left, right])"
    )
    assert all(right <= left for (_, right), (left, _) in pairwise(edges)), edges
    await aiko.page.get_by_role("button", name="Rooms").tap()
    assert await small_targets(aiko) == []
    await aiko.page.get_by_role("button", name="Account").tap()
    await aiko.page.get_by_role("menuitem", name="Settings").tap()
    await aiko.page.get_by_label("Light", exact=True).check()
    await expect(bar).to_have_attribute("content", LIGHT["paper"])
    stranger = await arrive(**PHONE)
    await stranger.page.goto("/sign-in")
    await expect(stranger.page.get_by_role("heading", level=1)).to_be_visible()
    assert await small_targets(stranger) == []
    await stranger.page.get_by_role("link", name="Create account").tap()
    await expect(stranger.page.locator("#field-username")).to_be_visible()
    assert await small_targets(stranger) == []


async def test_actions_cover_no_name_and_toasts_not_the_composer(arrive: Arrive, make: Factory) -> None:
    aiko, ben = await arrive("Aiko", **PHONE), await make.signed_in(name=LONG_NAME)
    room = await make.room()
    for actor in (aiko.actor, ben[0]):
        await make.join(room, actor)
    for actor in (aiko.actor, aiko.actor, ben[0], aiko.actor):
        await make.message(room, actor, "Short")
    await aiko.enter(room)
    for message in await aiko.page.locator(".message").all():
        await hold(aiko, message)
        names = await aiko.page.locator(".message-head .author").all()
        bar, *rest = await boxes(message.locator(".message-actions"), *names)
        for box in rest:
            assert box["y"] + box["height"] <= bar["y"] + 4 or bar["y"] + bar["height"] <= box["y"] + 4
    await message.get_by_role("button", name="Copy text").tap()
    toast, composer = await boxes(aiko.page.locator(".toast"), aiko.composer)
    assert toast["y"] + toast["height"] < composer["y"]
