"""People are asked into rooms, and answer, under one another's eyes."""

import re

from playwright.async_api import expect

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.invitations.links import create_invite_link
from chat_app.core.mail.commands import path_of
from tests.browser.forms import fill_sign_up, press
from tests.browser.remote import CallIn
from tests.browser.visitor import Arrive, Meet, Visitor
from tests.support.factory import Factory
from tests.support.post import mails_to


async def ask(visitor: Visitor, who: str) -> None:
    """Invite a person in the dialog; open it if it is closed."""
    dialog = visitor.page.locator("#invite")
    if not await dialog.is_visible():
        await visitor.page.get_by_role("button", name="Invite people").first.click()
    await dialog.get_by_label("Username or email").fill(who)
    await dialog.get_by_role("button", name="Invite", exact=True).click()


async def test_asked_by_name_taken_back_declined_and_come(meet: Meet, arrive: Arrive) -> None:
    room, aiko = await meet("Aiko", name="Tea room")
    ben = await arrive("Ben")
    other = await ben.new_page()
    inbox = ben.page.get_by_role("button", name="Invitations")
    badges = [page.locator(".with-badge .badge") for page in (ben.page, other)]
    for page in (ben.page, other):
        await page.goto("/")
        await expect(page.get_by_role("button", name="Invitations")).to_be_visible()
    dialog = aiko.page.locator("#invite")
    pending = dialog.locator(".member-list li")

    async def ask_ben() -> None:
        await ask(aiko, f"@{ben.actor.person.username}")
        await expect(pending).to_have_count(1)
        for badge in badges:
            await expect(badge).to_contain_text("1")

    async def nothing_is_left() -> None:
        await expect(pending).to_have_count(0)
        for badge in badges:
            await expect(badge).to_have_count(0)

    await ask_ben()
    await expect(dialog.locator(".results")).to_contain_text(re.compile("Ben.*invited"))
    await expect(dialog.get_by_label("Username or email")).to_have_value("")
    await pending.get_by_role("button", name="Cancel invitation").click()
    await nothing_is_left()

    await ask_ben()
    await inbox.click()
    asked = ben.page.locator("#inbox li")
    await expect(asked).to_contain_text("Tea room")
    await expect(asked).to_contain_text("Aiko invited you as Member")
    await asked.get_by_role("button", name="Decline").click()
    await expect(ben.page.get_by_text("No pending invitations.")).to_be_visible()
    await nothing_is_left()

    await ask_ben()
    await asked.get_by_role("button", name="Join").click()
    await ben.page.wait_for_url(f"**/r/{room.id}")
    await expect(ben.page.locator("#inbox")).to_be_hidden()
    await expect(ben.composer).to_be_visible()
    await expect(ben.room_link("Tea room")).to_be_visible()
    await nothing_is_left()


async def test_asking_by_enter_says_the_result_beside_the_field_and_has_the_lists_loaded_once(
    gather: Meet, make: Factory
) -> None:
    room, aiko = await gather("Aiko")
    heard: list[str] = []
    aiko.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))))
    await aiko.enter(room)
    loaded = lambda: [len(re.findall(f'"t": ?"{op}"', "".join(heard))) for op in ("links", "invitations")]  # noqa: E731
    dialog = aiko.page.locator("#invite")
    field, pending = dialog.get_by_label("Username or email"), dialog.locator(".member-list li")
    await ask(aiko, "user not found")
    await expect(dialog.get_by_text("User not found.")).to_be_visible()
    await expect(field).to_have_value("user not found")
    for number, name in enumerate(("Ben", "Chloe"), start=2):
        username = (await make.actor(name=name)).person.username
        await field.fill(username)
        await expect(dialog.locator(".offers li")).not_to_have_count(0)
        await field.press("Enter")
        result = dialog.locator("form:has([name=to]) + [aria-live]")
        await expect(result).to_contain_text(re.compile(f"{name}.*invited"))
        await expect(dialog.locator(".offers li")).to_have_count(0)
        await expect(field).to_be_focused()
        await expect(pending.filter(has_text=f"@{username}")).to_be_visible()
        assert loaded() == [number, number]  # the first time when the dialog opened


async def test_late_answer_to_invitation_is_refused_with_reason(meet: Meet, arrive: Arrive, make: Factory) -> None:
    room, aiko = await meet("Aiko", apart=["Aiko"])
    ben = await arrive("Ben")
    await ben.page.goto("/")
    await aiko.api.post(f"/rooms/{room.id}/invitations", json={"to": str(ben.actor.user_id)})
    await ben.page.get_by_role("button", name="Invitations").click()
    join = ben.page.locator("#inbox").get_by_role("button", name="Join")
    await expect(join).to_be_visible()
    async with make.work.begin() as ctx:  # the room goes, and nobody who is asked into it is told
        room = await ctx.db.merge(room)
        room.deleted_at = ctx.now
    await join.click()
    await expect(ben.page.get_by_text("Room not found.")).to_be_visible()
    await expect(ben.page.get_by_text("No pending invitations.")).to_be_visible()


async def test_an_invitation_goes_with_its_room_and_a_link_when_it_is_revoked(meet: Meet, arrive: Arrive) -> None:
    room, aiko = await meet("Aiko", apart=["Aiko"])
    ben, chloe = await arrive("Ben"), await arrive("Chloe")
    await ben.page.goto("/")
    await aiko.api.post(f"/rooms/{room.id}/invitations", json={"to": str(ben.actor.user_id)})
    await expect(ben.page.locator(".with-badge .badge")).to_contain_text("1")
    link = (await aiko.api.post(f"/rooms/{room.id}/invite-links", json={})).json()
    await chloe.page.goto(f"/join/{link['token']}")
    await expect(chloe.page.get_by_role("button", name="Join room")).to_be_visible()
    await aiko.api.delete(f"/rooms/{room.id}/invite-links/{link['id']}")
    await chloe.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # she comes back to the page
    await expect(chloe.page.get_by_role("heading", name="This invitation doesn’t work")).to_be_visible()
    await aiko.api.delete(f"/rooms/{room.id}")
    await expect(ben.page.locator(".with-badge .badge")).to_have_count(0)


async def test_a_newcomer_comes_by_mail_under_the_eyes_of_those_who_are_there(
    meet: Meet, arrive: Arrive, make: Factory
) -> None:
    room, aiko = await meet("Aiko", name="Tea")
    await ask(aiko, "nora@example.com")
    dialog = aiko.page.locator("#invite")
    await expect(dialog.locator(".results")).to_contain_text("will get an email with a link")
    await expect(dialog.locator(".link-list li")).to_contain_text("Emailed to nora@example.com")
    mail = (await mails_to(make.work, "nora@example.com"))[-1]
    nora = await arrive()
    await nora.page.goto(path_of(mail, make.work.policy.keys))
    await expect(nora.page.get_by_role("heading", name="Tea")).to_be_visible()
    await nora.page.get_by_role("button", name="Create account").click()
    await fill_sign_up(nora.page, email="nora@example.com", name="Nora")
    await press(nora.page, "Create account")
    await nora.page.wait_for_url(f"**/r/{room.id}")
    await expect(aiko.page.locator(".room-title")).to_contain_text("2 people")
    await nora.say("Good morning")
    await expect(aiko.message("Good morning")).to_be_visible()


async def test_a_newcomer_by_a_link_that_needs_approval_waits_and_is_let_in(
    meet: Meet, arrive: Arrive, make: Factory
) -> None:
    room, aiko = await meet("Aiko", name="Tea", join_approval=True)
    async with make.work.begin(aiko.actor) as ctx:
        link = await create_invite_link(ctx, room.id)
    nora = await arrive()
    await nora.page.goto(f"/join/{link.token}")
    await nora.page.get_by_role("button", name="Create account").click()
    await fill_sign_up(nora.page, name="Nora")
    await press(nora.page, "Create account")
    await expect(nora.page.get_by_role("status")).to_contain_text("Your request was sent to the room’s admins")
    await aiko.page.get_by_role("button", name="Room details").click()
    await aiko.page.get_by_role("button", name="Approve Nora").click()
    await nora.page.wait_for_url(f"**/r/{room.id}")


async def test_a_link_for_one_is_shown_as_a_qr_code_and_lets_one_in(
    meet: Meet, arrive: Arrive, call_in: CallIn
) -> None:
    _, aiko = await meet("Aiko", name="Tea")
    await aiko.page.get_by_role("button", name="Invite people").first.click()
    dialog = aiko.page.locator("#invite")
    links = dialog.locator("form", has=aiko.page.get_by_role("button", name="Create link"))
    await links.get_by_label("Max uses").select_option("1")
    await links.get_by_label("Joins as").select_option("guest")
    await links.get_by_role("button", name="Create link").click()
    address = await dialog.locator(".link-list input").input_value()
    await dialog.get_by_role("button", name="QR code").click()
    code = dialog.get_by_role("img", name="QR code")
    await expect(code).to_be_visible()
    assert await code.evaluate("async (image) => { await image.decode(); return image.naturalWidth }") > 100
    await aiko.page.keyboard.press("Escape")
    await expect(code).to_be_hidden()
    await expect(dialog).to_be_visible()
    ben, chloe = await call_in("Ben"), await arrive("Chloe")
    await chloe.page.goto(address)
    await expect(chloe.page.get_by_role("button", name="Join room")).to_be_visible()
    joined = await ben.api.post(f"/invitations/{address.rpartition('/')[2]}/join")
    assert joined.status_code == 200, joined.text
    await expect(aiko.page.locator(".room-title")).to_contain_text("2 people")
    await chloe.page.get_by_role("button", name="Join room").click()
    await expect(chloe.page.get_by_role("heading", name="This invitation doesn’t work")).to_be_visible()


async def test_a_group_is_made_and_asked_with_a_result_for_each(arrive: Arrive, make: Factory) -> None:
    aiko, ben, chloe = await arrive("Aiko"), await make.actor(name="Ben"), await arrive("Chloe")
    room = await make.room({Role.MASTER: aiko.actor, Role.MEMBER: ben})
    await aiko.page.goto("/groups")
    page = aiko.page.locator(".settings")
    await page.get_by_label("New group").fill("Friends")
    await page.get_by_role("button", name="Create group").click()
    await expect(page.get_by_role("heading", name="Friends")).to_be_visible()
    for person in (ben.person, chloe.actor.person):
        await page.get_by_label("Username or email").fill(person.username)
        await page.get_by_role("button", name="Add", exact=True).click()
        await expect(page.locator(".member-list li", has_text=person.name)).to_be_visible()
    await chloe.page.goto("/")
    await aiko.room_link(room.name).click()
    await aiko.page.get_by_role("button", name="Invite people").first.click()
    dialog = aiko.page.locator("#invite")
    await dialog.get_by_label("Group").select_option("Friends (2)")
    await dialog.get_by_role("button", name="Invite group").click()
    await expect(dialog.locator(".results li", has_text="Ben")).to_contain_text("already in the room")
    await expect(dialog.locator(".results li", has_text="Chloe")).to_contain_text("invited")
    await expect(chloe.page.locator(".with-badge .badge")).to_contain_text("1")


async def test_a_group_is_renamed_emptied_and_deleted(arrive: Arrive, call_in: CallIn) -> None:
    aiko, ben = await arrive("Aiko"), await call_in("Ben")
    group = (await aiko.api.post("/groups", json={"name": "Friends"})).json()
    await aiko.api.post(f"/groups/{group['id']}/members", json={"who": ben.actor.person.username})
    await aiko.page.goto("/groups")
    page = aiko.page.locator(".settings")
    await page.get_by_label("Username or email").fill("nobody")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_text("User not found.")).to_be_visible()
    await page.get_by_label("Group name").fill("Tea")
    await page.get_by_role("button", name="Rename").click()
    await expect(page.get_by_role("heading", name="Tea")).to_be_visible()
    await page.get_by_role("button", name="Remove").click()
    await expect(page.get_by_text("No one in this group yet.")).to_be_visible()
    await page.get_by_role("button", name="Delete group").first.click()
    await aiko.page.locator("#delete-group").get_by_role("button", name="Delete group").click()
    await expect(page.locator(".group-list")).to_have_count(0)
    assert (await aiko.api.get("/groups")).json() == {"items": [], "next": ""}


async def test_matching_people_are_suggested_while_typing(meet: Meet, call_in: CallIn) -> None:
    _, aiko = await meet("Aiko")
    zoe = await call_in("Zoë Quist")
    await aiko.page.get_by_role("button", name="Invite people").first.click()
    dialog = aiko.page.locator("#invite")
    field = dialog.get_by_role("combobox", name="Username or email")
    await field.press_sequentially("Quis")
    offer = dialog.get_by_role("option", name="Zoë Quist")
    await expect(offer).to_be_visible()
    await field.press("Escape")
    await expect(offer).to_be_hidden()
    await expect(dialog).to_be_visible()
    await field.press_sequentially("t")
    await expect(offer).to_be_visible()
    await field.press("ArrowDown")
    await expect(offer).to_have_attribute("aria-selected", "true")
    await field.press("Enter")
    await expect(field).to_have_value(f"@{zoe.actor.person.username}")
    await expect(dialog.locator(".results li")).to_have_count(0)
    await field.fill("quist")
    await offer.click()
    await expect(field).to_have_value(f"@{zoe.actor.person.username}")
    await field.press("Enter")
    await expect(dialog.locator(".results")).to_contain_text("invited")
    await field.fill("Quist")
    await expect(offer).to_be_visible()
    await field.press("Enter")  # sends what was typed
    await expect(offer).to_be_hidden()


async def test_nobody_but_the_admin_reads_what_was_mailed(arrive: Arrive, call_in: CallIn, make: Factory) -> None:
    aiko, ben = await arrive("Aiko"), await call_in("Ben")
    room = await make.room({Role.MASTER: ben.actor}, name="Tea")
    await ben.api.post(f"/rooms/{room.id}/invitations", json={"to": "kept@example.com"})
    await aiko.page.goto("/outbox")
    await expect(aiko.page.get_by_text("It doesn’t exist, or you don’t have access to it.")).to_be_visible()
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, aiko.actor.user_id)).site_roles = ["admin"]
    await aiko.page.reload()
    await expect(aiko.page.get_by_text("No mail server is configured.")).to_be_visible()
    mail = aiko.page.locator(".invitation-list li", has_text="kept@example.com").first
    await expect(mail).to_contain_text("Ben invited you to Tea")
    await expect(mail).to_contain_text("/join/")
