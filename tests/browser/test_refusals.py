"""Refusals after the page has shown a change as done: messages to a room that was just archived."""

import pytest
from playwright.async_api import expect

from chat_app.core.rooms.tables import Room
from tests.browser.remote import Remote
from tests.browser.visitor import Meet, Visitor
from tests.support.factory import Factory

Archived = tuple[Room, Visitor, Remote]
REFUSED = "This room is archived."


@pytest.fixture
async def archived(meet: Meet, make: Factory) -> Archived:
    """A room in which Ben has seen what Aiko said; it is archived, and her page does not know yet."""
    room, aiko, ben = await meet("Aiko", "Ben", apart=["Ben"])
    await aiko.say("Old words")
    await ben.hears("Old words")
    await make.archive(room)
    return room, aiko, ben


async def test_a_refused_message_can_be_sent_again_or_taken_back(archived: Archived, make: Factory) -> None:
    room, aiko, ben = archived
    await aiko.say("Never mind")
    await aiko.message("Never mind").get_by_role("button", name="Discard").click()
    await expect(aiko.composer).to_have_value("Never mind")
    await expect(aiko.message("Never mind")).to_have_count(0)
    await aiko.say("Too late")
    await expect(aiko.message("Too late")).to_contain_text(REFUSED)
    await make.archive(room, archived=False)
    await aiko.message("Too late").get_by_role("button", name="Try again").click()
    await ben.hears("Too late")


async def test_a_refused_edit_gives_the_old_words_back_and_keeps_the_new_and_a_refused_delete_can_be_tried_again(
    archived: Archived, make: Factory
) -> None:
    room, aiko, ben = archived
    await aiko.act(aiko.message("Old words"), "Edit")
    await aiko.say("New words")
    await expect(aiko.message("Old words")).to_contain_text(REFUSED)
    await aiko.message("Old words").get_by_role("button", name="Discard").click()
    await expect(aiko.composer).to_have_value("New words")
    await make.archive(room, archived=False)
    await aiko.composer.press("Enter")
    await ben.hears("New words")
    await make.archive(room)
    await aiko.act(aiko.message("New words"), "Delete")
    await aiko.page.locator("#delete-message").get_by_role("button", name="Delete").click()
    await expect(aiko.message("New words")).to_contain_text(REFUSED)
    await make.archive(room, archived=False)
    await aiko.message("New words").get_by_role("button", name="Try again").click()
    await expect(aiko.page.locator(".tombstone")).to_have_count(1)
    [left] = (await ben.api.get(f"/rooms/{room.id}/messages")).json()["items"]
    assert left["deleted"]
