"""The list of rooms beside the conversation."""

import re

from playwright.async_api import Locator, expect

from chat_app.core.access.permissions import Role
from chat_app.core.rooms.tables import Room
from tests.browser.remote import CallIn
from tests.browser.visitor import Arrive, Visitor
from tests.support.factory import Factory
from tests.support.waiting import until


async def press(visitor: Visitor, room: str, action: str) -> None:
    """Choose an action of the menu of a room in the list."""
    row = visitor.page.locator(".room-row", has_text=room)
    await row.hover()
    await row.locator("[data-menu]").click()
    await visitor.page.get_by_role("menuitem", name=action).click()


def section(visitor: Visitor, name: str) -> Locator:
    """The heading of a section, which folds it."""
    return visitor.page.locator(".sidebar-heading").get_by_role("button", name=name, exact=True)


async def has_read(visitor: Visitor, room: Room) -> bool:
    """Return whether the server has stored that a person has read all of a room."""
    return (await visitor.api.get(f"/rooms/{room.id}")).json()["unread"] == 0


async def test_rooms_are_kept_renamed_and_archived_from_their_menu(arrive: Arrive, make: Factory) -> None:
    aiko, ben = await arrive("Aiko"), await arrive("Ben")
    for name in ("release", "support"):
        await make.room({Role.MASTER: aiko.actor, Role.MEMBER: ben.actor}, name=name)
    for visitor in (aiko, ben):
        await visitor.page.goto("/")
        await expect(visitor.room_link("support")).to_be_visible()
    await press(aiko, "release", "Add to favorites")
    await expect(section(aiko, "Favorites")).to_be_visible()
    await expect(section(ben, "Favorites")).to_have_count(0)
    await press(aiko, "support", "Rename")
    dialog = aiko.page.locator("#rename-room")
    await dialog.get_by_label("Name").fill(" ")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_text("A room needs a name.")).to_be_visible()
    await dialog.get_by_label("Name").fill("help")
    await dialog.get_by_label("Name").press("Enter")
    await expect(dialog).to_be_hidden()
    for visitor in (aiko, ben):
        await expect(visitor.room_link("help")).to_be_visible()
    await press(aiko, "help", "Archive")
    for visitor in (aiko, ben):
        await expect(visitor.room_link("help")).to_have_count(0)
        await section(visitor, "Archived").click()
        await expect(visitor.room_link("help")).to_be_visible()
    await aiko.page.reload()
    await expect(aiko.room_link("help")).to_be_visible()  # the section stays open
    await ben.room_link("help").click()
    await press(ben, "help", "Leave room")
    await ben.page.locator("#leave-chosen").get_by_role("button", name="Leave room").click()
    await ben.page.wait_for_url(re.compile("/$"))
    await expect(ben.room_link("help")).to_have_count(0)


async def test_list_is_filtered_and_walked_by_keys(arrive: Arrive, make: Factory) -> None:
    aiko, ben = await arrive("Aiko"), await make.actor()
    rooms = {
        name: await make.room({Role.MASTER: aiko.actor, Role.MEMBER: ben}, name=name)
        for name in ("one", "two", "three")
    }
    for name in ("one", "two"):
        await make.message(rooms[name], ben, "News")
    await aiko.enter(rooms["three"])
    await aiko.composer.press("Alt+Shift+ArrowDown")
    await aiko.page.wait_for_url(f"**/r/{rooms['two'].id}")
    await expect(aiko.message("News")).to_be_visible()
    await until(lambda: has_read(aiko, rooms["two"]), seconds=20)
    await aiko.room_link("three").click()
    await aiko.page.get_by_role("button", name="Filter").click()
    await aiko.page.get_by_role("menuitemradio", name="Unread").click()
    await expect(aiko.room_link("one")).to_be_visible()
    await expect(aiko.room_link("two")).to_have_count(0)
    await aiko.room_link("three").focus()
    await aiko.page.keyboard.press("ArrowDown")
    await expect(aiko.room_link("one")).to_be_focused()


async def test_focus_and_menu_stay_with_a_room_that_moves_in_a_long_list(
    arrive: Arrive, call_in: CallIn, make: Factory
) -> None:
    aiko, ben = await arrive("Aiko"), await call_in("Ben")
    places = await make.rooms(aiko.actor, 60)
    for place in (places[14], places[48], places[50]):
        await make.join(place, ben.actor)
    page = aiko.page
    await page.set_viewport_size({"width": 1280, "height": 1100})
    await page.goto("/")
    await page.get_by_role("button", name="Show all rooms").click()
    rows = page.locator(".room-row")
    await expect(rows).to_have_count(60)

    async def lift(room: Room) -> None:
        await ben.api.post(f"/rooms/{room.id}/messages", json={"text": "News"})
        await expect(rows.first).to_contain_text(room.name)

    async def is_beside(row: Locator) -> bool:
        button, menu = await row.locator("[data-menu]").bounding_box(), await page.locator("#room-menu").bounding_box()
        return bool(button and menu) and 0 <= menu["y"] - button["y"] - button["height"] < 10

    await rows.first.scroll_into_view_if_needed()
    await rows.nth(14).locator("[data-menu]").press("Enter")
    await expect(page.get_by_role("menuitem", name="Add to favorites")).to_be_focused()
    await lift(places[14])
    await expect(page.get_by_role("menuitem", name="Add to favorites")).to_be_focused()
    await until(lambda: is_beside(rows.first))
    await expect(rows.first.locator("[data-menu]")).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("Escape")
    await expect(rows.first.locator("[data-menu]")).to_be_focused()
    await rows.nth(11).get_by_role("link").focus()
    await lift(places[50])  # the last of the first part becomes the first of the second
    await expect(aiko.room_link("Place 11")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(aiko.room_link("Place 12")).to_be_focused()
    await rows.nth(49).locator("[data-menu]").press("Enter")
    await expect(page.locator("#room-menu")).to_be_visible()
    await lift(places[48])  # out of sight
    await expect(page.locator("#room-menu")).to_be_hidden()
    await expect(rows.first.locator("[data-menu]")).to_be_focused()
    await lift(places[14])
    await expect(rows.nth(1).locator("[data-menu]")).to_be_focused()


async def test_draft_is_marked_and_the_sidebar_can_be_hidden(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    one = await make.room({Role.MASTER: aiko.actor}, name="one")
    await make.room({Role.MASTER: aiko.actor}, name="two")
    await aiko.enter(one)
    await aiko.composer.fill("half a thought")
    await aiko.room_link("two").click()
    await expect(aiko.room_link("one").get_by_text("draft")).to_be_attached()
    await aiko.page.get_by_role("button", name="Hide or pin the sidebar").click()
    await expect(aiko.page.locator("#sidebar")).to_be_hidden()
    await make.message(one, None)
    await aiko.page.reload()
    await expect(aiko.page.locator("#sidebar")).to_be_hidden()
    await expect(aiko.page.locator(".menu-button").get_by_text("unread")).to_be_attached()
    await aiko.page.locator(".menu-button").get_by_role("button").click()
    await aiko.page.keyboard.press("Control+Shift+S")  # it stands beside the page again, not over it
    await expect(aiko.page.locator("#sidebar:popover-open")).to_have_count(0)
    await expect(aiko.room_link("two")).to_be_visible()


async def test_private_chat_is_called_a_chat_until_somebody_joins(arrive: Arrive, call_in: CallIn) -> None:
    aiko, ben = await arrive("Aiko"), await call_in("Ben")
    await aiko.page.goto("/")
    await aiko.say("What do rivers carry?")
    await aiko.page.wait_for_url("**/r/*")
    await aiko.page.reload()  # a moment after the address changes, the room's own page replaces that at home
    await expect(section(aiko, "Chats")).to_be_visible()
    await expect(aiko.page.locator(".room-title .meta")).not_to_contain_text("person")
    await aiko.page.get_by_role("button", name="Chat details").click()
    await expect(aiko.page.locator("#drawer").get_by_role("button", name="Delete chat")).to_be_visible()
    link = (await aiko.api.post(f"/rooms/{aiko.page.url.split('/')[-1]}/invite-links", json={})).json()
    assert (await ben.api.post(f"/invitations/{link['token']}/join")).is_success
    await expect(section(aiko, "Chats")).to_have_count(0)
    await expect(aiko.page.locator(".room-title .meta")).to_contain_text("2 people")
