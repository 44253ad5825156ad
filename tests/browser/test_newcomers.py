"""A private chat is shared from here on, and the messages that new members see."""

from typing import Any

from playwright.async_api import expect

from chat_app.core.access.permissions import Role
from tests.browser.looks import Look, take_on
from tests.browser.visitor import Arrive, Meet, Visitor
from tests.support.factory import Factory

PHONE = Look((390, 844), "ja", "dark")


async def open_invitations(visitor: Visitor) -> Any:
    """Open the dialog that invites people."""
    await visitor.page.evaluate("document.querySelector('#invite').showModal()")
    dialog = visitor.page.locator("#invite")
    await expect(dialog).to_be_visible()
    return dialog


async def test_a_chat_is_shared_from_here_on(arrive: Arrive, make: Factory) -> None:
    aiko, ben = await arrive("Aiko"), await arrive("Ben")
    chat = await make.room({Role.MASTER: aiko.actor}, kind="chat", name="Plans")
    await make.messages(chat, aiko.actor, ["My doubts", "More of them"])
    await aiko.enter(chat)
    old = await aiko.api.get(f"/rooms/{chat.id}/messages")
    dialog = await open_invitations(aiko)
    await expect(dialog.get_by_role("radio", name="From here on")).to_be_checked()
    everything = dialog.get_by_role("radio", name="Everything so far")
    await everything.click()  # what holds is shown, once the server has said so
    await expect(everything).to_be_checked()
    await everything.press("ArrowUp")  # by the keyboard too
    await expect(dialog.get_by_role("radio", name="From here on")).to_be_checked()
    await take_on(aiko, PHONE)
    await expect(dialog.get_by_role("radio", name="ここから先")).to_be_checked()
    await expect(dialog.get_by_role("radio", name="これまでのすべて")).to_be_visible()
    assert await aiko.page.evaluate("document.documentElement.scrollWidth") == 390
    await aiko.api.post(f"/rooms/{chat.id}/invitations", json={"to": ben.actor.person.username})
    [invitation] = (await ben.api.get("/me/invitations")).json()["items"]
    await ben.api.post(f"/me/invitations/{invitation['id']}/accept")
    first = old.json()["items"][0]["id"]
    await aiko.api.post(f"/rooms/{chat.id}/messages", json={"text": "Shall we begin?", "reply_to": first})
    await ben.enter(chat)
    await expect(ben.page.get_by_text("Messages from before you joined are not shown.")).to_be_visible()
    await expect(ben.message("Shall we begin?")).to_contain_text("Message from before you joined")
    await expect(ben.page.get_by_text("My doubts")).to_have_count(0)
    await aiko.api.patch(f"/messages/{first}", json={"text": "My other doubts"})
    await aiko.api.post(f"/rooms/{chat.id}/messages", json={"text": "Then tea", "reply_to": first})
    await expect(ben.message("Then tea")).to_contain_text("Message from before you joined")
    await expect(ben.page.get_by_text("My other doubts")).to_have_count(0)
    await take_on(ben, PHONE)
    await expect(ben.page.get_by_text("参加する前のメッセージは表示されません。")).to_be_visible()
    await expect(ben.message("Then tea")).to_contain_text("参加する前のメッセージ")


async def test_nothing_is_asked_of_an_empty_room(meet: Meet) -> None:
    _, aiko = await meet("Aiko", name="Tea")
    dialog = await open_invitations(aiko)
    await expect(dialog.get_by_role("radio")).to_have_count(0)
