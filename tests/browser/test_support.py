"""Asking for help, the live list of support, taking over and handing back, seen by two people side by side."""

from playwright.async_api import expect

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.rooms.tables import Room
from tests.browser.remote import CallIn, Remote
from tests.browser.visitor import Arrive, Visitor
from tests.support.axe import violations
from tests.support.factory import Factory


async def a_supporter(arrive: Arrive, make: Factory, name: str = "Grace", **options: object) -> Visitor:
    grace = await arrive(name, **options)
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, grace.actor.user_id)).site_roles = ["supporter"]
    return grace


async def a_chat(make: Factory, aiko: Visitor | Remote, name: str) -> Room:
    return await make.room({Role.MASTER: aiko.actor}, kind="chat", ai_rule="always", name=name)


async def ask(person: Visitor, *, words: str = "Get help", send: str = "Ask for help") -> None:
    dialog = person.page.locator("#get-help")
    await person.page.locator(".room-header button[popovertarget=drawer]").click()
    await person.page.locator("#drawer").get_by_role("button", name=words).click()
    await dialog.locator("textarea").fill("The sums are wrong")
    await dialog.get_by_role("button", name=send).click()
    await expect(dialog).to_be_hidden()


async def test_a_person_is_helped_and_the_conversation_handed_back(arrive: Arrive, make: Factory) -> None:
    aiko, grace = await arrive("Aiko"), await a_supporter(arrive, make)
    chat = await a_chat(make, aiko, "Invoices of spring")
    await grace.page.goto("/support")
    await expect(grace.page.get_by_role("heading", name="Support")).to_be_visible()
    await aiko.enter(chat)
    await ask(aiko)
    await expect(aiko.page.locator(".help-line")).to_contain_text("Support has been asked for help")
    listed = grace.page.locator(".report-list > li", has_text="Invoices of spring")  # without a reload
    await expect(listed).to_contain_text("The sums are wrong")
    await expect(listed).to_contain_text("Help requested")
    assert await violations(grace.page) == []
    await listed.get_by_role("button", name="Take over").click()
    await expect(grace.page.locator(".help-line")).to_contain_text("You are here as support")
    await expect(aiko.page.locator(".help-line")).to_contain_text("Grace from support is here. The AI is silent.")
    await expect(aiko.page.locator(".room-header")).to_contain_text("AI is silent")
    assert await violations(aiko.page) == []
    await grace.say("Which sums?")
    await expect(aiko.message("Which sums?")).to_be_visible()
    await aiko.say("@ai those of May?")
    await expect(grace.message("those of May?")).to_be_visible()
    await expect(aiko.page.get_by_text("It is silent while support is here")).to_be_visible()
    await expect(aiko.answers).to_have_count(0)
    await grace.page.locator(".help-line").get_by_role("button", name="Hand back").click()
    dialog = grace.page.locator("#hand-back")
    await dialog.locator("textarea").fill("May is fixed")
    await dialog.get_by_role("button", name="Hand back").click()
    await expect(aiko.page.get_by_text("Note: May is fixed")).to_be_visible()
    await expect(aiko.page.locator(".help-line")).to_have_count(0)
    await expect(grace.page).to_have_url("/support")
    await expect(listed).to_contain_text("Assisted")
    state, username = (grace.page.get_by_label(each, exact=True) for each in ("State", "Username"))
    await state.select_option("Closed")
    await grace.page.get_by_role("button", name="Show", exact=True).click()
    await listed.get_by_role("button", name="Aiko").click()  # all of their conversations
    await expect(username).to_have_value(aiko.actor.person.username)
    await expect(state).to_have_value("")
    await expect(grace.page.locator(".report-list > li")).to_have_count(1)
    await username.press("Enter")
    await expect(grace.page.get_by_role("button", name="Show", exact=True)).to_be_enabled()
    await expect(username).to_be_focused()
    await listed.get_by_role("button", name="Help history").click()
    await expect(grace.page.locator("#help-history")).to_contain_text("May is fixed")
    await expect(aiko.page.locator("#drawer")).to_contain_text("Support has helped in this conversation.")
    await aiko.say("And June?")
    await expect(aiko.answers).to_have_count(1)


async def test_of_two_supporters_the_second_sees_who_helps(arrive: Arrive, call_in: CallIn, make: Factory) -> None:
    aiko = await call_in("Aiko")
    grace, omar = await a_supporter(arrive, make), await a_supporter(arrive, make, "Omar")
    chat = await a_chat(make, aiko, "Budget of autumn")
    assert (await aiko.api.post(f"rooms/{chat.id}/help", json={"reason": ""})).status_code == 200
    for each in (grace, omar):
        await each.page.goto("/support")
    mine, theirs = (each.page.locator(".report-list > li", has_text="Budget of autumn") for each in (grace, omar))
    await expect(theirs.get_by_role("button", name="Take over")).to_be_visible()
    await mine.get_by_role("button", name="Take over").click()
    await expect(grace.page.locator(".help-line")).to_be_visible()
    await expect(theirs).to_contain_text("Grace is helping")
    refused = await omar.api.post(f"support/sessions/{chat.id}/takeover")
    assert (refused.status_code, refused.json()["error"]["details"]["name"]) == (409, "Grace")


async def test_help_on_a_phone_in_japanese(arrive: Arrive, make: Factory) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "ja-JP"}
    aiko, grace = await arrive("Aiko", **phone), await a_supporter(arrive, make, **phone)
    async with make.work.begin() as ctx:
        for each in (aiko, grace):
            (await ctx.db.get_one(User, each.actor.user_id)).locale = "ja"
    chat = await a_chat(make, aiko, "春の請求書")
    await aiko.enter(chat)
    await ask(aiko, words="助けを求める", send="サポートに依頼")
    await aiko.page.keyboard.press("Escape")
    await expect(aiko.page.locator(".help-line")).to_contain_text("サポートに助けを求めています")
    await grace.page.goto("/support")
    listed = grace.page.locator(".report-list > li", has_text="春の請求書")
    await expect(listed).to_contain_text("対応待ち")
    for each in (aiko, grace):
        assert await violations(each.page) == []
        assert await each.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await listed.get_by_role("button", name="対応する").click()
    await expect(aiko.page.locator(".help-line")).to_contain_text("サポートのGraceが対応中です")
    await aiko.page.locator(".help-line").get_by_role("button", name="サポートを終了").click()
    await expect(aiko.page.locator(".help-line")).to_have_count(0)


async def test_the_page_of_support_is_not_there_for_others(arrive: Arrive) -> None:
    aiko = await arrive("Aiko")
    await aiko.page.goto("/support")
    await expect(aiko.page.locator(".scrolls .empty")).to_be_visible()
    await expect(aiko.page.locator(".report-list")).to_have_count(0)
