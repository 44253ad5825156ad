"""Reactions, pins, stars and mentions, seen by several people."""

from playwright.async_api import expect

from chat_app.core.access.permissions import Role
from tests.browser.forms import sign_in
from tests.browser.remote import CallIn
from tests.browser.test_sidebar import has_read
from tests.browser.visitor import REMEMBER_FOUND, Arrive, Meet, Visitor
from tests.support.factory import Factory
from tests.support.waiting import until


def chips(person: Visitor, text: str) -> object:
    return person.message(text).locator(".reaction:not(.add)")


async def test_a_reaction_is_given_seen_joined_and_taken_back(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await aiko.say("Shall we?")
    await expect(ben.message("Shall we?")).to_be_visible()
    await ben.act(ben.message("Shall we?"), "Add reaction")
    await ben.page.get_by_role("menuitem", name="🎉").click()
    for person in (aiko, ben):
        await expect(chips(person, "Shall we?")).to_have_text(["🎉1"])
    await expect(chips(ben, "Shall we?")).to_have_attribute("aria-pressed", "true")
    await expect(chips(aiko, "Shall we?")).to_have_attribute("title", "Ben")
    await chips(aiko, "Shall we?").click()
    await expect(chips(ben, "Shall we?")).to_have_text(["🎉2"])
    await expect(chips(aiko, "Shall we?")).to_have_attribute("title", "You, Ben")
    await chips(ben, "Shall we?").click()
    await expect(chips(ben, "Shall we?")).to_have_attribute("title", "Aiko")
    await chips(aiko, "Shall we?").click()
    await expect(chips(ben, "Shall we?")).to_have_count(0)


async def test_all_emoji_are_reached_by_keys(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    await aiko.say("Lunch")
    await aiko.act(aiko.message("Lunch"), "Add reaction")
    await expect(aiko.page.locator("#reactions [role=menuitem]").first).to_be_focused()
    await aiko.page.keyboard.press("End")
    at_once = "(document.activeElement.click(), document.getElementById('all-emoji').contains(document.activeElement))"
    assert await aiko.page.evaluate(at_once), "the next key is that of what has opened"
    picker = aiko.page.get_by_role("dialog", name="All emoji")
    field = picker.get_by_role("searchbox")
    await expect(field).to_be_focused()
    await expect(picker.get_by_role("button", name="grinning face", exact=True)).to_be_visible()
    await aiko.page.keyboard.press("ArrowDown")
    await expect(picker.get_by_role("button", name="grinning face", exact=True)).to_be_focused()
    await aiko.page.keyboard.press("ArrowRight")
    await aiko.page.keyboard.press("ArrowDown")
    await aiko.page.keyboard.press("ArrowUp")
    await aiko.page.keyboard.press("Enter")
    await expect(chips(aiko, "Lunch")).to_have_text(["😃1"])
    await expect(picker).to_be_hidden()


async def test_emoji_are_found_by_name_and_those_of_late_come_first(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko", locale="ja-JP")
    room = await make.room({Role.MASTER: aiko.actor})
    await aiko.enter(room)
    await aiko.say("お茶にしよう")
    message = aiko.message("お茶にしよう")
    await aiko.act(message, "リアクションを追加")
    await aiko.page.keyboard.press("End")
    await aiko.page.keyboard.press("Enter")
    field = aiko.page.get_by_role("searchbox", name="絵文字を検索")
    for words in ("スシ", "sushi"):
        await field.fill(words)
        await expect(aiko.page.locator("#all-emoji .emoji-choice").first).to_be_visible()
    await field.fill("no such thing")
    await expect(aiko.page.get_by_text("絵文字が見つかりません。")).to_be_visible()
    await field.fill("すし")
    await expect(aiko.page.locator("#all-emoji .emoji-choice").first).to_have_text("🍣")
    await field.press("Enter")
    await expect(chips(aiko, "お茶")).to_have_text(["🍣1"])
    await message.locator(".reaction.add").click()
    await expect(aiko.page.locator("#reactions [role=menuitem]").first).to_have_text("🍣")


async def test_a_reader_sees_reactions_and_gives_none(arrive: Arrive, call_in: CallIn, make: Factory) -> None:
    aiko, reader = await call_in("Aiko"), await arrive("Rei")
    room = await make.room({Role.MASTER: aiko.actor, Role.READER: reader.actor})
    message = await make.message(room, aiko.actor, "Read this")
    await reader.enter(room)
    await aiko.api.post(f"messages/{message.id}/reactions", json={"emoji": "👍"})
    await expect(chips(reader, "Read this")).to_have_text(["👍1"])
    await expect(chips(reader, "Read this")).to_be_disabled()
    await expect(reader.message("Read this").get_by_role("button", name="Add reaction")).to_have_count(0)


async def test_marks_made_offline_are_sent_later(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben", apart=["Ben"])
    aiko.expects("ERR_", "WebSocket")
    await ben.say("Still there?")
    await expect(aiko.message("Still there?")).to_be_visible()
    await aiko.context.set_offline(True)
    await expect(aiko.page.get_by_text("Connection lost.")).to_be_visible()
    await aiko.act(aiko.message("Still there?"), "Add reaction")
    await aiko.page.get_by_role("menuitem", name="👍").click()
    await expect(chips(aiko, "Still there?")).to_have_text(["👍1"])
    await aiko.context.set_offline(False)
    await ben.hears("👍")


async def test_a_pin_is_at_hand_for_everybody(gather: Meet, make: Factory) -> None:
    room, aiko, ben = await gather("Aiko", "Ben")
    await make.message(room, aiko.actor, "The plan is on the wiki")
    await make.messages(room, ben.actor, [f"Line {number}" for number in range(70)])
    for person in (aiko, ben):
        await person.enter(room)
    await ben.page.locator(".room-header").get_by_role("button", name="Pinned messages").click()
    await expect(ben.page.locator("#pins")).to_contain_text("Pin important messages from their ⋯ menu.")
    await aiko.act(aiko.message("Line 69"), "More")
    await aiko.page.get_by_role("menuitem", name="Pin for everyone").click()
    await expect(ben.page.locator("#pins .card")).to_contain_text("Line 69")
    await expect(ben.message("Line 69").locator(".marked")).to_have_text("Pinned")
    plan = (await aiko.api.get(f"rooms/{room.id}/messages", params={"before": 2})).json()["items"][0]["id"]
    assert (await aiko.api.post(f"messages/{plan}/pin")).status_code == 200
    card = ben.page.locator("#pins .card", has_text="The plan")
    await card.get_by_role("button", name="Go to message by").click()
    await expect(ben.message("The plan is on the wiki")).to_be_in_viewport()
    await ben.act(ben.message("The plan"), "More")
    await expect(ben.page.get_by_role("menuitem", name="Star")).to_be_visible()
    await expect(ben.page.get_by_role("menuitem", name="Unpin")).to_have_count(0)  # a member may not


async def test_a_star_is_for_oneself_on_every_tab(meet: Meet) -> None:
    room, aiko, ben = await meet("Aiko", "Ben", apart=["Aiko"])
    await aiko.say("Keep me in mind")
    await expect(ben.message("Keep me")).to_be_visible()
    other_tab = await ben.new_page()
    await other_tab.goto(f"/r/{room.id}")
    await ben.act(ben.message("Keep me"), "More")
    await ben.page.get_by_role("menuitem", name="Star").click()
    await expect(ben.message("Keep me").locator(".marked")).to_have_text("Starred")
    await expect(other_tab.locator(".marked")).to_have_text("Starred")
    assert (await aiko.api.get("me/stars")).json()["items"] == []
    await ben.page.goto("/")
    await ben.page.get_by_role("button", name="Starred").click()
    await ben.page.locator("#stars .card").get_by_role("button", name="Go to message by").click()
    await expect(ben.message("Keep me")).to_be_in_viewport()
    await expect(ben.message("Keep me").locator(".marked")).to_have_text("Starred")
    await ben.page.get_by_role("button", name="Starred").click()
    await ben.page.locator("#stars").get_by_role("button", name="Unstar").click()
    await expect(ben.page.locator("#stars")).to_contain_text("Star a message")
    await expect(other_tab.locator(".marked")).to_have_count(0)


async def test_a_mention_is_completed_by_keys_and_calls_the_other(gather: Meet, make: Factory) -> None:
    room, aiko, ben, _ = await gather("Aiko", "Benedikt", "Chloé Dubois", apart=["Chloé Dubois"])
    await aiko.enter(room)
    elsewhere = await make.room({Role.MASTER: ben.actor}, name="Elsewhere")
    await ben.enter(elsewhere)
    await aiko.composer.press_sequentially("Hello @bened")
    await expect(aiko.page.get_by_role("option")).to_have_count(1)
    await aiko.composer.press("Tab")
    username = ben.actor.person.username
    await expect(aiko.composer).to_have_value(f"Hello @{username} ")
    await aiko.composer.press_sequentially("and @dub")
    await expect(aiko.page.get_by_role("option", selected=True)).to_contain_text("Chloé Dubois")
    await aiko.composer.press("Enter")
    await aiko.composer.press("Enter")
    message = aiko.message("Hello")
    await expect(message.locator(".mention")).to_have_text(["@Benedikt", "@Chloé Dubois"])
    await expect(ben.room_link("Reading room").locator(".badge")).to_contain_text("@1")
    await ben.room_link("Reading room").click()
    await expect(ben.message("Hello")).to_contain_class("calls-me")
    await expect(ben.message("Hello").locator(".mention.me")).to_have_text("@Benedikt")
    await expect(aiko.page.locator(".receipt")).to_contain_text("Benedikt")  # has read it
    await ben.room_link("Elsewhere").click()
    await expect(ben.room_link("Reading room").locator(".badge")).to_have_count(0)
    await aiko.composer.press_sequentially("@al")
    await aiko.page.get_by_role("option").first.click()
    await expect(aiko.composer).to_have_value("@all ")
    await expect(aiko.composer).to_be_focused()


async def test_a_message_is_marked_unread_until_one_comes_back(meet: Meet, make: Factory) -> None:
    room, aiko, ben = await meet("Aiko", "Ben", apart=["Aiko"])
    other = await make.room({Role.MASTER: ben.actor}, name="Elsewhere")
    for text in ("One", "Two", "Three"):
        await aiko.say(text)
    await expect(ben.message("Three")).to_be_visible()
    await until(lambda: has_read(ben, room))
    tab = await ben.new_page()
    await tab.goto(f"/r/{other.id}")
    await ben.page.bring_to_front()
    await ben.act(ben.message("Two"), "More")
    await ben.page.get_by_role("menuitem", name="Mark unread from here").click()
    for page in (ben.page, tab):
        await expect(page.locator(".room-row", has_text=room.name).locator(".badge")).to_contain_text("2")
    await expect(ben.page.locator(".fresh + .message")).to_contain_text("Two")
    await aiko.say("Four")
    await expect(ben.page.locator(".room-row", has_text=room.name).locator(".badge")).to_contain_text("3")
    await ben.room_link("Elsewhere").click()
    await ben.room_link(room.name).click()
    await expect(ben.page.locator(".fresh + .message")).to_contain_text("Two")
    await expect(tab.locator(".room-row", has_text=room.name).locator(".badge")).to_have_count(0)


async def test_a_copied_link_opens_the_room_at_the_message_after_signing_in(gather: Meet, make: Factory) -> None:
    room, aiko = await gather("Aiko")
    await make.message(room, aiko.actor, "The plan")
    await make.messages(room, aiko.actor, [f"Line {number}" for number in range(70)])
    await aiko.context.grant_permissions(["clipboard-read", "clipboard-write"])
    plan = (await aiko.api.get(f"rooms/{room.id}/messages", params={"before": 2})).json()["items"][0]["id"]
    await aiko.page.goto(f"/r/{room.id}?m={plan}")
    await aiko.act(aiko.message("The plan"), "More")
    await aiko.page.get_by_role("menuitem", name="Copy link").click()
    await expect(aiko.page.get_by_text("Link copied.")).to_be_visible()
    address = await aiko.page.evaluate("navigator.clipboard.readText()")
    assert address.endswith(f"/r/{room.id}?m={plan}")
    await aiko.context.clear_cookies()
    await aiko.page.add_init_script(REMEMBER_FOUND)
    await aiko.page.goto(address)
    await sign_in(aiko, aiko.actor.person.username)
    await expect(aiko.message("The plan")).to_be_in_viewport()
    await expect(aiko.message("The plan")).to_have_attribute("data-was-found", "")
