"""Rooms change under people's eyes."""

import re
from io import BytesIO

from PIL import Image
from playwright.async_api import FloatRect, Locator, expect

from chat_app.core.access.permissions import Role
from tests.browser.remote import CallIn
from tests.browser.visitor import Arrive, Meet, Visitor
from tests.support.factory import Factory


async def choose(visitor: Visitor, action: str) -> None:
    """Press one of the buttons in the room's details."""
    await visitor.page.get_by_role("button", name="Room details").click()
    await visitor.page.locator("#drawer").get_by_role("button", name=action).click()


async def box_of(part: Locator) -> FloatRect:
    box = await part.bounding_box()
    assert box
    return box


async def test_a_room_is_made_and_described(arrive: Arrive) -> None:
    aiko = await arrive("Aiko")
    await aiko.page.goto("/")
    await aiko.page.get_by_role("button", name="New room").click()
    dialog = aiko.page.locator("#new-room")
    await dialog.get_by_label("Name").fill("  ")
    await dialog.get_by_role("button", name="Create room").click()
    await expect(dialog.get_by_text("A room needs a name.")).to_be_visible()
    await dialog.get_by_label("Name").fill("Tea & <b>biscuits</b>")
    await dialog.get_by_label("Description").fill("What we drink")
    await dialog.get_by_role("button", name="Create room").click()
    await aiko.page.wait_for_url("**/r/*")
    await expect(dialog).to_be_hidden()
    await expect(aiko.page.locator(".room-title h1")).to_have_text("Tea & <b>biscuits</b>")
    await expect(aiko.page.get_by_text("No messages yet.")).to_be_visible()


async def test_the_details_stay_open_when_a_new_chat_gets_its_page(arrive: Arrive) -> None:
    aiko = await arrive("Aiko")
    aiko.expects("ERR_", "WebSocket")
    await aiko.page.goto("/")
    await expect(aiko.page.get_by_text("What’s on your mind, Aiko?")).to_be_visible()
    await aiko.context.set_offline(True)
    await aiko.say("What do rivers carry?")
    drawer, details = aiko.page.locator("#drawer"), aiko.page.get_by_role("button", name="Chat details")
    await details.press("Enter")
    at_home = await drawer.element_handle()
    assert at_home
    await aiko.context.set_offline(False)
    await at_home.wait_for_element_state("hidden")  # with its page
    await expect(drawer).to_be_visible()
    await expect(details).to_be_focused()
    await aiko.page.keyboard.press("Escape")
    await expect(drawer).to_be_hidden()
    await expect(details).to_be_focused()
    await aiko.composer.fill("And the sea?")  # it has not lost its place
    await aiko.composer.press("Enter")
    await expect(aiko.message("And the sea?")).to_be_visible()


async def test_the_details_stand_beside_what_is_read(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    room = await make.room({Role.MASTER: aiko.actor})
    await make.messages(room, await make.actor(), [f"Line {n}. " + "A few more words. " * 20 for n in range(40)])
    await aiko.enter(room)
    drawer, details = aiko.page.locator("#drawer"), aiko.page.get_by_role("button", name="Room details")
    line = aiko.message("Line 20.")
    await line.evaluate("row => row.scrollIntoView()")
    top = (await box_of(line))["y"]
    await details.click()
    whole = re.compile(f"^/api/v1/rooms/{room.id}/export\\?format=json&zone=.")
    await expect(aiko.page.get_by_role("link", name="Export as JSON")).to_have_attribute("href", whole)
    feed = await box_of(aiko.feed)
    assert feed["x"] + feed["width"] + (await box_of(drawer))["width"] == 1280
    assert abs((await box_of(line))["y"] - top) < 2
    await aiko.composer.click()  # it stays open while one writes
    await aiko.composer.press("Escape")
    await expect(drawer).to_be_visible()
    await drawer.get_by_role("button", name="Close").press("Enter")
    await expect(drawer).to_be_hidden()
    await expect(details).to_be_focused()
    assert abs((await box_of(line))["y"] - top) < 2
    await aiko.page.set_viewport_size({"width": 1199, "height": 800})
    await details.click()
    feed = await box_of(aiko.feed)
    assert feed["x"] + feed["width"] == 1199
    await aiko.composer.click()
    await expect(drawer).to_be_hidden()


async def test_a_new_name_is_seen_by_everybody_at_once_and_an_archived_room_is_locked_for_all(meet: Meet) -> None:
    room, aiko, ben = await meet("Aiko", "Ben")
    await ben.composer.fill("I was just about to")
    await choose(aiko, "Name and description")
    await aiko.page.locator("#describe").get_by_label("Name").fill("Coffee")
    await aiko.page.locator("#describe").get_by_role("button", name="Save").click()
    await expect(aiko.page.locator("#describe")).to_be_hidden()
    for person in (aiko, ben):
        await expect(person.page.locator(".room-title h1")).to_have_text("Coffee")
        await expect(person.room_link("Coffee")).to_be_visible()
        await expect(person.room_link(room.name)).to_have_count(0)
    await ben.page.get_by_role("button", name="Room details").click()
    await expect(ben.page.locator("#drawer").get_by_role("button", name="Name and description")).to_have_count(0)
    await expect(ben.page.get_by_role("link", name="Export as JSON")).to_have_count(0)
    await aiko.page.locator("#drawer").get_by_role("button", name="Archive room").click()
    for person in (aiko, ben):
        await expect(person.page.get_by_text("This room is archived and read-only.")).to_be_visible()
        await expect(person.composer).to_have_count(0)
    await aiko.page.locator("#drawer").get_by_role("button", name="Unarchive room").click()
    await expect(ben.composer).to_have_value("I was just about to")


async def test_a_deleted_room_is_gone_for_all(meet: Meet) -> None:
    room, aiko, ben = await meet("Aiko", "Ben")
    await choose(aiko, "Delete room")
    await aiko.page.locator("#delete-room").get_by_role("button", name="Delete room").click()
    await expect(aiko.page.get_by_text("What’s on your mind, Aiko?")).to_be_visible()
    await expect(ben.page.get_by_role("heading", name="This room was deleted")).to_be_visible()
    for person in (aiko, ben):
        await expect(person.room_link(room.name)).to_have_count(0)


async def test_leaving_member_is_out_in_all_tabs_and_receives_no_ops(meet: Meet) -> None:
    room, aiko, ben = await meet("Aiko", "Ben", apart=["Aiko"])
    other = await ben.new_page()
    await other.goto(f"/r/{room.id}")
    await expect(other.locator("#composer-input")).to_be_visible()
    await choose(ben, "Leave room")
    await ben.page.locator("#leave-room").get_by_role("button", name="Leave room").click()
    await expect(ben.page.get_by_text("What’s on your mind, Ben?")).to_be_visible()
    await expect(other.get_by_role("heading", name="Room not found")).to_be_visible()
    await aiko.hears("left")
    await aiko.say("Is he gone?")
    await aiko.hears("Is he gone?")
    await ben.page.goto(f"/r/{room.id}")
    await expect(ben.page.get_by_role("heading", name="Room not found")).to_be_visible()
    await expect(ben.page.get_by_text("Is he gone?")).to_have_count(0)


async def test_a_reader_reads_live_and_has_nothing_to_write_with(
    arrive: Arrive, call_in: CallIn, make: Factory
) -> None:
    aiko, ben = await call_in("Aiko"), await arrive("Ben")
    room = await make.room({Role.MASTER: aiko.actor, Role.READER: ben.actor})
    await aiko.enter(room)
    await ben.enter(room)
    await expect(ben.page.get_by_text("No messages yet.")).to_have_text(
        "No messages yet. What others write appears here."
    )
    await aiko.say("For your eyes only")
    await expect(ben.message("For your eyes only")).to_be_visible()
    await expect(ben.page.get_by_text("You have read-only access.")).to_be_visible()
    await expect(ben.composer).to_have_count(0)
    await expect(ben.page.get_by_role("button", name="Invite people")).to_have_count(0)
    await ben.message("For your eyes only").hover()
    await expect(ben.message("For your eyes only").get_by_role("button")).to_have_count(3)  # the name, copy, more


async def test_a_room_that_one_may_not_see_is_not_there(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    secret = await make.room(name="Secret")
    message = await make.message(secret, await make.actor(), "Secret plan")
    for room in (f"{secret.id}?m={message.id}", "nonsense"):
        await aiko.page.goto(f"/r/{room}")
        await expect(aiko.page.get_by_role("heading", name="Room not found")).to_be_visible()
        await expect(aiko.page.get_by_text("Secret")).to_have_count(0)


async def test_how_a_person_appears_is_seen_by_those_who_share_a_room(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben", apart=["Aiko"])
    await aiko.say("Hello")
    await ben.act(ben.message("Hello"), "Reply")
    await ben.say("Welcome")
    await expect(ben.message("Welcome").locator(".quote b")).to_have_text("Aiko")
    await ben.page.get_by_role("button", name="Room details").click()
    assert (await aiko.api.patch("/me", json={"name": "Aiko Tanaka", "color": "plum"})).is_success
    members = ben.page.locator("#drawer")
    await expect(members).to_contain_text("Aiko Tanaka")
    await expect(ben.message("Hello").first.locator(".message-head b")).to_have_text("Aiko Tanaka")
    await expect(ben.message("Welcome").locator(".quote b")).to_have_text("Aiko Tanaka")
    picture = BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    assert (await aiko.api.put("/me/avatar", content=picture.getvalue())).is_success
    await expect(ben.message("Hello").first.locator(".avatar img")).to_have_count(1)
