"""A private chat is shared from here on, and the messages that new members see."""

from typing import Any

import pytest
from playwright.async_api import expect

from chat_app.core.access.permissions import Role
from tests.browser.visitor import Arrive, Meet, Visitor
from tests.support.factory import Factory

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
WORDS = {
    "en": {
        "from_here": "From here on",
        "everything": "Everything so far",
        "cut": "Messages from before you joined are not shown.",
        "hidden": "Message from before you joined",
    },
    "ja": {
        "from_here": "ここから先",
        "everything": "これまでのすべて",
        "cut": "参加する前のメッセージは表示されません。",
        "hidden": "参加する前のメッセージ",
    },
}


async def open_invitations(visitor: Visitor) -> Any:
    """Open the dialog that invites people."""
    await visitor.page.evaluate("document.querySelector('#invite').showModal()")
    dialog = visitor.page.locator("#invite")
    await expect(dialog).to_be_visible()
    return dialog


@pytest.mark.parametrize(("language", "look"), [("en", {}), ("ja", {**PHONE, "color_scheme": "dark"})])
async def test_a_chat_is_shared_from_here_on(
    arrive: Arrive, make: Factory, language: str, look: dict[str, Any]
) -> None:
    words = WORDS[language]
    locale = {"en": "en-US", "ja": "ja-JP"}[language]
    aiko, ben = await arrive("Aiko", locale=locale, **look), await arrive("Ben", locale=locale, **look)
    for each in (aiko, ben):
        await each.api.patch("/me", json={"locale": language})
    chat = await make.room({Role.MASTER: aiko.actor}, kind="chat", name="Plans")
    await make.messages(chat, aiko.actor, ["My doubts", "More of them"])
    await aiko.enter(chat)
    old = await aiko.api.get(f"/rooms/{chat.id}/messages")
    dialog = await open_invitations(aiko)
    await expect(dialog.get_by_role("radio", name=words["from_here"])).to_be_checked()
    everything = dialog.get_by_role("radio", name=words["everything"])
    await everything.click()  # what holds is shown, once the server has said so
    await expect(everything).to_be_checked()
    await everything.press("ArrowUp")  # by the keyboard too
    await expect(dialog.get_by_role("radio", name=words["from_here"])).to_be_checked()
    assert await aiko.page.evaluate("document.documentElement.scrollWidth") == aiko.page.viewport_size["width"]
    await aiko.api.post(f"/rooms/{chat.id}/invitations", json={"to": ben.actor.person.username})
    [invitation] = (await ben.api.get("/me/invitations")).json()["items"]
    await ben.api.post(f"/me/invitations/{invitation['id']}/accept")
    first = old.json()["items"][0]["id"]
    await aiko.api.post(f"/rooms/{chat.id}/messages", json={"text": "Shall we begin?", "reply_to": first})
    await ben.enter(chat)
    await expect(ben.page.get_by_text(words["cut"])).to_be_visible()
    await expect(ben.message("Shall we begin?")).to_contain_text(words["hidden"])
    await expect(ben.page.get_by_text("My doubts")).to_have_count(0)
    await aiko.api.patch(f"/messages/{first}", json={"text": "My other doubts"})
    await aiko.api.post(f"/rooms/{chat.id}/messages", json={"text": "Then tea", "reply_to": first})
    await expect(ben.message("Then tea")).to_contain_text(words["hidden"])
    await expect(ben.page.get_by_text("My other doubts")).to_have_count(0)


async def test_nothing_is_asked_of_an_empty_room(meet: Meet) -> None:
    _, aiko = await meet("Aiko", name="Tea")
    dialog = await open_invitations(aiko)
    await expect(dialog.get_by_role("radio")).to_have_count(0)
