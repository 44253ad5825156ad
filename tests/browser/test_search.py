"""Finding messages, and showing them in their place."""

import re

from playwright.async_api import expect

from chat_app.core.ai.asking.commands import post_message
from chat_app.core.messages.marks.commands import star_message
from chat_app.core.rooms.tables import Room
from tests.browser.remote import CallIn
from tests.browser.test_reading import filled
from tests.browser.visitor import REMEMBER_FOUND, Arrive, Meet, Visitor
from tests.support.factory import Factory


async def long_ago(make: Factory, aiko: Visitor, text: str, since: int = 300) -> Room:
    """A room in which this was said, and much since."""
    room = await make.room(name="Tea")
    await make.join(room, aiko.actor)
    await make.messages(room, aiko.actor, [f"Before {n}." for n in range(60)])
    async with make.work.begin(aiko.actor) as ctx:
        await post_message(ctx, room.id, text)
    await make.messages(room, aiko.actor, [f"Since {n}." for n in range(since)])
    return room


async def test_a_message_is_found_and_shown_among_its_neighbours(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    await aiko.page.add_init_script(REMEMBER_FOUND)
    await long_ago(make, aiko, "The **needle** lies here")
    await aiko.page.goto("/")
    await aiko.page.get_by_role("navigation").get_by_role("link", name="Search").click()
    await aiko.page.get_by_role("searchbox").fill("need")
    hit = aiko.page.locator(".result", has_text="The needle lies here")
    await expect(hit.locator("mark")).to_have_text("need")
    await hit.click()
    await expect(aiko.page).to_have_url(re.compile(r"/r/.*\?m="))
    needle = aiko.message("The needle lies here")
    await expect(needle).to_be_in_viewport()
    await expect(needle).to_have_attribute("data-was-found", "")
    await expect(aiko.message("Before 59.")).to_be_in_viewport()
    await expect(aiko.message("Since 299.")).to_have_count(0)
    await aiko.page.get_by_role("button", name="Jump to latest").click()
    await expect(aiko.message("Since 299.")).to_be_in_viewport()
    await expect(needle).to_have_count(0)


async def test_from_the_past_one_reads_on_to_the_newest(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    room = await long_ago(make, aiko, "The needle", since=120)
    found = (await aiko.api.get("/search", params={"q": "needle"})).json()["items"][0]["message"]["id"]
    await aiko.page.goto(f"/r/{room.id}?m={found}")
    await expect(aiko.message("The needle")).to_be_in_viewport()
    for line in ("Since 20.", "Since 60.", "Since 100."):
        await aiko.message(line).evaluate("row => row.scrollIntoView({ block: 'end' })")
    await expect(aiko.message("Since 119.")).to_be_attached()
    await aiko.say("And now?")
    await expect(aiko.message("And now?")).to_be_in_viewport()
    await aiko.message("The needle").evaluate("row => row.scrollIntoView({ block: 'center' })")
    await expect(aiko.message("Before 20.")).to_be_attached()
    await expect(aiko.page.locator(".message")).to_have_count(182)


async def test_messages_sent_meanwhile_are_below_the_hit(arrive: Arrive, call_in: CallIn, make: Factory) -> None:
    aiko, ben = await arrive("Aiko"), await call_in("Ben")
    room = await long_ago(make, aiko, "The needle")
    await make.join(room, ben.actor)
    found = (await aiko.api.get("/search", params={"q": "needle"})).json()["items"][0]["message"]["id"]
    await aiko.page.goto(f"/r/{room.id}?m={found}")
    await expect(aiko.message("The needle")).to_be_in_viewport()
    await ben.enter(room)
    await ben.say("Hello there")
    await expect(aiko.page.get_by_role("button", name="Jump to latest")).to_be_visible()
    await expect(aiko.message("Hello there")).to_have_count(0)
    await aiko.say("Hello yourself")
    await expect(aiko.message("Hello there")).to_be_in_viewport()
    await expect(aiko.message("Hello yourself")).to_be_in_viewport()


async def test_everybody_finds_what_they_may_see_and_no_more(meet: Meet, arrive: Arrive) -> None:
    room, aiko, ben = await meet("Aiko", "Ben", apart=["Aiko"], name="Tea")
    chloe = await arrive("Chloe")
    await aiko.say("A needle for two")
    await expect(ben.message("A needle for two")).to_be_visible()
    assert len((await aiko.api.get("/search", params={"q": "needle"})).json()["items"]) == 1
    await ben.page.get_by_role("navigation").get_by_role("link", name="Search").click()
    await chloe.page.goto("/search")
    for person in (ben, chloe):
        await person.page.get_by_role("searchbox").fill("needle")
    await expect(ben.page.locator(".result-text")).to_have_text("A needle for two")
    await expect(chloe.page.get_by_text("No results")).to_be_visible()
    await aiko.api.delete(f"/rooms/{room.id}/members/{ben.actor.user_id}")
    await ben.page.get_by_role("searchbox").fill("needl")
    await expect(ben.page.get_by_text("No results")).to_be_visible()


async def test_a_message_that_is_gone_leaves_one_at_the_newest(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    room = await filled(make, aiko)
    await aiko.page.goto(f"/r/{room.id}?m={room.id}")
    await expect(aiko.page.locator(".toast")).to_contain_text("Message not found.")
    await expect(aiko.message("Line 119.")).to_be_in_viewport()


async def test_filters_stand_in_the_address_and_come_back(arrive: Arrive, make: Factory) -> None:
    aiko, ben = await arrive("Aiko"), await make.actor(name="Ben")
    room = await make.room(name="Tea")
    other = await make.room(name="Coffee")
    for each in (room, other):
        await make.join(each, aiko.actor)
        await make.join(each, ben)
    for actor, place, text in ((aiko.actor, room, "green one"), (ben, room, "green two"), (ben, other, "green three")):
        async with make.work.begin(actor) as ctx:
            await post_message(ctx, place.id, text)
    await aiko.page.goto("/search?q=green")
    lines = aiko.page.locator(".result-text")
    await expect(lines).to_have_text(["green three", "green two", "green one"])
    await aiko.page.get_by_label("Room", exact=True).select_option(label="Tea")
    await expect(lines).to_have_text(["green two", "green one"])
    await aiko.page.get_by_label("Sender", exact=True).fill(ben.person.username)
    await expect(lines).to_have_text(["green two"])
    await aiko.page.reload()
    await expect(lines).to_have_text(["green two"])
    field, image = aiko.page.get_by_role("searchbox"), aiko.page.get_by_label("Has an image")
    by_ben = f"green from:{ben.person.username}"
    await expect(field).to_have_value(by_ben)
    await image.check()
    await expect(field).to_have_value(f"{by_ben} has:image")
    await expect(aiko.page.get_by_text("No results")).to_be_visible()
    await field.fill("green is:starred")
    await expect(image).not_to_be_checked()
    await expect(aiko.page.get_by_label("Starred only")).to_be_checked()
    await expect(aiko.page.get_by_label("Sender", exact=True)).to_have_value("")


async def test_a_room_is_found_by_who_comes_straight_to_the_page(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    room = await make.room(name="Tea house")
    await make.join(room, aiko.actor)
    await aiko.page.goto("/search?q=tea")
    await expect(aiko.page.get_by_role("main").get_by_role("link", name="Tea house")).to_be_visible()


async def test_keys_lead_there(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    room = await make.room(name="Tea")
    await make.join(room, aiko.actor)
    async with make.work.begin(aiko.actor) as ctx:
        await post_message(ctx, room.id, "東京都でお茶を飲む")
    await aiko.enter(room)
    await aiko.page.keyboard.press("Control+Shift+F")
    await expect(aiko.page.get_by_role("searchbox")).to_be_focused()
    await aiko.page.keyboard.press("Control+K")
    await aiko.page.get_by_role("combobox").last.fill("お茶")
    await aiko.page.get_by_role("option", name="Search messages for “お茶”").click()
    await expect(aiko.page.locator(".result mark")).to_have_text("お茶")


async def test_people_are_found_and_what_one_starred(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    await make.user(name="Benedikta")
    room = await make.room(name="Tea")
    await make.join(room, aiko.actor)
    async with make.work.begin(aiko.actor) as ctx:
        starred = await post_message(ctx, room.id, "green one")
        await post_message(ctx, room.id, "green two")
        await star_message(ctx, starred.id)
    await aiko.page.goto("/search?q=green")
    await expect(aiko.page.locator(".result-text")).to_have_count(2)
    await aiko.page.get_by_label("Starred only").check()
    await expect(aiko.page.locator(".result-text")).to_have_text(["green one"])
    await aiko.page.get_by_label("Starred only").uncheck()
    await aiko.page.get_by_role("searchbox").fill("benedik")
    await aiko.page.locator(".result", has_text="Benedikta").first.click()
    await expect(aiko.page.get_by_role("button", name="Report")).to_be_visible()
