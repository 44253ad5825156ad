"""The AI that joins in when it can help: two people, and a model that decides."""

from typing import Any

from playwright.async_api import Locator, expect

from tests.browser.visitor import Meet, Visitor
from tests.support.axe import violations
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor


async def choose_rule(person: Visitor, rule: str) -> None:
    """Choose when the AI speaks, from the composer's menu."""
    await person.page.locator(".ai-choice").click()
    await person.page.locator("#ai-menu").get_by_role("menuitemradio", name=rule, exact=True).click()
    await person.page.keyboard.press("Escape")
    await expect(person.page.locator(".ai-choice")).to_contain_text(rule)


async def decisions(person: Visitor) -> Locator:
    """Open the dialog of the AI's decisions."""
    if await person.page.locator("#drawer").is_hidden():
        await person.page.get_by_role("button", name="Room details").click()
    await person.page.get_by_role("button", name="The AI’s decisions").click()
    return person.page.locator("#ai-decisions")


def asked(vendor: ScriptedVendor, about: str) -> list[Any]:
    """Return the decisions that the vendor was asked for about what was said, which no other test says."""
    told = [(each, "\n".join(text for _, text in each.turns)) for each in vendor.requests]
    return [each for each, text in told if "(End of the messages." in text and about in text]


async def test_speaks_to_a_question_and_tells_why(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await choose_rule(aiko, "When it can help")
    await expect(ben.page.locator(".ai-choice")).to_contain_text("When it can help")
    await ben.say("Which index do we keep? [[decide speak An open question.]] [[say The keyset one.]]")
    await expect(ben.answer_text).to_have_text("The keyset one.")
    await expect(aiko.answer_text).to_have_text("The keyset one.")
    shown = await decisions(aiko)
    await expect(shown.get_by_role("listitem")).to_contain_text("Spoke")
    await expect(shown.get_by_role("listitem")).to_contain_text("An open question.")
    assert await violations(aiko.page) == []
    await shown.get_by_role("button", name="Which index do we keep?").click()
    await expect(shown).to_be_hidden()
    await ben.page.get_by_role("button", name="Room details").click()
    await expect(ben.page.get_by_role("button", name="The AI’s decisions")).to_have_count(0)


async def test_is_silent_while_somebody_types(meet: Meet, vendor: ScriptedVendor) -> None:
    _, aiko, ben = await meet("Aiko", "Ben", apart=["Ben"], ai_rule="helpful")
    await ben.say("Which one do we drop? [[decide speak Yes.]] [[say The hash one.]]")
    await expect(aiko.message("Which one do we drop?")).to_be_visible()  # else she would type before it was asked
    await aiko.composer.press_sequentially("a few slow words", delay=500)  # over seven seconds
    assert asked(vendor, "Which one do we drop?") == []
    await expect(aiko.answers).to_have_count(0)
    await expect(aiko.answer_text).to_have_text("The hash one.")  # once she has stopped
    assert len(asked(vendor, "Which one do we drop?")) == 1


async def test_reacts_to_thanks_by_its_name(meet: Meet, vendor: ScriptedVendor) -> None:
    room, aiko, ben = await meet("Aiko", "Ben", apart=["Aiko"], ai_rule="helpful")
    await ben.say("Thanks! [[decide react 🙌 Somebody says thanks.]]")
    chip = ben.message("Thanks!").locator(".reaction[aria-pressed]")
    await expect(chip).to_have_text("🙌1")
    await expect(chip).to_have_attribute("title", "scripted")
    [thanks] = (await aiko.api.get(f"rooms/{room.id}/messages")).json()["items"]
    await aiko.api.post(f"messages/{thanks['id']}/reactions", json={"emoji": "🙌"})
    await expect(chip).to_have_text("🙌2")
    await expect(chip).to_have_attribute("title", "scripted and Aiko")
    await expect(ben.answers).to_have_count(0)
    assert len(asked(vendor, "Thanks!")) == 1


async def test_small_talk_and_mentions(meet: Meet, vendor: ScriptedVendor) -> None:
    _, aiko, ben = await meet("Aiko", "Ben", apart=["Ben"], ai_rule="helpful")
    await ben.say("Lunch? [[decide silent Meant for Aiko.]]")
    await until(lambda: asked(vendor, "Lunch?"))
    await aiko.say("@ai What is for lunch? [[say Soup.]]")
    await expect(aiko.answer_text).to_have_text("Soup.")
    shown = await decisions(aiko)
    await expect(shown.get_by_role("listitem")).to_contain_text("Stayed silent")
    await expect(shown.get_by_role("listitem")).to_contain_text("Meant for Aiko.")
