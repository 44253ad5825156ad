"""Titles, addresses that do not exist, and paper."""

from playwright.async_api import expect

from tests.browser.visitor import Arrive, Meet
from tests.support.factory import Factory

NOWHERE = "/no/such/page"


async def test_title_says_page_and_unread_in_the_readers_language(arrive: Arrive, make: Factory) -> None:
    aiko, ben = await arrive("Aiko"), await make.signed_in(name="Ben")
    room = await make.room(name="Tea")
    for actor in (aiko.actor, ben[0]):
        await make.join(room, actor)
    await aiko.page.goto("/settings")
    await expect(aiko.page).to_have_title("Settings · Parley")
    await aiko.page.get_by_label("日本語", exact=True).check()
    await expect(aiko.page).to_have_title("設定 · Parley")
    await make.message(room, ben[0], "Hello")
    await aiko.page.goto("/search")
    await expect(aiko.page).to_have_title("(1) 検索 · Parley")
    await aiko.room_link("Tea").click()
    await expect(aiko.page).to_have_title("Tea · Parley")


async def test_page_has_a_title_before_its_scripts_have_run(arrive: Arrive) -> None:
    stranger = await arrive()
    page = await stranger.page.request.get("/sign-in")
    assert "<title>Parley</title>" in await page.text()
    await stranger.page.goto("/sign-in")
    await expect(stranger.page).to_have_title("Sign in · Parley")


async def test_address_that_does_not_exist_keeps_the_rooms_at_hand(arrive: Arrive, make: Factory) -> None:
    aiko, stranger = await arrive("Aiko"), await arrive()
    await make.join(await make.room(name="Tea"), aiko.actor)
    for visitor in (aiko, stranger):
        visitor.expects("404")
        await visitor.page.goto(NOWHERE)
        await expect(visitor.page).to_have_title("Page not found · Parley")
        await expect(visitor.page.get_by_role("main").get_by_role("link")).to_have_count(1)
    await expect(stranger.page.locator("#sidebar")).to_have_count(0)
    await aiko.room_link("Tea").click()
    await expect(aiko.page.locator(".room-title h1")).to_have_text("Tea")


async def test_room_is_printed_whole_and_without_controls(gather: Meet, make: Factory) -> None:
    room, aiko = await gather("Aiko")
    code = "```\n" + "long " * 100 + "\n```"
    for text in ("First", code, *(f"Message {n}" for n in range(40))):
        await make.message(room, aiko.actor, text)
    await aiko.enter(room)
    page = aiko.page
    await expect(aiko.message("Message 39")).to_be_visible()
    await page.emulate_media(media="print", color_scheme="dark")
    await expect(page.locator(".author").first).to_be_visible()  # as all that one opens by a press
    for hidden in (aiko.composer, page.locator("#sidebar"), page.get_by_role("button", name="Room details")):
        await expect(hidden).to_be_hidden()
    sizes = "feed => [feed.scrollHeight - feed.clientHeight, document.documentElement.scrollWidth - innerWidth]"
    assert await aiko.feed.evaluate(sizes) == [0, 0]
    assert await page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    code_box = "pre => pre.scrollWidth - pre.clientWidth"
    assert await page.locator("pre").first.evaluate(code_box) == 0
