"""The branches of an answer, and its ratings, by two people."""

from typing import Any

import pytest
from playwright.async_api import Locator, expect

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.messages.answer_tables import MessageBranch
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.tables import Room
from tests.browser.remote import CallIn, Remote
from tests.browser.test_axe import LOOKS
from tests.browser.test_safety import an_admin
from tests.browser.visitor import Arrive, Meet, Visitor
from tests.support.axe import violations
from tests.support.factory import Factory
from tests.vendor.server import ScriptedVendor

WORDS = "I am an answer of several words"


async def ask(person: Visitor, room: Any, *words: str) -> str:
    """Ask, and have the answer written anew for each further word; returns its id."""
    await person.say(f"@ai [[say {words[0]}]]")
    await expect(person.answer_text).to_have_text(words[0])
    await expect(person.answers).to_contain_text("token")  # it is complete, so that it can be rated
    question, answer = (await person.api.get(f"rooms/{room.id}/messages")).json()["items"][-2:]
    for word in words[1:]:
        await person.api.patch(f"messages/{question['id']}", json={"text": f"@ai [[say {word}]]"})
        await person.act(person.answers.first, "Regenerate")
        await expect(person.answer_text).to_have_text(word)
        await expect(person.answers).to_contain_text("token")
    return answer["id"]


async def branched(make: Factory, room: Room, asker: Visitor | Remote, text: str, *others: str) -> Message:
    """Create an answer of this text, which could have the other ones again."""
    answer = await make.message(room, None, text, asked_by_id=asker.actor.user_id, model="scripted", status="complete")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(Message, answer.id)).branches = [*range(1, len(others) + 2)] if others else []
        for n, other in enumerate(others, start=2):
            ctx.db.add(MessageBranch(message_id=answer.id, n=n, text=other, status="complete", created_at=ctx.now))
    return answer


def place(person: Visitor) -> Locator:
    return person.answers.first.locator(".branches .place")


def arrow(person: Visitor, name: str) -> Locator:
    return person.answers.first.get_by_role("button", name=name)


async def test_each_looks_at_branches_and_who_asked_chooses_one_for_all(meet: Meet) -> None:
    room, aiko, ben = await meet("Aiko", "Ben")
    answer = await ask(aiko, room, "Amber", "Birch", "Cedar")
    for person in (aiko, ben):
        await expect(place(person)).to_have_text("3/3")
    await arrow(ben, "Earlier answer").click()
    await expect(ben.answer_text).to_have_text("Birch")
    await expect(ben.answers.first.locator(".branches [aria-live]")).to_have_text("Answer 2 of 3")
    await arrow(ben, "Earlier answer").focus()
    await ben.page.keyboard.press("Enter")
    await expect(ben.answer_text).to_have_text("Amber")
    await ben.page.keyboard.press("Enter")  # at the end it does nothing, and keeps the focus
    await expect(arrow(ben, "Earlier answer")).to_be_focused()
    await expect(place(ben)).to_have_text("1/3")
    await expect(arrow(ben, "Use this answer")).to_have_count(0)  # which is not his
    await expect(aiko.answer_text).to_have_text("Cedar")  # nobody else is moved
    await arrow(aiko, "Earlier answer").click()
    await arrow(aiko, "Use this answer").click()
    await expect(place(aiko)).to_have_text("2/3")
    await expect(arrow(aiko, "Use this answer")).to_have_count(0)
    await expect(ben.answer_text).to_have_text("Amber")  # he still looks at another
    await arrow(ben, "Later answer").click()
    await expect(ben.answer_text).to_have_text("Birch")
    await ben.page.reload()
    await expect(ben.answer_text).to_have_text("Birch")
    await expect(place(ben)).to_have_text("2/3")
    items = (await ben.api.get(f"messages/{answer}/branches")).json()["items"]
    assert [(each["n"], each["text"], each["chosen"]) for each in items] == [
        (1, "Amber", False),
        (2, "Birch", True),
        (3, "Cedar", False),
    ]


async def test_branch_is_looked_at_while_the_answer_is_written(meet: Meet, vendor: ScriptedVendor) -> None:
    room, aiko, ben = await meet("Aiko", "Ben")
    await ask(aiko, room, "Amber")
    question = (await aiko.api.get(f"rooms/{room.id}/messages")).json()["items"][0]
    await aiko.api.patch(f"messages/{question['id']}", json={"text": f"@ai [[hold 2]] [[say {WORDS}]]"})
    await aiko.act(aiko.answers.first, "Regenerate")
    await expect(ben.answer_text).to_have_text("I am")
    await arrow(ben, "Earlier answer").click()
    await expect(ben.answer_text).to_have_text("Amber")
    vendor.release()
    await expect(aiko.answer_text).to_have_text(WORDS)
    await expect(ben.answer_text).to_have_text("Amber")
    await arrow(ben, "Later answer").click()
    await expect(ben.answer_text).to_have_text(WORDS)


async def at_rest(element: Locator) -> float:
    """Return the distance of an element from the top of the window, once it is the same in ten frames."""
    return await element.evaluate(
        """async (element) => {
            let [top, frames] = [NaN, 0];
            while (frames < 10) {
                await new Promise(requestAnimationFrame);
                const now = element.getBoundingClientRect().top;
                [top, frames] = [now, now === top ? frames + 1 : 0];
            }
            return top;
        }"""
    )


async def test_arrows_stay_in_place_whatever_the_length(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    room = await make.room({Role.MASTER: aiko.actor})
    await branched(make, room, aiko, "Birch", " ".join(f"word{n}" for n in range(700)))
    await make.messages(room, aiko.actor, [f"Line {n}" for n in range(40)])
    await aiko.enter(room)
    await expect(aiko.message("Line 39")).to_be_visible()
    await place(aiko).scroll_into_view_if_needed()
    before = await at_rest(place(aiko))
    await arrow(aiko, "Later answer").click()
    await expect(aiko.answer_text).to_contain_text("word699")
    await expect(place(aiko)).to_have_text("2/2")
    assert abs(await at_rest(place(aiko)) - before) < 2


async def test_rating_is_personal_and_may_have_reason(meet: Meet, make: Factory) -> None:
    room, aiko, ben = await meet("Aiko", "Ben")
    await ask(aiko, room, "Amber")
    answer = ben.answers.first
    await ben.act(answer, "Bad answer")
    panel = ben.page.get_by_role("dialog", name="Why? (optional)")
    await expect(panel.get_by_role("textbox")).to_be_focused()
    await panel.get_by_role("textbox").fill("Too short")
    await panel.get_by_role("button", name="Send").click()
    await expect(panel).to_be_hidden()
    await expect(answer.locator(".rated")).to_have_text("You rated this bad")
    await expect(aiko.answers.first.locator(".rated")).to_have_count(0)
    export = (await ben.api.get("me/export")).json()
    assert [(each["value"], each["reason"]) for each in export["ratings"]] == [("down", "Too short")]
    await ben.page.reload()
    await expect(answer.locator(".rated")).to_have_text("You rated this bad")
    await aiko.act(aiko.answers.first, "Regenerate")
    await expect(place(ben)).to_have_text("2/2")
    await expect(answer.locator(".rated")).to_have_count(0)  # another text
    await arrow(ben, "Earlier answer").click()
    await expect(answer.locator(".rated")).to_have_text("You rated this bad")
    await arrow(ben, "Later answer").click()
    await ben.act(answer, "Good answer")
    await expect(answer.locator(".rated")).to_have_text("You rated this good")
    await panel.get_by_role("button", name="Skip").click()
    await expect(panel).to_be_hidden()
    await ben.act(answer, "Take back “Good answer”")
    await expect(answer.locator(".rated")).to_have_count(0)


async def test_admins_see_numbers_and_reasons_without_texts(arrive: Arrive, call_in: CallIn, make: Factory) -> None:
    aiko, admin = await call_in("Aiko"), await an_admin(arrive, make)
    room = await make.room({Role.MASTER: aiko.actor})
    answer = await branched(make, room, aiko, "Amber")
    reason = f"Wrong about {room.id}"
    rating = {"value": "down", "reason": reason}
    assert (await aiko.api.put(f"messages/{answer.id}/rating", json=rating)).status_code == 204
    await admin.page.goto("/moderation?tab=answers")
    await expect(admin.page.locator(".rating-totals")).to_contain_text("scripted")
    await expect(admin.page.get_by_text(reason)).to_be_visible()
    await expect(admin.page.get_by_text("Amber")).to_have_count(0)
    await admin.page.locator(".rating-totals a").first.click()
    await expect(admin.page.locator(".rating-totals .chosen")).to_have_count(1)
    await expect(admin.page.get_by_role("link", name="All models")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
async def test_axe_finds_nothing_and_fingers_find_all(arrive: Arrive, make: Factory, look: str) -> None:
    aiko = await arrive("Aiko", **LOOKS[look])
    room = await make.room({Role.MASTER: aiko.actor})
    await branched(make, room, aiko, "Yes", "No")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, aiko.actor.user_id)).site_roles = ["admin"]
    await aiko.enter(room)
    await aiko.answers.first.locator(".branches .icon-button").last.click()
    await expect(aiko.answer_text).to_have_text("No")
    found = {"branch": await violations(aiko.page)}
    if "phone" in look:
        for button in await aiko.answers.first.locator(".branches button").all():
            box = await button.bounding_box()
            assert box
            assert min(box["height"], box["width"]) >= 44
        await aiko.answer_text.tap()
        await aiko.answers.first.locator("[data-menu=message-menu]").click()
        await aiko.page.locator("#message-menu [data-rates=down]").click()
    else:
        await aiko.answers.first.hover()
        await aiko.answers.first.locator("[data-rates=down]").click()
    panel = aiko.page.locator("#rating-panel")
    await expect(panel).to_be_visible()
    found["panel"] = await violations(aiko.page)
    await panel.locator("textarea").fill("Why not?")
    await panel.locator("[type=submit]").click()
    await expect(panel).to_be_hidden()
    await expect(aiko.answers.first.locator(".rated")).to_be_visible()
    await aiko.page.goto("/moderation?tab=answers")
    await expect(aiko.page.get_by_text("Why not?").first).to_be_visible()
    found["answers"] = await violations(aiko.page)
    assert {name: each for name, each in found.items() if each} == {}
