"""The AI answers in front of everybody."""

from playwright.async_api import expect

from chat_app.core.access.permissions import Role
from tests.browser.remote import CallIn
from tests.browser.visitor import Arrive, Meet
from tests.support.factory import Factory
from tests.vendor.server import ScriptedVendor

LONG = " ".join(f"word{n}" for n in range(30))
BEGUN = "word0 word1 word2 word3 word4"
ASK = f"@ai [[hold 5]] [[say {LONG}]]"  # an answer that stops after its first words until it is let go on


async def test_an_answer_is_stopped_by_its_asker_with_send_or_escape_and_by_the_master(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await aiko.say(ASK)
    await expect(aiko.answer_text).to_have_text(BEGUN)
    await expect(ben.page.get_by_role("button", name="Send")).to_be_disabled()
    await aiko.composer.fill("More")
    await expect(aiko.page.get_by_role("button", name="Send")).to_be_enabled()
    await aiko.composer.fill("")
    await aiko.page.get_by_role("button", name="Stop answer").click()
    await expect(ben.answers.locator(".message-state")).to_contain_text("Stopped")
    await expect(aiko.page.get_by_role("button", name="Send")).to_be_disabled()

    await aiko.say(ASK)
    await expect(aiko.answer_text.last).to_have_text(BEGUN)
    await ben.composer.press("Escape")  # not Ben's
    await aiko.page.locator("button.ai-choice").click()
    menu = aiko.page.locator("#ai-menu")
    await expect(menu).to_be_visible()
    await aiko.page.keyboard.press("Escape")
    await expect(menu).to_be_hidden()
    await expect(aiko.page.get_by_role("button", name="Stop answer")).to_be_enabled()
    await aiko.page.get_by_role("button", name="Room details").click()  # they stay beside the messages
    await aiko.page.get_by_role("heading", level=1).click()
    await aiko.page.keyboard.press("Escape")
    await expect(ben.answers.last.locator(".message-state")).to_contain_text("Stopped")

    await ben.say(ASK)
    await aiko.answers.get_by_role("button", name="Stop").click()
    await expect(ben.answers.last.locator(".message-state")).to_contain_text("Stopped")


async def test_answers_are_seen_by_all_while_they_are_written_one_after_another(
    meet: Meet, vendor: ScriptedVendor
) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await aiko.say(ASK)
    for person in (aiko, ben):
        await expect(person.answer_text).to_have_text(BEGUN)
        await expect(person.answers).to_contain_text("Aiko asked")
    await ben.say("@ai [[say Second]]")
    await expect(aiko.message("[[say Second]]")).to_be_visible()
    await aiko.say("@ai [[say Third]]")
    for person in (aiko, ben):
        await expect(person.answers.nth(1)).to_contain_text("Waiting for an earlier answer…")
        await expect(person.answers.nth(2)).to_contain_text("Waiting for 2 earlier answers…")
    vendor.release()
    for person in (aiko, ben):
        await expect(person.answer_text).to_have_text([LONG, "Second", "Third"])
        await expect(person.answers.first).to_contain_text("scripted")
        await expect(person.answers.first).to_contain_text("tokens")


async def test_a_refresh_and_a_late_comer_see_the_live_part_and_the_rest_after_the_asker_has_left(
    meet: Meet, arrive: Arrive, make: Factory, vendor: ScriptedVendor
) -> None:
    room, aiko, ben = await meet("Aiko", "Ben")
    await aiko.say(ASK)
    await expect(ben.answer_text).to_have_text(BEGUN)
    await ben.page.reload()
    chloe = await arrive("Chloe")
    await make.join(room, chloe.actor)
    await chloe.enter(room)
    for person in (ben, chloe):
        await expect(person.answer_text).to_have_text(BEGUN)
        await expect(person.answer_text).to_have_class("message-text live")
    await aiko.page.close()
    vendor.release()
    for person in (ben, chloe):
        await expect(person.answer_text).to_have_text(LONG)


async def test_navigating_away_and_back_finds_the_answer(meet: Meet, vendor: ScriptedVendor) -> None:
    room, aiko = await meet("Aiko")
    await aiko.say(ASK)
    await expect(aiko.answer_text).to_have_text(BEGUN)
    await aiko.page.get_by_role("link", name="New chat").click()
    await expect(aiko.page.get_by_text("What’s on your mind, Aiko?")).to_be_visible()
    vendor.release()
    await aiko.room_link(room.name).click()
    await expect(aiko.answer_text).to_have_text(LONG)


async def test_stop_keeps_what_is_written_and_regenerate_takes_its_place(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await aiko.say(ASK)
    await expect(aiko.answer_text).to_have_text(BEGUN)
    await ben.say("Meanwhile")
    await expect(aiko.message("Meanwhile")).to_be_visible()
    await expect(ben.answers.get_by_role("button", name="Stop")).to_have_count(0)  # Ben has not asked
    await aiko.answers.get_by_role("button", name="Stop").click()
    for person in (aiko, ben):
        await expect(person.answers.locator(".message-state")).to_contain_text("Stopped")
        await expect(person.answer_text).to_have_text(BEGUN)
    await aiko.act(aiko.answers, "Regenerate")
    await expect(aiko.answers.get_by_role("button", name="Stop")).to_be_visible()
    await aiko.composer.press("Escape")  # ends it too
    for person in (aiko, ben):
        await expect(person.answers.locator(".message-state")).to_contain_text("Stopped")
        await expect(person.page.locator(".message").nth(1)).to_have_class("message answer head")
        await expect(person.answers).to_have_count(1)


async def test_a_failure_has_a_reason_and_can_be_tried_again(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await aiko.say("@ai [[fail 402 once]] [[say It works]]")
    for person in (aiko, ben):
        await expect(person.answers).to_contain_text("This site has no credit left")
    await expect(ben.answers.get_by_role("button", name="Try again")).to_have_count(0)
    await aiko.answers.get_by_role("button", name="Try again").click()
    for person in (aiko, ben):
        await expect(person.answer_text).to_have_text("It works")
        await expect(person.answers.get_by_role("alert")).to_have_count(0)
    await aiko.say("@ai [[fail 429 once]] [[say It works by itself]]")  # the vendor is overloaded for a moment
    for person in (aiko, ben):
        await expect(person.answer_text.last).to_have_text("It works by itself")
        await expect(person.answers.get_by_role("alert")).to_have_count(0)


async def test_an_answer_that_ends_early_keeps_its_part_with_the_reason(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await aiko.say("@ai [[tokens 3 length]]")
    for person in (aiko, ben):
        await expect(person.answers.locator(".message-state").first).to_contain_text("reached the maximum length")
        await expect(person.answers.locator(".message-state").last).to_contain_text("3 tokens")
        await expect(person.answers.get_by_role("alert")).to_have_count(0)
    await aiko.say("@ai [[cut 3]]")
    await expect(aiko.answers.last).to_contain_text("quiet rivers carry")
    await expect(aiko.answers.last).to_contain_text("The answer was cut off.")


async def test_the_first_message_at_home_makes_a_room_that_one_can_share(
    arrive: Arrive, vendor: ScriptedVendor
) -> None:
    aiko = await arrive("Aiko")
    await aiko.page.goto("/")
    await aiko.say("How do tides work? [[hold 2]]")
    await aiko.page.wait_for_url("**/r/*")
    title = aiko.page.locator(".room-title h1")
    await expect(title).to_contain_text("How do tides work?")
    await expect(aiko.answer_text).to_have_text("quiet rivers")
    vendor.release()
    # When the first answer is complete, the model names the room: here with the scripted vendor's usual words.
    await expect(title).to_have_text("quiet rivers carry the morning")
    await expect(aiko.room_link("quiet rivers carry")).to_be_visible()
    await aiko.say("And without a mention? [[say Every message is answered]]")
    await expect(aiko.answer_text.last).to_have_text("Every message is answered")
    await aiko.page.get_by_role("button", name="Invite people").first.click()
    await aiko.page.get_by_role("button", name="Create link").click()
    path = await aiko.page.locator("#invite li input").input_value()
    ben = await arrive("Ben")
    await ben.page.goto(path)
    await ben.page.get_by_role("button", name="Join room").click()
    await expect(aiko.page.locator(".room-title")).to_contain_text("2 people")
    await aiko.page.keyboard.press("Escape")
    await aiko.say("And where? [[say In the sea]]")
    await expect(ben.answer_text).to_have_text("In the sea")
    await expect(ben.message("How do tides work?")).to_have_count(0)  # a private chat is shared from here on


async def test_a_guest_may_talk_but_not_ask(arrive: Arrive, call_in: CallIn, make: Factory) -> None:
    aiko, ben = await call_in("Aiko"), await arrive("Ben")
    room = await make.room({Role.MASTER: aiko.actor, Role.GUEST: ben.actor})
    await aiko.enter(room)
    await ben.enter(room)
    await ben.say("@ai [[say never]]")
    await aiko.say("@ai [[say for me]]")
    await expect(ben.answer_text).to_have_text("for me")
    await expect(ben.answers).to_have_count(1)


async def test_the_room_decides_when_the_ai_speaks(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await aiko.page.locator("button.ai-choice").click()
    await aiko.page.get_by_role("menuitemradio", name="Every message").click()
    await expect(ben.page.locator(".room-title")).to_contain_text("replies to every message")
    await ben.say("[[say without a mention]]")
    await expect(aiko.answer_text).to_have_text("without a mention")
    await aiko.page.keyboard.press("Escape")
    await aiko.page.locator("button.ai-choice").press("Enter")
    await expect(aiko.page.get_by_role("menuitemradio", name="Every message")).to_be_focused()


async def test_a_question_that_is_too_long_for_its_chat_begins_a_new_one(arrive: Arrive) -> None:
    aiko = await arrive("Aiko")
    await aiko.page.goto("/")
    await aiko.say("[[toolong]] Sum it up")
    failed = aiko.answers.get_by_role("alert")
    await expect(failed).to_contain_text("The conversation is too long for this model.")
    await failed.get_by_role("button", name="New chat").click()
    await aiko.page.wait_for_url("**/")
    await expect(aiko.composer).to_have_value("[[toolong]] Sum it up")
    await expect(aiko.composer).to_be_focused()
    assert await aiko.page.evaluate("localStorage.getItem('parley.model')") == "compatible/scripted"
