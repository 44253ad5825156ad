"""Who has read what, and who is writing, seen by several people."""

import asyncio
import re
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.looks import boxes
from tests.browser.visitor import Meet
from tests.support.factory import Factory


def receipt(page: Page) -> Any:
    return page.locator(".receipt")


async def test_readers_are_shown_by_face_without_layout_shift(gather: Meet, make: Factory) -> None:
    room, aiko, ben = await gather("Aiko", "Ben")
    await aiko.enter(room)
    elsewhere = await make.room({"master": ben.actor}, name="Elsewhere")
    await ben.enter(elsewhere)
    await aiko.say("Are you there?")
    await expect(receipt(aiko.page)).to_contain_text("Sent")
    where = await boxes(aiko.composer)
    await expect(receipt(aiko.page)).to_contain_text("Delivered")
    await ben.room_link("Reading room").click()
    await expect(receipt(aiko.page)).to_contain_text("Read by Ben")
    await expect(receipt(aiko.page).locator(".avatar")).to_have_count(1)
    assert await boxes(aiko.composer) == where
    await ben.say("I am")
    await expect(receipt(ben.page)).to_contain_text("Read by Aiko")
    await expect(receipt(aiko.page)).to_have_count(0)  # all that have read it are here


async def test_hidden_receipts_are_not_published(gather: Meet) -> None:
    room, aiko, ben = await gather("Aiko", "Ben")
    await aiko.enter(room)
    await aiko.say("One")
    await expect(receipt(aiko.page)).to_contain_text("Sent")
    await ben.api.post(f"/rooms/{room.id}/read", json={"seq": 1})
    await expect(receipt(aiko.page)).to_contain_text("Read by Ben")
    await ben.page.goto("/settings")
    await ben.page.get_by_role("switch", name="Send read receipts").click()
    await expect(receipt(aiko.page)).to_contain_text("Sent")
    assert (await ben.api.get("me")).json()["receipts"] is False


async def test_in_a_large_room_readers_are_counted(gather: Meet, make: Factory) -> None:
    room, aiko, ben = await gather("Aiko", "Ben", apart=["Ben"])
    for _ in range(12):
        await make.join(room, await make.actor())
    await aiko.enter(room)
    await aiko.say("To all of you")
    await expect(receipt(aiko.page)).to_contain_text("Sent")
    await ben.api.post(f"/rooms/{room.id}/read", json={"seq": 1})
    await expect(receipt(aiko.page)).to_contain_text("Read by 1 of 13")


def all_of(*names: str) -> re.Pattern[str]:
    """Return the pattern of the typing line with exactly these names, in any order."""
    one = f"({'|'.join(names)})"
    return re.compile(f"^{''.join(f'(?=.*{name})' for name in names)}{one}(, {one})* and {one} are typing…$")


async def test_several_who_write_are_named(meet: Meet) -> None:
    _, aiko, ben, *others = await meet("Aiko", "Ben", "Chloé", "Emma", apart=["Chloé", "Emma"])
    await asyncio.gather(ben.composer.press_sequentially("H"), *(person.type() for person in others))
    await expect(aiko.page.locator(".typing")).to_have_text(all_of("Ben", "Chloé", "Emma"))
    await ben.composer.press("Enter")
    await expect(aiko.page.locator(".typing")).to_have_text(all_of("Chloé", "Emma"))
