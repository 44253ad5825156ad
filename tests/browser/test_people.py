"""People find one another, write to one another alone, and keep one another away."""

import re
from zipfile import ZipFile

from playwright.async_api import Locator, expect

from chat_app.core.access.permissions import Role
from chat_app.core.auth.tables import Authenticator
from chat_app.core.people.search import LISTED
from chat_app.core.people.tables import Contact
from tests.browser.remote import CallIn
from tests.browser.visitor import Arrive, Meet, Visitor
from tests.support.factory import PASSWORD, Factory


async def test_two_write_to_each_other_alone(arrive: Arrive) -> None:
    aiko, ben = await arrive("Aiko"), await arrive("Ben")
    await ben.page.goto("/")
    await expect(ben.page.get_by_text("No direct messages yet.")).to_be_visible()
    await aiko.page.goto(f"/u/{ben.actor.person.username}")
    await aiko.page.get_by_role("button", name="Send message").click()
    await expect(aiko.page.get_by_role("heading", name="Ben")).to_be_visible()
    await expect(ben.room_link("Aiko")).to_have_count(0)  # nothing has been said
    await aiko.say("Only for you")
    await ben.room_link("Aiko").click()
    await expect(ben.message("Only for you")).to_be_visible()
    await ben.say("And for you")
    await expect(aiko.message("And for you")).to_be_visible()
    await expect(aiko.page.locator(".room-title")).to_contain_text("Online")


async def test_a_block_closes_the_chat_and_folds_messages_away(meet: Meet) -> None:
    room, aiko, ben, chloe = await meet("Aiko", "Ben", "Chloé", apart=["Chloé"])
    await ben.say("Something rude")
    await aiko.message("Something rude").get_by_role("button", name="Ben", exact=True).click()
    await aiko.page.locator("#member").get_by_role("button", name="Send message").click()
    await expect(aiko.page.get_by_role("heading", name="Ben")).to_be_visible()
    await aiko.say("Please stop")
    await ben.room_link("Aiko").click()
    await expect(ben.message("Please stop")).to_be_visible()
    await aiko.page.get_by_role("button", name="Room details").click()
    await aiko.page.locator("#drawer").get_by_role("button", name="Block").click()
    await aiko.page.locator("#block-person").get_by_role("button", name="Block").click()
    await expect(aiko.page.get_by_text("You have blocked this person.")).to_be_visible()
    await expect(ben.page.get_by_text("You can no longer send messages in this chat.")).to_be_visible()
    await expect(ben.composer).to_have_count(0)
    await aiko.room_link(room.name).click()
    await expect(aiko.page.get_by_text("Message from someone you blocked.")).to_be_visible()
    await expect(aiko.feed.get_by_text("Something rude")).to_have_count(0)
    [rude] = (await chloe.api.get(f"/rooms/{room.id}/messages")).json()["items"]
    assert rude["text"] == "Something rude"
    await aiko.page.get_by_role("button", name="Show", exact=True).click()
    await expect(aiko.message("Something rude")).to_be_visible()
    await aiko.room_link("Ben").click()
    await aiko.page.get_by_role("button", name="Unblock").first.click()
    await expect(aiko.composer).to_be_visible()
    await expect(ben.composer).to_be_visible()


async def test_people_are_found_kept_and_chosen_for_a_group_chat(arrive: Arrive, call_in: CallIn) -> None:
    aiko, ben, chloe = await arrive("Aiko"), await call_in("Ben"), await call_in("Chloé")
    await aiko.page.goto("/people")
    await expect(aiko.page.get_by_role("heading", name="People on this site")).to_be_visible()
    for other in (ben, chloe):
        await aiko.page.get_by_role("searchbox").fill(other.actor.person.username)
        row = aiko.page.locator(".member-list li", has_text=f"@{other.actor.person.username}")
        await row.get_by_role("button", name="Add to group chat").click()
    await aiko.page.get_by_label("Chat name (optional)").fill("Lunch")
    await aiko.page.get_by_role("button", name="Start with 2 people").click()
    await aiko.page.wait_for_url("**/r/*")
    await aiko.say("Hungry?")
    await expect(aiko.message("Hungry?")).to_have_class("message head")  # it is sent
    for other in (ben, chloe):
        [lunch] = (await other.api.get("/rooms")).json()["items"]
        assert (lunch["name"], lunch["unread"]) == ("Lunch", 1)
    await aiko.page.goto(f"/u/{ben.actor.person.username}")
    await aiko.page.get_by_role("button", name="Add to contacts").click()
    await expect(aiko.page.get_by_role("button", name="Remove from contacts")).to_be_visible()
    await expect(aiko.page.get_by_role("link", name="Lunch").last).to_be_visible()
    await aiko.page.get_by_role("navigation").get_by_role("link", name="People").click()
    await expect(aiko.page.locator(".member-list li", has_text=f"@{ben.actor.person.username}")).to_be_visible()


async def test_the_sites_people_are_listed_before_one_searches(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    blocked = await make.actor(name="AAA", username="aaa.first")
    await aiko.api.post(f"/blocks/{blocked.person.username}")
    for n in range(LISTED + 1):
        await make.user(name="AAB", username=f"listed{n}")  # the first of all by name
    await aiko.page.goto("/people")
    rows, more = aiko.page.locator(".member-list li"), aiko.page.get_by_role("button", name="Show more")
    await expect(rows).to_have_count(LISTED)
    await more.click()
    await expect(rows.filter(has_text=re.compile("@listed"))).to_have_count(LISTED + 1)
    await expect(rows.filter(has_text="@aaa.first")).to_have_count(0)
    await aiko.page.get_by_role("searchbox").fill("nobody at all")
    await aiko.page.get_by_role("button", name="Show everyone").click()
    await expect(aiko.page.get_by_role("searchbox")).to_be_focused()
    await expect(rows).to_have_count(LISTED)


async def test_many_contacts_are_shown_page_after_page(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    made = [await make.user(name="Kept", username=f"kept{n}") for n in range(LISTED + 1)]
    async with make.work.begin() as ctx:
        ctx.db.add_all(Contact(user_id=aiko.actor.user_id, contact_id=user.id, created_at=ctx.now) for user in made)
    await aiko.page.goto("/people")
    rows = aiko.page.locator("section", has=aiko.page.get_by_role("heading", name="Contacts")).locator("li")
    more = aiko.page.get_by_role("button", name="Show more contacts")
    await expect(rows).to_have_count(LISTED)
    await more.focus()
    await aiko.page.keyboard.press("Enter")
    await expect(rows).to_have_count(LISTED + 1)
    await expect(more).to_have_count(0)
    await expect(rows.last.get_by_role("button", name="Add to group chat")).to_be_focused()
    await aiko.page.get_by_role("searchbox").fill("kept")
    await expect(more).to_have_count(0)


async def test_presence_is_shown_unless_hidden_or_blocked(meet: Meet) -> None:
    others = ("Ben", "Chloé", "Emma")
    _, aiko, ben, chloe, emma = await meet("Aiko", *others, apart=others)
    await aiko.page.get_by_role("button", name="Room details").click()
    for name in others:
        await expect(member(aiko, name).locator(".presence.online")).to_be_visible()
    assert (await chloe.api.patch("/me", json={"shows_presence": False})).is_success
    await expect(member(aiko, "Chloé").locator(".presence")).to_have_count(0)
    await expect(member(aiko, "Ben").locator(".presence.online")).to_be_visible()
    await ben.api.post(f"/blocks/{aiko.actor.person.username}")  # which hides either from the other
    await expect(member(aiko, "Ben").locator(".presence")).to_have_count(0)
    await expect(member(aiko, "Emma").locator(".presence.online")).to_be_visible()
    await aiko.api.post(f"/blocks/{emma.actor.person.username}")
    await expect(member(aiko, "Emma").locator(".presence")).to_have_count(0)


def member(visitor: Visitor, name: str) -> Locator:
    """Return a person in the room's list, by the exact name, since usernames contain names too."""
    row = visitor.page.locator("#drawer .member-list li")
    return row.filter(has=visitor.page.get_by_text(name, exact=True))


async def test_a_deleted_account_leaves_what_was_said(arrive: Arrive, make: Factory) -> None:
    aiko, ben = await arrive("Aiko"), await arrive("Ben")
    room = await make.room({Role.MASTER: aiko.actor, Role.MEMBER: ben.actor})
    await make.message(room, ben.actor, "I was here")
    await aiko.enter(room)
    await ben.page.goto("/settings")
    async with ben.page.expect_download() as download:
        await ben.page.get_by_role("link", name="Export my data").click()
    with ZipFile(await (await download.value).path()) as archive:
        assert "I was here" in archive.read("parley-export.json").decode()
    async with ben.page.expect_download() as download:
        await ben.page.get_by_role("link", name="Without files (JSON)").click()
    assert "I was here" in (await (await download.value).path()).read_text("utf-8")
    await ben.page.get_by_role("button", name="Delete account").click()
    dialog = ben.page.locator("#delete-account")
    await expect(dialog.get_by_label("Code from your authenticator app")).to_have_count(0)
    ben.expects("422")
    await dialog.get_by_label("Password", exact=True).fill("wrong")
    await dialog.get_by_role("button", name="Delete account").click()
    await expect(dialog.get_by_text("Incorrect password.")).to_be_visible()
    await dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Delete account").click()
    await ben.page.wait_for_url("**/sign-in*")
    await expect(ben.page.get_by_text("Your account has been deleted.")).to_be_visible()
    await expect(aiko.message("I was here").locator(".message-head b")).to_have_text("Deleted user")
    await expect(aiko.page.locator(".room-title")).to_contain_text("1 person")


async def test_person_with_authenticator_is_asked_for_code(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    async with make.work.begin() as ctx:
        ctx.db.add(
            Authenticator(user_id=aiko.actor.user_id, sealed_secret="secret", created_at=ctx.now, confirmed_at=ctx.now)
        )
    await aiko.page.goto("/settings")
    await aiko.page.get_by_role("button", name="Delete account").click()
    dialog = aiko.page.locator("#delete-account")
    await dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Delete account").click()
    await expect(dialog.get_by_text("Please fill this in.")).to_be_visible()
    await expect(dialog.get_by_label("Code from your authenticator app")).to_be_focused()


async def test_nobody_is_there_for_a_name_that_nobody_has(arrive: Arrive) -> None:
    aiko = await arrive("Aiko")
    await aiko.page.goto("/u/nobody-at-all")
    await expect(aiko.page.get_by_text("User not found.")).to_be_visible()
    await aiko.page.goto(f"/u/{aiko.actor.person.username}")
    await expect(aiko.page.get_by_text("This is how others see you.")).to_be_visible()
