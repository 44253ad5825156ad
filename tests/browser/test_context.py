"""The AI's context: hidden messages, its start, the room's instructions, and the context of an answer."""

from playwright.async_api import Locator, expect

from chat_app.core.access.permissions import Role
from tests.browser.looks import boxes
from tests.browser.visitor import Meet, Visitor
from tests.support.factory import Factory
from tests.vendor.server import ScriptedVendor


async def choose(person: Visitor, message: Locator, action: str) -> None:
    """Choose an act from a message's menu."""
    await person.act(message, "More")
    await person.page.locator("#message-menu").get_by_role("menuitem", name=action, exact=True).click()


async def what_it_sees(person: Visitor) -> Locator:
    """Open the dialog of the AI's context, from the composer's menu."""
    await person.page.locator(".ai-choice").click()
    await person.page.locator("#ai-menu").get_by_role("menuitem", name="What the AI sees").click()
    return person.page.locator("#ai-context")


async def test_message_hidden_by_author_or_admin_is_marked_and_not_sent_to_model(
    meet: Meet, vendor: ScriptedVendor
) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await ben.say("The code is 4711")
    await aiko.say("Tea is at four")
    await choose(ben, ben.message("4711"), "Hide from AI")
    for person in (aiko, ben):
        await expect(person.message("4711").get_by_text("Hidden from AI")).to_be_visible()
    seen = await what_it_sees(aiko)
    await expect(seen.get_by_role("heading", name="Seen 1")).to_be_visible()
    await expect(seen.get_by_role("button", name="4711")).to_contain_text("Hidden from AI")
    await aiko.page.keyboard.press("Escape")
    await aiko.say("@ai What do you know? [[say Tea at four.]]")
    await expect(aiko.answer_text).to_have_text("Tea at four.")
    said = " ".join(text for _, text in vendor.asked("[[say Tea at four.]]").turns)
    assert "4711" not in said
    assert "Tea is at four" in said
    await choose(ben, ben.answers.first, "What the AI was given")
    given = ben.page.locator("#ai-context")
    await expect(given.get_by_role("heading", name="Seen 2")).to_be_visible()
    await expect(given.get_by_role("button", name="4711")).to_contain_text("Hidden from AI")
    await given.get_by_role("button", name="Tea is at four").click()
    await expect(given).to_be_hidden()
    await choose(ben, ben.message("4711"), "Show to AI")
    await expect(aiko.message("4711").get_by_text("Hidden from AI")).to_have_count(0)
    await choose(aiko, aiko.message("4711"), "Hide from AI")
    await expect(ben.message("4711").get_by_text("Hidden from AI")).to_be_visible()
    await ben.act(ben.message("Tea is at four").first, "More")  # which is not his
    menu = ben.page.locator("#message-menu")
    await expect(menu.get_by_role("menuitem", name="Copy link")).to_be_visible()
    await expect(menu.get_by_role("menuitem", name="Hide from AI")).to_have_count(0)
    await expect(menu.get_by_role("menuitem", name="Let the AI start here")).to_have_count(0)


async def test_the_room_decides_where_the_ai_starts(meet: Meet, vendor: ScriptedVendor) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await aiko.say("Long ago")
    await aiko.say("From now on")
    await choose(aiko, aiko.message("From now on"), "Let the AI start here")
    for person in (aiko, ben):
        await expect(person.page.get_by_text("The AI starts here")).to_be_visible()
    await expect(ben.page.get_by_role("button", name="Let the AI see everything")).to_have_count(0)
    await ben.say("@ai Go on from there [[say Yes.]]")
    await expect(ben.answer_text).to_have_text("Yes.")
    said = " ".join(text for _, text in vendor.asked("Go on from there").turns)
    assert "Long ago" not in said
    assert "From now on" in said
    await aiko.page.get_by_role("button", name="Let the AI see everything").click()
    await expect(ben.page.get_by_text("The AI starts here")).to_have_count(0)


async def test_a_room_has_instructions(gather: Meet, make: Factory, vendor: ScriptedVendor) -> None:
    room, aiko, ben = await gather("Aiko", "Ben")
    await make.room({Role.MASTER: aiko.actor}, name="Elsewhere")
    for person in (aiko, ben):
        await person.enter(room)
    await aiko.page.get_by_role("button", name="Room details").click()
    await aiko.page.get_by_role("button", name="Instructions for the AI").click()
    form = aiko.page.locator("#ai-instructions")
    await form.get_by_role("textbox", name="Instructions").fill("x" * 4_001)
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_text("Use at most 4000 characters.")).to_be_visible()
    await form.get_by_role("textbox", name="Instructions").fill("Answer in rhymes.")
    await form.get_by_text("Preview", exact=True).click()
    await expect(form.locator(".context-system")).to_contain_text("these instructions:")
    await expect(form.locator(".context-system")).to_contain_text("Answer in rhymes.")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_be_hidden()
    await aiko.say("@ai Hello [[say Mellow.]]")
    await expect(aiko.answer_text).to_have_text("Mellow.")
    assert vendor.asked("[[say Mellow.]]").turns[0][1].endswith("Answer in rhymes.")
    await aiko.page.get_by_role("button", name="Instructions for the AI").click()
    await expect(form.get_by_role("textbox", name="Instructions")).to_have_value("Answer in rhymes.")
    await form.get_by_role("button", name="Cancel").click()
    await aiko.room_link("Elsewhere").click()  # another room shows, and would save, its own
    await expect(aiko.page.locator(".room-title h1")).to_have_text("Elsewhere")
    await aiko.page.get_by_role("button", name="Instructions for the AI").click()
    await expect(form.get_by_role("textbox", name="Instructions")).to_have_value("")
    await ben.page.get_by_role("button", name="Room details").click()
    await expect(ben.page.get_by_role("button", name="Instructions for the AI")).to_have_count(0)
    await ben.page.get_by_role("button", name="What the AI sees").click()
    await expect(ben.page.locator("#ai-context").get_by_text("Answer in rhymes.")).to_be_visible()


async def test_context_is_shown_before_sending(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    await aiko.say("Tea is at four")
    field = aiko.page.locator("#composer-input")
    line = aiko.page.locator(".forecast")
    [before] = await boxes(field)
    await field.fill("And cake?")
    await expect(line).to_have_count(0)
    await field.press_sequentially(" @ai")
    await expect(line).to_contain_text("AI sees 1 message")
    await expect(line).to_contain_text("tokens")
    await expect(line).not_to_contain_text("$")  # no price of the model is known
    [after] = await boxes(field)
    assert (before["y"], before["height"]) == (after["y"], after["height"])
    said = await line.inner_text()
    await field.fill("And cake? @ai " + "Tell me all of it. " * 40)
    await expect(line).not_to_have_text(said)
    await line.click()
    seen = aiko.page.locator("#ai-context")
    await expect(seen.get_by_role("heading", name="Seen 1")).to_be_visible()
    tokens = (await line.inner_text()).split("\u2248 ")[1]
    await expect(seen.locator(".context-sum")).to_contain_text(tokens)
    await aiko.page.keyboard.press("Escape")
    await field.fill("And cake?")
    await expect(line).to_have_count(0)
