"""More people, and more rooms, than a tab receives when it arrives."""

from playwright.async_api import expect

from chat_app.core.rooms.kinds.lines import LineKind
from chat_app.core.rooms.lines.writing import write_line
from chat_app.core.rooms.tables import Room
from tests.browser.visitor import Arrive, Meet
from tests.support.factory import Factory
from tests.support.gate import Gate
from tests.support.site import Site

MANY = 60


async def test_everybody_in_a_large_room_can_be_found(gather: Meet, make: Factory) -> None:
    room, aiko = await gather("Aiko")
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


async def test_every_one_of_many_rooms_can_be_found(arrive: Arrive, make: Factory) -> None:
    aiko, ben = await arrive("Aiko"), await make.actor()
    places = await make.rooms(aiko.actor, MANY)
    await make.join(places[49], ben)
    await make.message(places[49], ben)
    page, links = aiko.page, aiko.page.locator(".room-link")
    await page.goto("/")
    await expect(aiko.room_link("Place 50").locator(".badge")).to_contain_text("1")
    assert await links.count() < MANY
    await expect(aiko.room_link(f"Place {MANY}")).to_have_count(0)
    await page.keyboard.press("ControlOrMeta+k")
    await page.locator("#palette").get_by_role("combobox").fill(f"Place {MANY}")
    await expect(page.locator("#palette").get_by_role("option")).to_have_count(
        2
    )  # the room, and messages with its name
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{aiko.site.url}/r/{places[-1].id}")
    await expect(links).to_have_count(MANY)
    await page.reload()
    await expect(aiko.room_link(f"Place {MANY}")).to_have_attribute("aria-current", "page")
    assert await links.count() < MANY
    every = page.get_by_role("button", name="Show all rooms")
    await every.press("Enter")
    await expect(links).to_have_count(MANY)
    await expect(every).to_have_count(0)
    await aiko.room_link("Place 59").click()
    await expect(aiko.room_link("Place 59")).to_have_attribute("aria-current", "page")
    await expect(links).to_have_count(MANY)


async def test_enter_takes_the_room_that_came_after_the_search(arrive: Arrive, make: Factory, site: Site) -> None:
    async with Gate(site.port) as gate:
        aiko = await arrive("Aiko", base_url=gate.url)
        aiko.expects("WebSocket connection", "ERR_")  # the gate closes before the page
        places = await make.rooms(aiko.actor, MANY)
        page = aiko.page
        options = page.locator("#palette").get_by_role("option")
        await page.goto("/")
        await expect(aiko.room_link("Place 1").first).to_be_visible()
        gate.stall()
        await page.keyboard.press("Control+k")
        await page.locator("#palette input").fill(f"Place {MANY}")
        await expect(options).to_have_count(1)  # to search for messages
        await expect(options).to_have_attribute("aria-selected", "true")
        gate.mend()
        await expect(options).to_have_count(2)
        await expect(options.first).to_have_attribute("aria-selected", "true")
        await page.keyboard.press("Enter")
        await expect(page).to_have_url(f"{gate.url}/r/{places[-1].id}")


async def test_messages_before_many_joins_are_shown(gather: Meet, make: Factory) -> None:
    room, aiko = await gather("Aiko")
    await make.message(room, aiko.actor, "Before the crowd")
    async with make.work.begin() as ctx:
        held = await ctx.db.get_one(Room, room.id)
        for _ in range(2 * MANY):  # more than a page
            await write_line(ctx, held, LineKind.JOINED, aiko.actor.person)
    await aiko.enter(room)
    await expect(aiko.page.locator(".room-line")).to_contain_text(f"{2 * MANY - 2} others joined")
    await expect(aiko.message("Before the crowd")).to_be_in_viewport()
