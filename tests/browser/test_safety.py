"""Reporting what breaks the rules, and what admins do about it, seen by three people."""

import re
from datetime import timedelta

from playwright.async_api import expect
from sqlalchemy import delete

from chat_app.core.accounts.tables import User
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.direct.commands import start_direct_chat
from chat_app.core.safety.queries import PAGE_MAX
from chat_app.core.safety.tables import Reason, Report, Resolution
from tests.browser.forms import SENT_TO_SIGN_IN, sign_in
from tests.browser.visitor import Arrive, Meet, Visitor
from tests.support.factory import Factory


async def an_admin(arrive: Arrive, make: Factory) -> Visitor:
    grace = await arrive("Grace")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, grace.actor.user_id)).site_roles = ["admin"]
    return grace


async def report(person: Visitor, text: str, reason: str) -> None:
    await person.act(person.message(text), "More")
    await person.page.get_by_role("menuitem", name="Report").click()
    dialog = person.page.get_by_role("dialog", name="Report to the site administrators")
    await dialog.get_by_label("What is wrong?").select_option(label=reason)
    await dialog.get_by_label("Details (optional)").fill("Please look")
    await dialog.get_by_role("button", name="Send report").click()
    await expect(person.page.get_by_text("Thank you. The site administrators will review it.")).to_be_visible()
    await expect(dialog).to_be_hidden()


async def test_a_reported_message_is_taken_back_by_an_admin_who_is_not_in_the_room(
    meet: Meet, arrive: Arrive, make: Factory
) -> None:
    _, aiko, ben = await meet("Aiko", "Ben", apart=["Ben"], name="Tea")
    async with make.work.begin() as ctx:
        await ctx.db.execute(delete(Report))  # the badge counts those of the whole site
    grace = await an_admin(arrive, make)
    await ben.say("Buy my pills")
    await report(aiko, "Buy my pills", "Spam or advertising")
    await aiko.say("Go away")
    await aiko.act(aiko.message("Go away"), "More")
    await expect(aiko.page.get_by_role("menuitem", name="Star", exact=True)).to_be_visible()
    await expect(aiko.page.get_by_role("menuitem", name="Report")).to_have_count(0)  # nobody reports themselves
    await aiko.page.keyboard.press("Escape")
    await grace.page.goto("/settings")
    await grace.page.get_by_role("link", name="Administration").click()
    await grace.page.get_by_role("link", name="Moderation").click()
    waiting = grace.page.locator(".report-list > li", has_text="Buy my pills")
    await expect(grace.page.locator(".account .badge", has_text="reports")).to_contain_text("1")
    await expect(waiting.get_by_role("link", name="Open in the room")).to_have_count(0)  # where she is no member
    await expect(waiting).to_contain_text("Message by Ben in “Tea”")
    await expect(waiting).to_contain_text("Please look")
    await waiting.get_by_role("button", name="Delete message").click()
    await grace.page.get_by_role("alertdialog").get_by_role("button", name="Delete message").click()
    await expect(aiko.page.locator(".tombstone")).to_have_text("This message was deleted.")
    await expect(waiting).to_have_count(0)
    await expect(grace.page.locator(".account .badge", has_text="reports")).to_have_count(0)
    await grace.page.get_by_role("radio", name="Resolved").check()
    await expect(grace.page.locator(".report-list > li", has_text="Buy my pills")).to_contain_text("Message deleted by")


async def test_a_message_of_a_direct_chat_is_reported_as_one(arrive: Arrive, make: Factory) -> None:
    aiko, ben, grace = await arrive("Aiko"), await make.actor(name="Ben"), await an_admin(arrive, make)
    async with make.work.begin(ben) as ctx:
        room = (await start_direct_chat(ctx, aiko.actor.person.username)).room
        await post_message(ctx, room.id, "Buy my secret pills")
    await aiko.enter(room)
    await report(aiko, "Buy my secret pills", "Spam or advertising")
    await grace.page.goto("/moderation")
    waiting = grace.page.locator(".report-list > li", has_text="Buy my secret pills")
    await expect(waiting.get_by_role("heading")).to_have_text("Direct message by Ben")


async def test_a_suspended_person_is_out_at_once_and_can_be_let_in_again(
    gather: Meet, arrive: Arrive, make: Factory
) -> None:
    room, aiko, ben = await gather("Aiko", "Ben", apart=["Aiko"])
    grace = await an_admin(arrive, make)
    ben.expects("401")
    await ben.enter(room)
    message = await make.message(room, ben.actor, "Awful words")
    assert (await aiko.api.post(f"/messages/{message.id}/report", json={"reason": "harassment"})).is_success
    await grace.page.goto("/moderation")
    await expect(grace.page.get_by_role("radio", name="Open")).to_be_checked()
    mine = grace.page.locator(".report-list > li", has_text="Awful words")
    await mine.get_by_role("button", name="Suspend").click()
    await grace.page.get_by_role("alertdialog").get_by_role("button", name="Suspend").click()
    await expect(ben.page).to_have_url(re.compile("/sign-in"))
    await grace.page.get_by_role("link", name="Audit log").click()
    await expect(grace.page.get_by_text("Grace suspended Ben").first).to_be_visible()
    await grace.page.get_by_role("link", name="Moderation").click()
    await grace.page.get_by_role("radio", name="Suspended").check()
    kept_out = grace.page.locator(".report-list > li", has_text=ben.actor.person.username)
    await expect(kept_out).to_contain_text("Suspended by Grace")
    await kept_out.get_by_role("button", name="Lift suspension").click()
    await expect(kept_out).to_have_count(0)
    await grace.page.reload()
    await expect(grace.page.get_by_role("radio", name="Suspended")).to_be_checked()
    await grace.page.get_by_role("link", name="Audit log").click()
    await expect(grace.page.get_by_text("Grace lifted the suspension of Ben").first).to_be_visible()
    await sign_in(ben, ben.actor.person.username)
    await expect(ben.page).not_to_have_url(SENT_TO_SIGN_IN)


async def test_moderation_log_is_paged(arrive: Arrive, make: Factory) -> None:
    grace = await an_admin(arrive, make)
    async with make.work.begin() as ctx:
        dealt_with = {"reason": Reason.SPAM, "created_at": ctx.now, "resolution": Resolution.DISMISSED}
        ctx.db.add_all(Report(**dealt_with, resolved_at=ctx.now + timedelta(days=1)) for _ in range(PAGE_MAX + 5))
    await grace.page.goto("/settings")
    await grace.page.get_by_role("link", name="Administration").click()
    await expect(grace.page.get_by_role("link", name="Outbox")).to_be_visible()
    await grace.page.get_by_role("link", name="Moderation").click()
    await grace.page.get_by_role("radio", name="Resolved").check()
    reports = grace.page.locator(".report-list > li")
    await expect(reports).to_have_count(PAGE_MAX)
    await grace.page.get_by_role("button", name="Show more").click()
    await expect(reports.nth(PAGE_MAX + 4)).to_be_visible()


async def test_for_others_there_is_no_moderation(arrive: Arrive) -> None:
    aiko = await arrive("Aiko")
    await aiko.page.goto("/settings")
    await expect(aiko.page.get_by_role("heading", name="Appearance")).to_be_visible()
    await expect(aiko.page.get_by_role("link", name="Administration")).to_have_count(0)
    await aiko.page.goto("/moderation")
    await expect(aiko.page.get_by_text("It doesn’t exist, or you don’t have access to it.")).to_be_visible()
