"""Long messages, expensive messages and long rooms: the page stays small."""

from playwright.async_api import Locator, expect

from tests.browser.test_reading import filled, top_of
from tests.browser.visitor import Arrive, Meet
from tests.support.factory import Factory
from tests.support.hostile import HOSTILE
from tests.support.waiting import until

DEPTH = """feed => {
  const depth = (element) => 1 + Math.max(0, ...[...element.children].map(depth));
  return depth(feed);
}"""


async def elements(feed: Locator) -> int:
    return await feed.locator("*").count()


async def test_a_room_full_of_hostile_messages_holds_few_elements(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    room = await make.room()
    author = await make.actor()
    await make.messages(room, author, [*HOSTILE.values(), "The **end**"])
    await make.join(room, aiko.actor, last_read_seq=len(HOSTILE) + 1)
    await aiko.enter(room)
    await expect(aiko.message("The end").locator("strong")).to_be_in_viewport()
    for _ in range(3):
        await aiko.feed.evaluate("box => box.scrollTo(0, 0)")
        await aiko.composer.press_sequentially("Still here. ")
    await expect(aiko.page.locator(".message")).to_have_count(len(HOSTILE) + 1)
    await expect(aiko.composer).to_have_value("Still here. " * 3)
    assert await elements(aiko.feed) < 20_000
    assert await aiko.feed.evaluate(DEPTH) < 60


async def test_a_long_message_is_folded_and_nothing_moves_when_it_is_opened(gather: Meet, make: Factory) -> None:
    room, aiko, ben = await gather("Aiko", "Ben", apart=["Ben"])
    lines = [f"Line {n} of many." for n in range(100)]
    await make.messages(room, ben.actor, ["\n".join([*lines, "[The end](https://example.org)"]), "Short"])
    await aiko.enter(room)
    long, short = aiko.message("Line 0 of many."), aiko.message("Short")
    show = long.get_by_role("button", name="Show all")
    await expect(show).to_have_attribute("aria-expanded", "false")
    await expect(short.locator(".unfold")).to_have_count(0)
    end = long.get_by_role("link", name="The end")
    await expect(end).not_to_be_in_viewport()
    await show.scroll_into_view_if_needed()
    before = await top_of(long)
    await show.press("Enter")
    less = long.get_by_role("button", name="Show less")
    await expect(less).to_have_attribute("aria-expanded", "true")
    assert abs(await top_of(long) - before) < 2
    await ben.api.post(f"/rooms/{room.id}/messages", json={"text": "One more"})
    await expect(aiko.message("One more")).to_be_attached()
    await expect(less).to_be_attached()
    await less.scroll_into_view_if_needed()
    before = await top_of(less)
    await less.click()
    await expect(show).to_be_focused()
    assert abs(await top_of(show) - before) < 2
    await end.focus()
    await expect(less).to_be_attached()
    await expect(end).to_be_in_viewport()


async def test_rows_far_from_the_view_leave_and_come_back(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    tea = await filled(make, aiko, 300, name="Tea")
    await filled(make, aiko, 1, name="Coffee")
    await aiko.enter(tea)
    rows = aiko.page.locator(".message")

    async def read_until(line: str, top: str) -> None:
        async def there() -> bool:
            await aiko.feed.evaluate(f"box => box.scrollTo(0, {top})")
            assert await rows.count() <= 250
            return await aiko.message(line).count() == 1

        await until(there, 40)
        await aiko.feed.evaluate(f"box => box.scrollTo(0, {top})")
        await expect(aiko.message(line)).to_be_in_viewport()

    await read_until("Line 0.", "0")
    await until(lambda: _at_most(rows, 200))
    await expect(aiko.message("Line 299.")).to_have_count(0)
    anchor = aiko.message("Line 60.")
    await aiko.scroll_to(anchor)
    before = await top_of(anchor)
    await aiko.room_link("Coffee").click()
    await expect(aiko.page.locator(".room-title h1")).to_have_text("Coffee")
    await expect(aiko.message("Line 0.")).to_be_in_viewport()
    await aiko.room_link("Tea").click()
    await expect(anchor).to_be_in_viewport()
    assert abs(await top_of(anchor) - before) < 2
    await read_until("Line 299.", "box.scrollHeight")
    await until(lambda: _at_most(rows, 200))
    await expect(aiko.page.locator(".to-latest")).to_have_count(0)
    await aiko.say("And now?")
    await expect(aiko.message("And now?")).to_be_in_viewport()


async def _at_most(rows: Locator, most: int) -> bool:
    return await rows.count() <= most
