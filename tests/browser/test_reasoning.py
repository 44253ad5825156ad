"""A model's reasoning before its answer, folded above it; and answers that continue where they were cut."""

import re

from playwright.async_api import Locator, expect

from tests.browser.looks import boxes
from tests.browser.test_context import choose
from tests.browser.visitor import Arrive, Meet, Visitor
from tests.support.factory import Factory
from tests.vendor.server import ScriptedVendor

THOUGHT = "They greet me, so I greet them in **kind**."
THOUGHT_FOR = re.compile(r"^Thought for \d+ s$")
ASK = f"@ai Hello [[hold 4]] [[think {THOUGHT}]] [[say Hello to you both.]]"


def label(person: Visitor, name: str | re.Pattern[str]) -> Locator:
    """Return the line that unfolds the reasoning."""
    return person.answers.get_by_role("button", name=name)


def thought(person: Visitor) -> Locator:
    return person.answers.locator(".reasoning-more")


async def test_all_see_that_it_thinks_and_who_comes_midway_too(
    meet: Meet, arrive: Arrive, make: Factory, vendor: ScriptedVendor
) -> None:
    room, aiko = await meet("Aiko")
    await aiko.say(ASK)
    await expect(label(aiko, "Thinking…")).to_have_attribute("aria-expanded", "false")
    await expect(thought(aiko)).to_be_hidden()
    ben = await arrive("Ben")
    await make.join(room, ben.actor)
    await ben.enter(room)
    await label(ben, "Thinking…").click()
    await expect(thought(ben)).to_have_text("They greet me, so")
    await expect(aiko.answer_text).to_have_count(0)
    vendor.release()
    for person in (aiko, ben):
        await expect(person.answer_text).to_have_text("Hello to you both.")
        await expect(label(person, THOUGHT_FOR)).to_be_visible()
    await expect(thought(ben)).to_have_text("They greet me, so I greet them in kind.")
    await expect(thought(ben).locator("strong")).to_have_text("kind")
    await expect(thought(aiko)).to_be_hidden()
    await ben.page.reload()
    await expect(thought(ben)).to_be_hidden()
    await label(ben, THOUGHT_FOR).press("Enter")
    await expect(thought(ben)).to_have_text("They greet me, so I greet them in kind.")
    await label(ben, THOUGHT_FOR).press("Enter")
    await expect(thought(ben)).to_be_hidden()


async def test_unfolding_leaves_the_line_where_it_is(meet: Meet, vendor: ScriptedVendor) -> None:
    _, aiko = await meet("Aiko")
    thinks = " ".join(f"step{n}" for n in range(400))
    await aiko.say(f"@ai Hello [[rate 0]] [[hold 300]] [[think {thinks}]] [[say Hello]]")
    line = label(aiko, "Thinking…")
    await expect(line).to_be_visible()
    [before] = await boxes(line)
    await line.click()
    await expect(thought(aiko)).to_contain_text("step299")
    assert await boxes(line) == [before]
    vendor.release()
    await expect(aiko.answer_text).to_have_text("Hello")
    [done] = await boxes(label(aiko, THOUGHT_FOR))
    assert (done["y"], done["height"]) == (before["y"], before["height"])


async def test_stopped_while_it_thinks_keeps_the_thought_and_copying_leaves_it_out(
    meet: Meet, vendor: ScriptedVendor
) -> None:
    _, aiko = await meet("Aiko")
    await aiko.say(ASK)
    await expect(label(aiko, "Thinking…")).to_be_visible()
    await aiko.answers.get_by_role("button", name="Stop").click()
    await expect(aiko.answers.locator(".message-state")).to_contain_text("Stopped")
    await expect(label(aiko, THOUGHT_FOR)).to_be_visible()
    await expect(aiko.answers.get_by_role("button", name="Continue")).to_have_count(0)  # there is no text
    vendor.release()
    await aiko.act(aiko.answers, "Regenerate")
    await expect(aiko.answer_text).to_have_text("Hello to you both.")
    await aiko.act(aiko.answers, "Copy text")
    await expect(aiko.page.locator(".toast")).to_be_visible()
    assert await aiko.page.evaluate("navigator.clipboard.readText()") == "Hello to you both."


async def test_a_cut_answer_goes_on_in_its_place_for_all(meet: Meet, vendor: ScriptedVendor) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await aiko.say("@ai Hello [[length]] [[say Quiet rivers carry the mor]]")
    for person in (aiko, ben):
        await expect(person.answers.locator(".message-state").first).to_contain_text(
            "The answer reached the maximum length."
        )
    await expect(ben.answers.get_by_role("button", name="Continue")).to_have_count(0)  # Ben has not asked
    body = b'data: {"choices":[{"delta":{"content":"carry the morning light."},"finish_reason":"stop"}]}\n\n'
    vendor.raw = (b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n", "wait", body + b"data: [DONE]\n\n")
    try:
        await aiko.answers.locator(".message-state").get_by_role("button", name="Continue").click()
        for person in (aiko, ben):
            await expect(person.answers.locator(".message-state")).to_have_count(0)
            await expect(person.answer_text).to_have_class("message-text live")
            await expect(person.answer_text).to_have_text("Quiet rivers carry the mor")
        vendor.release()
        for person in (aiko, ben):
            await expect(person.answer_text).to_have_text("Quiet rivers carry the morning light.")
            await expect(person.answers).to_have_count(1)
    finally:
        vendor.raw = ()


async def test_a_stopped_answer_goes_on_by_its_menu(meet: Meet, vendor: ScriptedVendor) -> None:
    _, aiko = await meet("Aiko")
    await aiko.say("@ai Hello [[hold 2]] [[say Quiet rivers carry light]]")
    await expect(aiko.answer_text).to_have_text("Quiet rivers")
    await aiko.answers.get_by_role("button", name="Stop").click()
    await expect(aiko.answers.locator(".message-state")).to_contain_text("Stopped")
    vendor.release()
    await choose(aiko, aiko.answers, "Continue")
    await expect(aiko.answer_text).to_contain_text("Quiet rivers")
    await expect(aiko.answers).to_contain_text("tokens")
