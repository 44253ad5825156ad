"""The replacement of old messages when the AI's window is full: a summary, and pinned messages."""

from playwright.async_api import expect

from tests.browser.test_context import choose, what_it_sees
from tests.browser.visitor import Meet
from tests.support.factory import Factory
from tests.vendor.server import ScriptedVendor

STORY = "And so the story went on. " * 290
"""About 1,900 tokens."""

LINE = "a summary replaces the messages above"


async def test_a_summary_is_shown_where_it_stands_until_what_it_covers_changes(
    gather: Meet, make: Factory, vendor: ScriptedVendor
) -> None:
    room, aiko, ben = await gather("Aiko", "Ben", apart=["Aiko"])
    first = await make.message(room, aiko.actor, "[[summary Aiko told a long story.]]")
    for n in range(1, 17):
        await make.message(room, aiko.actor, f"Part {n} ends here. {STORY}")
    await ben.enter(room)
    await ben.say("@ai Well? [[say Yes.]]")
    await expect(ben.answer_text).to_have_text("Yes.")
    await expect(ben.page.get_by_text(LINE)).to_be_visible()
    await ben.say("@ai Who told it? [[say Aiko.]]")
    await expect(ben.answer_text.last).to_have_text("Aiko.")
    assert "> Aiko told a long story." in vendor.asked("Who told it?").turns[1][1]
    await ben.page.get_by_role("button", name="Show summary").click()
    seen = ben.page.locator("#ai-context")
    await seen.get_by_text("earlier messages").click()
    await expect(seen.get_by_text("Aiko told a long story.", exact=True)).to_be_visible()
    await expect(seen.get_by_text("In the summary").first).to_be_visible()
    await ben.page.reload()
    await expect(ben.page.get_by_text(LINE)).to_be_visible()
    assert (await aiko.api.patch(f"/messages/{first.id}", json={"exclude_from_ai": True})).is_success
    await expect(ben.page.get_by_text(LINE)).to_have_count(0)


async def test_a_message_is_pinned_for_the_ai(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await ben.say("The key is under the mat")
    await ben.act(ben.message("mat"), "More")
    menu = ben.page.locator("#message-menu")
    await expect(menu.get_by_role("menuitem", name="Copy link")).to_be_visible()
    await expect(menu.get_by_role("menuitem", name="Pin for AI")).to_have_count(0)
    await ben.page.keyboard.press("Escape")
    await choose(aiko, aiko.message("mat"), "Pin for AI")
    for person in (aiko, ben):
        await expect(person.message("mat").get_by_text("Pinned for AI")).to_be_visible()
    seen = await what_it_sees(aiko)
    await expect(seen.get_by_role("button", name="mat")).to_contain_text("Pinned for AI")
    await aiko.page.keyboard.press("Escape")
    await choose(aiko, aiko.message("mat"), "Unpin for AI")
    await expect(ben.message("mat").get_by_text("Pinned for AI")).to_have_count(0)
