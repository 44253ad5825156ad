"""Reading: new messages, the last position, and old messages."""

from importlib.resources import files

import pytest
from playwright.async_api import Locator, expect

from chat_app.core.access.permissions import Role
from chat_app.core.rooms.tables import Room
from tests.browser.looks import DESKTOP, NARROW
from tests.browser.remote import CallIn
from tests.browser.test_sidebar import has_read
from tests.browser.visitor import Arrive, Visitor
from tests.support.factory import Factory
from tests.support.waiting import until


async def filled(make: Factory, reader: Visitor, messages: int = 120, **fields: object) -> Room:
    """A room that the reader has read to its end."""
    author = await make.actor()
    room = await make.room(**fields)
    await make.messages(room, author, [f"Line {n}. " + "A few more words. " * (n % 7) for n in range(messages)])
    await make.join(room, reader.actor, last_read_seq=messages)
    return room


async def top_of(row: Locator) -> float:
    box = await row.bounding_box()
    assert box
    return box["y"]


async def test_unread_messages_are_counted_and_bring_their_room_up(
    arrive: Arrive, call_in: CallIn, make: Factory
) -> None:
    aiko, ben = await arrive("Aiko"), await call_in("Ben")
    tea, coffee = await make.room(name="Tea"), await make.room(name="Coffee")
    for room in (tea, coffee):
        for person in (aiko, ben):
            await make.join(room, person.actor)
    await aiko.enter(coffee)
    names = aiko.page.locator(".room-link .truncate")
    await ben.api.post(f"/rooms/{coffee.id}/messages", json={"text": "First coffee"})
    await expect(names).to_have_text(["Coffee", "Tea"])
    for text in ("Green?", "Or black?"):
        await ben.api.post(f"/rooms/{tea.id}/messages", json={"text": text})
    await expect(names).to_have_text(["Tea", "Coffee"])
    await expect(aiko.room_link("Tea").locator(".badge")).to_contain_text("2")
    await aiko.room_link("Tea").click()
    await expect(aiko.room_link("Tea").locator(".badge")).to_have_count(0)
    await expect(aiko.page.locator(".fresh")).to_have_text("New")
    await expect(aiko.page.locator(".fresh + .message")).to_contain_text("Green?")
    await until(lambda: has_read(aiko, tea))


async def test_reading_in_one_tab_counts_in_the_other(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    room, other = await make.room(name="Tea"), await make.room(name="Coffee")
    await make.join(other, aiko.actor)
    await make.join(room, aiko.actor)
    await make.message(room, await make.actor(), "Anybody?")
    await aiko.enter(other)
    await expect(aiko.room_link("Tea").locator(".badge")).to_contain_text("1")
    second = await aiko.new_page()
    await second.goto(f"/r/{room.id}")
    await expect(second.get_by_text("Anybody?")).to_be_visible()
    await expect(aiko.room_link("Tea").locator(".badge")).to_have_count(0)


async def test_history_loads_upward_and_nothing_moves(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    await aiko.enter(await filled(make, aiko))
    await expect(aiko.message("Line 119.")).to_be_in_viewport()
    anchor = aiko.message("Line 75.")
    await anchor.evaluate("row => row.scrollIntoView({ block: 'center' })")
    before = await top_of(anchor)
    await expect(aiko.message("Line 30.")).to_be_attached()
    assert abs(await top_of(anchor) - before) < 2
    await aiko.message("Line 30.").evaluate("row => row.scrollIntoView({ block: 'center' })")
    before = await top_of(aiko.message("Line 30."))
    await expect(aiko.message("Line 0.")).to_be_attached()
    assert abs(await top_of(aiko.message("Line 30.")) - before) < 2
    await expect(aiko.page.locator(".message")).to_have_count(120)
    await expect(aiko.page.locator(".feed-beginning")).to_be_attached()


async def test_a_new_message_is_in_view_at_the_end_and_elsewhere_moves_nothing(
    arrive: Arrive, call_in: CallIn, make: Factory
) -> None:
    aiko, ben = await arrive("Aiko"), await call_in("Ben")
    room = await filled(make, aiko)
    await make.join(room, ben.actor)
    await aiko.enter(room)
    await ben.enter(room)
    await ben.say("line\n" * 30 + "the end")
    await expect(aiko.message("the end").get_by_text("the end")).to_be_in_viewport()
    anchor = aiko.message("Line 90.")
    await aiko.scroll_to(anchor)
    before = await top_of(anchor)
    await ben.say("Something new")
    await expect(aiko.message("Something new")).to_be_attached()
    assert abs(await top_of(anchor) - before) < 2
    await aiko.page.get_by_role("button", name="New messages").click()
    await expect(aiko.message("Something new")).to_be_in_viewport()
    await expect(aiko.page.locator(".to-latest")).to_have_count(0)
    await anchor.evaluate("row => row.scrollIntoView({ block: 'center' })")
    assert abs(await top_of(anchor) - before) < 2
    await expect(aiko.page.get_by_role("button", name="Jump to latest")).to_be_visible()


LATE = ("- x\n" * 300, "$$x^2$$\n\n```mermaid\ngraph TD; A-->B\n```")
"""The elements that are drawn, or folded, some time after the page."""
FROM_END = "box => box.scrollHeight - box.scrollTop - box.clientHeight"


@pytest.mark.parametrize("late", [(), LATE], ids=["plain", "late"])
async def test_room_opens_at_its_end_however_late_its_texts_are_drawn(
    arrive: Arrive, make: Factory, late: tuple[str, ...]
) -> None:
    aiko = await arrive("Aiko")
    room, author = await make.room(), await make.actor()
    await make.messages(room, author, [*late, *(f"Line {n}" for n in range(25))])
    demo = files("chat_app.adapters.llm.demo").joinpath("en.md").read_text()
    await make.message(room, None, demo[:1800], model="compatible/scripted", status="complete")
    await make.join(room, aiko.actor, last_read_seq=26 + len(late))
    for size in (NARROW.size, DESKTOP.size):  # the second time with all that a reload keeps
        await aiko.page.set_viewport_size({"width": size[0], "height": size[1]})
        await aiko.enter(room)
        await expect(aiko.answer_text.locator("code").first).to_be_attached()
        await expect(aiko.page.locator(".diagram img")).to_have_count(len(late) // 2)
        assert await aiko.feed.evaluate(FROM_END) < 2
        await expect(aiko.page.get_by_role("button", name="Jump to latest")).to_have_count(0)


async def test_each_room_keeps_its_place(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    tea, coffee = await filled(make, aiko, name="Tea"), await filled(make, aiko, name="Coffee")
    await aiko.enter(tea)
    anchor = aiko.message("Line 95.")
    await aiko.scroll_to(anchor)
    before = await top_of(anchor)
    await aiko.room_link(coffee.name).click()
    await expect(aiko.page.locator(".room-title h1")).to_have_text("Coffee")
    await expect(aiko.message("Line 119.")).to_be_in_viewport()
    await aiko.room_link(tea.name).click()
    await expect(aiko.page.locator(".room-title h1")).to_have_text("Tea")
    await expect(anchor).to_be_in_viewport()
    assert abs(await top_of(anchor) - before) < 2


async def test_returning_to_very_top_offers_jump_to_latest(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    tea, coffee = await filled(make, aiko, 40, name="Tea"), await filled(make, aiko, 1, name="Coffee")
    await aiko.enter(tea)
    await aiko.feed.evaluate("box => box.scrollTo(0, 0)")
    latest = aiko.page.locator(".to-latest")
    await expect(latest).to_be_visible()
    await aiko.room_link(coffee.name).click()
    await expect(latest).to_be_hidden()
    await aiko.room_link(tea.name).click()
    await expect(latest).to_be_visible()


async def test_a_long_absence_is_caught_up_with_at_the_line_of_new_messages(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    room, busy, ben = await filled(make, aiko), await make.room({Role.MASTER: aiko.actor}), await make.actor()
    await make.messages(room, ben, [f"Missed {n}" for n in range(30)])
    await make.messages(busy, ben, [f"Unread {n}" for n in range(60)])
    await aiko.enter(busy)  # of whose messages the first page is all new, so that it stands at its very top
    await expect(aiko.message("Unread 0")).to_have_count(1)
    await aiko.enter(room)
    await expect(aiko.page.locator(".fresh")).to_be_in_viewport()
    await expect(aiko.page.locator(".fresh + .message")).to_contain_text("Missed 0")
    await expect(aiko.message("Missed 29")).not_to_be_in_viewport()
