"""Changes of roles, removals and transfers of rooms show at once for everyone concerned."""

import asyncio

from playwright.async_api import Locator, expect

from chat_app.core.access.permissions import Role
from tests.browser.visitor import Arrive, Meet, Visitor
from tests.support.factory import Factory
from tests.vendor.server import ScriptedVendor

NOTE_CLICKS = "addEventListener('click', () => { window.clickedAt = Date.now() }, true)"
WHEN_SEEN = """words => new Promise(done => new MutationObserver(() => {
    if (document.body.textContent.includes(words)) done(Date.now());
}).observe(document.body, { childList: true, subtree: true, characterData: true }))"""
ASK = "@ai [[hold 5]] [[say one two three four five six seven eight]]"


def row(visitor: Visitor, name: str) -> Locator:
    """A member in the room's details."""
    return visitor.page.locator("#drawer .member", has=visitor.page.get_by_text(name, exact=True))


async def card(visitor: Visitor, name: str) -> Locator:
    """Open a member's card from the room's details."""
    drawer = visitor.page.locator("#drawer")
    if not await drawer.is_visible():
        await visitor.page.get_by_role("button", name="Room details").click()
    await row(visitor, name).click()
    return visitor.page.locator("#member")


async def settings(visitor: Visitor) -> Locator:
    """Open the room's settings."""
    await visitor.page.get_by_role("button", name="Room details").click()
    await visitor.page.locator("#drawer").get_by_role("button", name="Room settings").click()
    return visitor.page.locator("#room-settings")


async def confirm(visitor: Visitor, act: str, words: str) -> None:
    """Press a button of the open card, and confirm."""
    await visitor.page.locator("#member").get_by_role("button", name=words).click()
    await visitor.page.locator(f"#member-{act}").get_by_role("button", name=words).click()


async def test_a_role_takes_effect_at_once(meet: Meet) -> None:
    room, aiko, ben, _ = await meet("Aiko", "Ben", "Chloe", apart=["Chloe"])
    await ben.composer.fill("I was just about to")
    await expect((await card(ben, "Chloe")).get_by_label("Role")).to_have_count(0)
    await ben.page.keyboard.press("Escape")
    role = (await card(aiko, "Ben")).get_by_label("Role")
    await role.select_option("reader")
    await expect(ben.page.get_by_text("You have read-only access.")).to_be_visible()
    await expect(ben.composer).to_have_count(0)
    await role.select_option("admin")
    await expect(ben.page.get_by_text(f"You are now Admin in “{room.name}”.")).to_be_visible()
    await expect(ben.composer).to_have_value("I was just about to")
    await expect(ben.page.get_by_role("button", name="Invite people").first).to_be_visible()
    await expect(row(ben, "Ben")).to_contain_text("Admin")
    # Ben, now an admin, may do the same to Chloe, but not to Aiko.
    await (await card(ben, "Chloe")).get_by_label("Role").select_option("guest")
    await expect(row(aiko, "Chloe")).to_contain_text("Guest")
    await ben.page.keyboard.press("Escape")
    member = await card(ben, "Aiko")
    await expect(member).to_contain_text("Owner")
    await expect(member.get_by_role("button", name="Remove")).to_have_count(0)


async def test_removed_member_is_out_in_every_tab_and_their_answer_ends(meet: Meet, vendor: ScriptedVendor) -> None:
    room, aiko, ben, chloe = await meet("Aiko", "Ben", "Chloe", apart=["Chloe"])
    elsewhere = await ben.new_page()
    await elsewhere.goto("/")
    other = await ben.new_page()
    await other.goto(f"/r/{room.id}")
    await ben.say(ASK)
    await expect(aiko.answer_text).to_have_text("one two three four five")
    await card(aiko, "Ben")
    seen = [asyncio.create_task(page.evaluate(WHEN_SEEN, "You were removed")) for page in (ben.page, other)]
    await aiko.page.evaluate(NOTE_CLICKS)
    await confirm(aiko, "remove", "Remove from room")
    for page in (ben.page, other):
        await expect(page.get_by_role("heading", name="You were removed from this room")).to_be_visible()
    clicked = await aiko.page.evaluate("window.clickedAt")
    assert all(moment - clicked < 1000 for moment in await asyncio.gather(*seen))  # ms
    await expect(elsewhere.locator(".room-link", has_text=room.name)).to_have_count(0)
    await expect(aiko.answers.locator(".message-state")).to_contain_text("Stopped")
    await expect(aiko.page.locator(".room-title")).to_contain_text("2 people")
    await expect(aiko.page.locator("#member")).to_be_hidden()
    vendor.release()
    await chloe.say("Is he gone?")
    await expect(aiko.message("Is he gone?")).to_be_visible()
    for page in (ben.page, other):
        await expect(page.get_by_text("Is he gone?")).to_have_count(0)


async def test_a_banned_person_does_not_come_back_until_the_ban_is_lifted(meet: Meet) -> None:
    room, aiko, ben = await meet("Aiko", "Ben")
    link = (await aiko.api.post(f"/rooms/{room.id}/invite-links", json={})).json()
    await card(aiko, "Ben")
    await confirm(aiko, "ban", "Ban")
    await expect(ben.page.get_by_role("heading", name="You were removed from this room")).to_be_visible()
    ben.expects("403")
    await ben.page.goto(f"/join/{link['token']}")
    await ben.page.get_by_role("button", name="Join room").click()
    await expect(ben.page.get_by_text("You’re banned from this room.")).to_be_visible()
    await aiko.page.locator("#drawer").get_by_role("button", name="Room settings").click()
    await aiko.page.locator("#room-settings").get_by_role("button", name="Banned people").click()
    bans = aiko.page.locator("#bans")
    await bans.get_by_role("button", name="Unban Ben").click()
    await expect(bans.get_by_text("Nobody is banned.")).to_be_visible()
    await ben.page.get_by_role("button", name="Join room").click()
    await ben.page.wait_for_url(f"**/r/{room.id}")
    await expect(ben.composer).to_be_visible()


async def test_a_room_is_handed_over_and_its_master_leaves_with_an_heir(meet: Meet) -> None:
    room, aiko, ben, chloe = await meet("Aiko", "Ben", "Chloe", apart=["Chloe"])
    await card(aiko, "Ben")
    await confirm(aiko, "handOver", "Transfer ownership")
    await expect(ben.page.get_by_text(f"You are now Owner in “{room.name}”.")).to_be_visible()
    await expect(row(aiko, "Ben")).to_contain_text("Owner")
    await expect(row(aiko, "Aiko")).to_contain_text("Admin")
    await expect(aiko.page.locator("#drawer").get_by_role("button", name="Delete room")).to_have_count(0)
    await ben.page.get_by_role("button", name="Room details").click()
    await expect(ben.page.locator("#drawer").get_by_role("button", name="Delete room")).to_be_visible()
    await ben.page.locator("#drawer").get_by_role("button", name="Leave room").click()
    dialog = ben.page.locator("#leave-room")
    await expect(dialog.get_by_text("You own this room and it has other members.")).to_be_visible()
    await expect(dialog.get_by_label("New owner").locator("option")).to_have_count(2)
    await dialog.get_by_label("New owner").select_option(str(chloe.actor.user_id))
    await dialog.get_by_role("button", name="Transfer and leave").click()
    await expect(ben.page.get_by_text("What’s on your mind, Ben?")).to_be_visible()
    await expect(ben.room_link(room.name)).to_have_count(0)
    await expect(row(aiko, "Chloe")).to_contain_text("Owner")
    await expect(aiko.page.locator(".room-title")).to_contain_text("2 people")


async def test_slow_mode_counts_down_and_frees_admins(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    await (await settings(aiko)).get_by_label("Slow mode").select_option("30")
    await aiko.page.keyboard.press("Escape")
    await expect(ben.page.get_by_text("Slow mode: 30 seconds between messages")).to_be_visible()
    await ben.say("One")
    await expect(aiko.message("One")).to_be_visible()
    await ben.say("Two")
    await expect(ben.page.locator("#composer-error")).to_contain_text("Slow mode: you can send again in")
    await expect(ben.composer).to_have_value("Two")
    await aiko.say("Three")
    await aiko.say("Four")
    await expect(ben.message("Four")).to_be_visible()
    await aiko.page.locator("#drawer").get_by_role("button", name="Room settings").click()
    await aiko.page.locator("#room-settings").get_by_label("Slow mode").select_option("0")
    await expect(ben.page.get_by_text("Slow mode: 30 seconds between messages")).to_have_count(0)
    await ben.composer.press("Enter")
    await expect(aiko.message("Two")).to_be_visible()


async def test_person_with_link_waits_for_approval(meet: Meet, arrive: Arrive) -> None:
    room, aiko = await meet("Aiko")
    switch = (await settings(aiko)).get_by_role("switch", name="Require approval to join")
    await switch.click()
    await expect(switch).to_have_attribute("aria-checked", "true")
    await aiko.page.keyboard.press("Escape")
    link = (await aiko.api.post(f"/rooms/{room.id}/invite-links", json={})).json()
    chloe, emma, farid = [await arrive(name) for name in ("Chloe", "Emma", "Farid")]
    assert (await chloe.api.post(f"/invitations/{link['token']}/join")).is_success
    for person in (chloe, emma, farid):
        await person.page.goto(f"/join/{link['token']}")
        if person is not chloe:  # whose page comes after her request
            await person.page.get_by_role("button", name="Join room").click()
        await expect(person.page.get_by_text("Your request was sent to the room’s admins.")).to_be_visible()
    await farid.page.get_by_role("link", name="Go to my rooms").click()
    drawer = aiko.page.locator("#drawer")
    await drawer.get_by_role("button", name="Approve Chloe").click()
    await chloe.page.wait_for_url(f"**/r/{room.id}")
    await expect(chloe.composer).to_be_visible()
    await chloe.page.get_by_role("button", name="Room details").click()
    await expect(row(chloe, "Chloe")).to_be_visible()
    await expect(chloe.page.get_by_text("Join requests")).to_have_count(0)  # which are for admins
    await drawer.get_by_role("button", name="Decline Emma").click()
    await expect(emma.page.get_by_text("The room’s admins declined your request.")).to_be_visible()
    await drawer.get_by_role("button", name="Decline Farid").click()
    await expect(farid.page.get_by_text(f"The admins of “{room.name}” declined your request.")).to_be_visible()
    await expect(drawer.get_by_text("Join requests")).to_have_count(0)
    await expect(farid.room_link(room.name)).to_have_count(0)


async def test_a_room_decides_who_asks_the_ai(arrive: Arrive, make: Factory) -> None:
    aiko, ben = await arrive("Aiko"), await arrive("Ben")
    room = await make.room({Role.MASTER: aiko.actor, Role.GUEST: ben.actor})
    for person in (aiko, ben):
        await person.enter(room)
    await ben.say("@ai Hello?")
    await expect(aiko.message("@ai Hello?")).to_be_visible()
    await expect(aiko.answers).to_have_count(0)
    dialog = await settings(aiko)
    await dialog.get_by_label("Ask the AI").select_option("guest")
    await dialog.get_by_label("Choose the model").select_option("master")
    await expect(ben.composer).to_have_attribute("placeholder", f"Message {room.name} — @ai to ask scripted")
    await ben.say("@ai And now?")
    await expect(aiko.answer_text).to_be_visible()
    await aiko.api.patch(f"/rooms/{room.id}/members/{ben.actor.user_id}", json={"role": "admin"})
    others = await settings(ben)
    await expect(others.get_by_label("Choose the model")).to_be_disabled()
    await expect(others.get_by_label("Ask the AI").locator("option", has_text="owner")).to_be_disabled()


async def test_a_room_decides_who_redoes_answers_and_who_sets_the_ai(meet: Meet) -> None:
    _, aiko, ben, chloe = await meet("Aiko", "Ben", "Chloe", apart=["Ben"])
    await ben.say("@ai Hello?")
    await expect(chloe.answers.locator(".message-state")).to_be_visible()
    redo = chloe.answers.get_by_role("button", name="Regenerate")
    rule = chloe.page.locator("button.ai-choice")
    await expect(aiko.answers.get_by_role("button", name="Regenerate")).to_have_count(1)
    await expect(redo).to_have_count(0)
    dialog = await settings(aiko)
    await dialog.get_by_label("Stop and regenerate others’ answers").select_option("member")
    await expect(redo).to_have_count(1)
    await dialog.get_by_label("Change AI settings").select_option("member")
    await expect(rule).to_be_visible()
    await rule.click()
    await chloe.page.get_by_role("menuitemradio", name="Every message").click()
    await expect(aiko.page.locator(".ai-choice")).to_contain_text("Every message")
    for right in ("Stop and regenerate others’ answers", "Change AI settings"):
        await dialog.get_by_label(right).select_option("admin")
    await expect(rule).to_have_count(0)
    await expect(redo).to_have_count(0)


async def test_a_name_in_the_feed_opens_the_card_of_its_person(meet: Meet) -> None:
    room, aiko, ben, chloe = await meet("Aiko", "Ben", "Chloe", apart=["Ben", "Chloe"])
    await ben.say("Hello")
    await chloe.say("Goodbye")
    await expect(aiko.message("Goodbye")).to_be_visible()
    await chloe.api.post(f"rooms/{room.id}/leave")
    await expect(aiko.page.locator(".room-line")).to_have_text(f"{chloe.actor.person.name} left")
    opener = aiko.message("Hello").get_by_role("button", name=ben.actor.person.name, exact=True)
    await opener.focus()
    await aiko.page.keyboard.press("Enter")
    card = aiko.page.locator("#member")
    await expect(card).to_contain_text(f"@{ben.actor.person.username}")
    await expect(card.get_by_label("Role")).to_be_visible()
    await card.get_by_role("button", name="Add to contacts").click()
    await expect(card.get_by_role("button", name="Remove from contacts")).to_be_focused()
    await aiko.page.keyboard.press("Escape")
    await expect(opener).to_be_focused()
    await aiko.message("Goodbye").get_by_role("button", name=chloe.actor.person.name, exact=True).click()
    await expect(card).to_contain_text(f"@{chloe.actor.person.username}")
    await expect(card.get_by_label("Role")).to_have_count(0)  # who has left has none
    await card.get_by_role("button", name="Send message").click()
    await expect(aiko.page.locator(".room-header")).to_contain_text(chloe.actor.person.name)
