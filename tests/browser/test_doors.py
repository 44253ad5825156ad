"""Copying without https, counts after deletions, and dead links."""

import re

from playwright.async_api import expect

from chat_app.core.access.permissions import Role
from chat_app.core.invitations.links import create_invite_link, revoke_invite_link
from tests.browser.remote import CallIn
from tests.browser.visitor import Arrive, Meet
from tests.support.factory import Factory

NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"


async def test_buttons_copy_without_https_or_say_why_not(gather: Meet, make: Factory) -> None:
    room, aiko, ben = await gather("Aiko", "Ben", apart=["Ben"])
    async with make.work.begin(aiko.actor) as ctx:
        await create_invite_link(ctx, room.id)
    await aiko.page.add_init_script(NO_CLIPBOARD)
    for person in (aiko, ben):
        await person.enter(room)
    await ben.say("Shall we ship?\n```\nlet code = 1\n```")
    await aiko.act(aiko.message("Shall we"), "Copy text")
    await expect(aiko.page.get_by_text("Copied")).to_be_visible()
    await aiko.composer.press("Control+V")
    await expect(aiko.composer).to_have_value(re.compile("^Shall we ship"))
    await aiko.message("Shall we").get_by_role("button", name="Copy code").click()
    await aiko.composer.fill("")
    await aiko.composer.press("Control+V")
    await expect(aiko.composer).to_have_value(re.compile("^let code = 1"))

    await aiko.page.get_by_role("button", name="Invite people").first.click()
    dialog = aiko.page.locator("#invite")
    button = dialog.get_by_role("button", name="Copy link")
    await button.click()
    await expect(button).to_be_focused()
    address = await dialog.locator(".link-list input").input_value()
    field = dialog.get_by_role("combobox", name="Username or email")
    await field.press("Control+V")
    await expect(field).to_have_value(address)

    await aiko.page.evaluate("document.execCommand = () => false")
    await button.click()
    await expect(aiko.page.get_by_text("doesn’t allow copying here")).to_be_visible()


async def test_deleted_message_is_not_unread_and_dead_link_leads_members_in(
    arrive: Arrive, call_in: CallIn, make: Factory
) -> None:
    aiko, ben = await call_in("Aiko"), await arrive("Ben")
    room = await make.room({Role.MASTER: aiko.actor, Role.MEMBER: ben.actor}, name="Tea")
    async with make.work.begin(aiko.actor) as ctx:
        link = await create_invite_link(ctx, room.id)
        await ctx.db.flush()
        await revoke_invite_link(ctx, room.id, link.id)
    await ben.page.goto("/")
    await expect(ben.room_link("Tea")).to_be_visible()  # what is told before the list of rooms is in it
    badge = ben.room_link("Tea").locator(".badge")
    texts = ("One", f"Two @{ben.actor.person.username}", "Three")
    said = [(await aiko.api.post(f"/rooms/{room.id}/messages", json={"text": text})).json() for text in texts]
    await expect(badge).to_contain_text("@1")
    await aiko.api.delete(f"/messages/{said[1]['id']}")
    await expect(badge).to_have_text(re.compile("^2"))
    await aiko.api.delete(f"/messages/{said[0]['id']}")
    await expect(badge).to_have_text(re.compile("^1"))
    await ben.page.reload()
    await expect(badge).to_have_text(re.compile("^1"))
    await aiko.api.delete(f"/messages/{said[2]['id']}")
    await expect(badge).to_have_count(0)
    await ben.page.goto(f"/join/{link.token}")
    await ben.page.wait_for_url(f"**/r/{room.id}")
