"""Two people talk."""

from playwright.async_api import expect

from tests.browser.visitor import Arrive, Meet
from tests.support.factory import Factory
from tests.vendor.server import ScriptedVendor

SKELETONS = """() => {
  window.skeletons = 0;
  const seen = () => document.querySelectorAll(".message-loading, .room-title.loading").length;
  const count = () => { window.skeletons += seen(); };
  new MutationObserver(count).observe(document.body, { childList: true, subtree: true });
}"""


async def test_messages_reach_the_other_at_once(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await aiko.say("Good morning")
    await expect(ben.message("Good morning")).to_be_visible()
    await ben.say("Hello **Aiko**")
    await expect(aiko.message("Hello Aiko").locator("strong")).to_have_text("Aiko")


async def test_a_message_is_shown_at_once_and_sent_when_the_network_is_back(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    aiko.expects("ERR_INTERNET_DISCONNECTED", "WebSocket")
    await aiko.context.set_offline(True)
    await aiko.say("On **its** way")
    await expect(aiko.message("way")).to_have_class("message head sending")
    await expect(aiko.page.get_by_text("Connection lost.")).to_be_visible()
    await aiko.context.set_offline(False)
    for person in (aiko, ben):
        await expect(person.message("way").locator("strong")).to_have_text("its")
        await expect(person.page.locator(".message")).to_have_count(1)
    await expect(aiko.message("way")).to_have_class("message head")
    await expect(aiko.page.get_by_text("Connection lost.")).to_have_count(0)


async def test_double_enter_and_double_click_post_once(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await aiko.composer.fill("Only once")
    await aiko.composer.press("Enter")
    await aiko.composer.press("Enter")
    await aiko.composer.fill("Once more")
    await aiko.page.get_by_role("button", name="Send").dblclick()
    await aiko.say("The end")
    await expect(ben.message("The end")).to_be_visible()
    await expect(ben.page.locator(".message")).to_have_count(3)


async def test_shift_enter_breaks_the_line(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await aiko.composer.fill("first")
    await aiko.composer.press("Shift+Enter")
    await aiko.composer.press_sequentially("second")
    await aiko.composer.press("Enter")
    await expect(ben.message("first")).to_contain_text("second")


async def test_the_arrow_up_edits_the_last_own_message(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await aiko.say("Teh plan")
    await expect(aiko.message("Teh plan")).not_to_have_class("sending")
    await expect(ben.message("Teh plan")).to_be_visible()
    await aiko.composer.press("ArrowUp")
    await expect(aiko.composer).to_have_value("Teh plan")
    await aiko.say("The plan")
    await expect(ben.message("The plan")).to_contain_text("edited")
    await expect(ben.message("Teh plan")).to_have_count(0)
    await expect(aiko.composer).to_have_value("")


async def test_escape_leaves_an_edit_and_gives_the_draft_back(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    await aiko.say("First")
    await expect(aiko.message("First")).to_be_visible()
    await aiko.composer.fill("A draft")
    await aiko.act(aiko.message("First"), "Edit")
    await expect(aiko.composer).to_have_value("First")
    await aiko.composer.press("Escape")
    await expect(aiko.composer).to_have_value("A draft")


async def test_a_deleted_message_leaves_a_tombstone_for_the_other(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await aiko.say("A mistake")
    await expect(ben.message("A mistake")).to_be_visible()
    await aiko.act(aiko.message("A mistake"), "Delete")
    await aiko.page.locator("#delete-message").get_by_role("button", name="Delete").click()
    await expect(ben.page.locator(".tombstone")).to_have_text("This message was deleted.")
    await expect(ben.message("A mistake")).to_have_count(0)
    await expect(aiko.page.locator("#delete-message")).to_be_hidden()


async def test_the_message_that_is_edited_is_marked(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    await aiko.say("Teh plan")
    await aiko.act(aiko.message("Teh plan"), "Edit")
    await expect(aiko.message("Teh plan")).to_contain_class("editing")
    await aiko.say("The plan")
    await expect(aiko.message("The plan").locator(".message-head")).to_contain_text("edited")
    await expect(aiko.page.locator(".message.editing")).to_have_count(0)


async def test_a_deleted_reply_quotes_nothing(meet: Meet, make: Factory) -> None:
    room, aiko = await meet("Aiko")
    question = await make.message(room, aiko.actor, "Friday?")
    await make.message(room, aiko.actor, "Yes", reply_to_id=question.id)
    await aiko.page.reload()
    await expect(aiko.page.locator(".quote")).to_contain_text("Friday?")
    await aiko.act(aiko.message("Yes"), "Delete")
    await aiko.page.locator("#delete-message").get_by_role("button", name="Delete").click()
    await expect(aiko.page.locator(".tombstone")).to_be_visible()
    await expect(aiko.page.locator(".quote")).to_have_count(0)


async def test_who_asked_is_told_where_it_could_be_another(meet: Meet, make: Factory) -> None:
    room, aiko = await meet("Aiko")
    asker = aiko.actor.user_id
    await make.message(room, None, "An answer", status="complete", model="scripted", asked_by_id=asker)
    await aiko.page.reload()
    await expect(aiko.answers).to_contain_text("An answer")
    await expect(aiko.answers).not_to_contain_text("asked")
    await make.join(room, await make.actor())
    await aiko.page.reload()
    await expect(aiko.answers).to_contain_text("Aiko asked")


async def test_one_can_reply_and_copy(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await aiko.say("Shall we ship on Friday?")
    await ben.act(ben.message("Shall we ship"), "Reply")
    await expect(ben.page.locator(".composer-banner")).to_contain_text("Replying to Aiko")
    await ben.say("Yes")
    quote = aiko.message("Yes").locator(".quote")
    await expect(quote).to_contain_text("Aiko")
    await expect(quote).to_contain_text("Shall we ship on Friday?")
    await ben.act(ben.message("Shall we ship").first, "Copy text")
    await expect(ben.page.get_by_text("Copied")).to_be_visible()
    assert await ben.page.evaluate("navigator.clipboard.readText()") == "Shall we ship on Friday?"


async def test_an_answer_is_quoted_under_its_models_name(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    await aiko.say("@ai Hello")
    await expect(aiko.answers.get_by_text("tokens")).to_be_visible()
    model = await aiko.answers.locator(".message-head b").inner_text()
    await aiko.act(aiko.answers, "Reply")
    await expect(aiko.page.locator(".composer-banner b")).to_have_text(f"Replying to {model}")
    await aiko.say("Thank you")
    await expect(aiko.message("Thank you")).to_have_class("message head")
    await expect(aiko.message("Thank you").locator(".quote b")).to_have_text(model)


async def test_what_one_replies_to_is_shown_without_its_marks(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    await aiko.say("## A **plan**\n- see [the page](https://example.org)\n- run `make`")
    await expect(aiko.message("A plan").locator("code")).to_have_text("make")
    await aiko.act(aiko.message("A plan"), "Reply")
    await expect(aiko.page.locator(".composer-banner .truncate")).to_have_text(
        "Replying to Aiko A plan see the page run make"
    )
    await aiko.say("Yes")
    await expect(aiko.message("Yes")).to_have_class("message head")
    await expect(aiko.message("Yes").locator(".quote .truncate")).to_have_text("A plan see the page run make")


async def test_a_first_message_stands_at_once_where_it_will_be(arrive: Arrive, vendor: ScriptedVendor) -> None:
    aiko = await arrive("Aiko")
    aiko.expects("ERR_INTERNET_DISCONNECTED", "WebSocket")
    await aiko.page.goto("/")
    await expect(aiko.page.get_by_text("What is on your mind, Aiko?")).to_be_visible()
    await aiko.page.evaluate(SKELETONS)
    await aiko.context.set_offline(True)
    await aiko.say("How do tides work? [[hold 2]]")
    own, title = aiko.message("How do tides work?").first, aiko.page.locator(".room-title h1")
    await expect(own).to_have_class("message head sending")
    await expect(aiko.page.get_by_text("Thinking…")).to_be_visible()
    await expect(aiko.composer).to_have_value("")
    await expect(aiko.composer).to_be_focused()
    place = await own.bounding_box()
    await aiko.composer.fill("And why twice?")
    await aiko.context.set_offline(False)
    await aiko.page.wait_for_url("**/r/*")
    await expect(aiko.answer_text).to_have_text("quiet rivers")
    await expect(own).to_have_class("message head")
    await expect(title).to_contain_text("How do tides work?")
    assert await own.bounding_box() == place
    await expect(aiko.composer).to_have_value("And why twice?")
    await expect(aiko.composer).to_be_focused()
    assert await aiko.page.evaluate("skeletons") == 0
    await expect(aiko.page.locator(".message")).to_have_count(2)
    vendor.release()


async def test_others_see_who_is_typing(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await aiko.composer.press_sequentially("I th")
    await expect(ben.page.get_by_text("Aiko is typing…")).to_be_visible()
    await expect(aiko.page.get_by_text("Aiko is typing…")).to_have_count(0)
    await aiko.say("I think so")
    await expect(ben.page.get_by_text("Aiko is typing…")).to_have_count(0)


async def test_drafts_are_kept_for_each_room(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    rooms = [await make.room(name=name) for name in ("Tea", "Coffee")]
    for room in rooms:
        await make.join(room, aiko.actor)
    await aiko.enter(rooms[0])
    await aiko.composer.fill("about tea")
    await aiko.room_link("Coffee").click()
    await expect(aiko.composer).to_have_value("")
    await aiko.composer.fill("about coffee")
    await aiko.room_link("Tea").click()
    await expect(aiko.composer).to_have_value("about tea")
    await aiko.page.reload()
    await expect(aiko.composer).to_have_value("about tea")
    await aiko.room_link("Coffee").click()
    await expect(aiko.composer).to_have_value("about coffee")


async def test_a_long_message_is_counted_and_held_back(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    await aiko.composer.fill("x" * 7990)
    await expect(aiko.page.get_by_text("10 left")).to_be_visible()
    await aiko.composer.fill("x" * 8001)
    await expect(aiko.page.get_by_text("1 too many")).to_be_visible()
    await aiko.composer.press("Enter")
    await expect(aiko.page.get_by_role("alert").filter(has_text="longer than 8000")).to_be_visible()
    await expect(aiko.composer).to_have_value("x" * 8001)


async def test_a_refused_message_can_be_sent_again(meet: Meet, make: Factory) -> None:
    room, aiko, ben = await meet("Aiko", "Ben")
    await make.archive(room)  # the page does not know yet
    await ben.say("Too late")
    failed = ben.message("Too late")
    await expect(failed).to_contain_text("This room is archived.")
    await make.archive(room, archived=False)
    await failed.get_by_role("button", name="Try again").click()
    await expect(aiko.message("Too late")).to_be_visible()


async def test_a_refused_message_can_be_taken_back(meet: Meet, make: Factory) -> None:
    room, ben = await meet("Ben")
    await make.archive(room)  # the page does not know yet
    await ben.say("Never mind")
    await ben.message("Never mind").get_by_role("button", name="Take back").click()
    await expect(ben.composer).to_have_value("Never mind")
    await expect(ben.message("Never mind")).to_have_count(0)


async def test_a_refused_edit_gives_the_old_words_back_and_keeps_the_new(meet: Meet, make: Factory) -> None:
    room, aiko, ben = await meet("Aiko", "Ben")
    await aiko.say("Old words")
    await expect(ben.message("Old words")).to_be_visible()
    await make.archive(room)  # the page does not know yet
    await aiko.act(aiko.message("Old words"), "Edit")
    await aiko.say("New words")
    refused = aiko.message("Old words")
    await expect(refused).to_contain_text("This room is archived.")
    await refused.get_by_role("button", name="Take back").click()
    await expect(aiko.composer).to_have_value("New words")
    await make.archive(room, archived=False)
    await aiko.composer.press("Enter")
    await expect(ben.message("New words")).to_be_visible()


async def test_a_refused_delete_can_be_tried_again(meet: Meet, make: Factory) -> None:
    room, aiko, ben = await meet("Aiko", "Ben")
    await aiko.say("A mistake")
    await expect(ben.message("A mistake")).to_be_visible()
    await make.archive(room)  # the page does not know yet
    await aiko.act(aiko.message("A mistake"), "Delete")
    await aiko.page.locator("#delete-message").get_by_role("button", name="Delete").click()
    await expect(aiko.message("A mistake")).to_contain_text("This room is archived.")
    await make.archive(room, archived=False)
    await aiko.message("A mistake").get_by_role("button", name="Try again").click()
    await expect(ben.page.locator(".tombstone")).to_have_count(1)
