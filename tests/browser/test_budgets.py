"""Budgets of a month: set in pages, running out, and figures that follow; granting tokens; in Japanese on a phone."""

import re
from typing import Any

from playwright.async_api import expect

from chat_app.core.accounts.tables import User
from chat_app.core.rooms.tables import AiRule
from tests.browser.test_billing import PHONE, give, priced, shared_site, shown, site_factory, used
from tests.browser.visitor import Arrive, Meet, Visitor
from tests.support.axe import violations
from tests.support.factory import Factory

__all__ = ["priced", "shared_site", "site_factory"]


async def open_usage(visitor: Visitor) -> Any:
    """Open the dialog of a room's usage."""
    await visitor.page.get_by_role("button", name="Room details").click()
    await visitor.page.get_by_role("button", name="Usage").click()
    return visitor.page.locator("#room-usage")


async def set_budget(place: Any, amount: str, *, hard: bool = True) -> None:
    """Fill the form of budgets in, and send it."""
    await place.get_by_text("Set a budget").click()
    await place.get_by_label("Credits per month").fill(amount)
    if hard:
        await place.get_by_label("AI doesn’t answer until next month").check()
    await place.get_by_role("button", name="Save").click()


async def test_room_budget_refuses_what_it_does_not_allow_and_follows(meet: Meet, make: Factory) -> None:
    _, aiko, ben = await meet("Aiko", "Ben", ai_rule=AiRule.ALWAYS)
    await give(make, aiko, 5_000)
    mine = await open_usage(aiko)
    await set_budget(mine, "1")
    row = mine.locator(".budgets li")
    await expect(row).to_contain_text("0 of 1 credits ($0.00)")
    await expect(row).to_contain_text("Stops")
    assert await violations(aiko.page) == []
    await shown(aiko, "budget-room")
    await ben.composer.fill("Hello [[say Hi.]] [[tokens 20]]")
    await expect(ben.page.locator(".forecast")).to_have_text(re.compile("^a budget is used up"))
    await ben.composer.press("Enter")
    await expect(ben.message("Hello")).to_contain_text("A monthly budget doesn’t allow this answer.")
    await expect(ben.message("Hello").get_by_role("link", name="Show usage")).to_be_visible()
    await shown(ben, "budget-refused")
    await mine.get_by_text("Change budget").click()
    await mine.get_by_label("Credits per month").fill("3000")
    await mine.get_by_role("button", name="Save").click()
    await expect(row).to_contain_text("0 of 3,000 credits ($3.00)")
    await ben.message("Hello").get_by_role("button", name="Try again").click()
    await expect(ben.answer_text).to_have_text("Hi.")
    await expect(mine.locator(".usage-total")).to_contain_text("1 request")  # by itself, without a reload
    await mine.get_by_role("button", name="Remove budget").click()
    await expect(row).to_have_count(0)


async def test_own_budget_in_the_settings(arrive: Arrive, make: Factory, call_in: Any) -> None:
    aiko = await arrive("Aiko")
    room = await make.room({"master": aiko.actor}, name="Tea")  # type: ignore[dict-item]
    await used(make, aiko, room)
    await aiko.page.goto("/settings/usage")
    page = aiko.page.locator(".usage-page")
    await set_budget(page, "100", hard=False)
    row = page.locator(".budgets li")
    await expect(row).to_contain_text("46 of 100 credits ($0.10) · 46%")
    await expect(row).to_contain_text("Alerts only")
    await page.get_by_text("Change budget").click()
    await page.get_by_label("Credits per month").fill("0")
    await page.get_by_label("Credits per month").evaluate("(field) => field.removeAttribute('min')")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Enter an amount greater than zero")).to_be_visible()
    assert await violations(aiko.page) == []
    await shown(aiko, "budget-own")
    await page.get_by_label("Credits per month").fill("100")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_label("Credits per month")).to_be_hidden()  # though nothing has changed
    await aiko.page.emulate_media(color_scheme="dark")
    await aiko.page.evaluate("document.documentElement.className = 'dark'")
    assert await violations(aiko.page) == []
    await shown(aiko, "budget-own-dark")
    grant = {"amount": 700_000_000, "reason": "Sorry"}
    admin = await call_in("Admin")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, admin.actor.user_id)).site_roles = ["admin"]
    told = await admin.api.post(f"/admin/people/{aiko.actor.user_id}/grant", json=grant)
    assert told.status_code == 204, told.text
    await expect(page.locator(".usage-balance")).to_have_text("1,180 credits")  # by itself, without a reload


async def test_staff_grant_tokens_and_set_a_budget(arrive: Arrive, make: Factory) -> None:
    aiko, ben = await arrive("Aiko"), await arrive("Ben")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, ben.actor.user_id)).site_roles = ["billing", "auditor"]
    await ben.page.goto(f"/admin/people?person={aiko.actor.user_id}")
    await ben.page.get_by_role("button", name="Grant credits").click()
    dialog = ben.page.locator("#grant-tokens")
    await dialog.get_by_label("Credits").fill("12.5")
    await dialog.get_by_label("Reason").fill("A slow week")
    await shown(ben, "grant")
    await dialog.get_by_role("button", name="Grant credits").click()
    await expect(ben.page.get_by_text("12.5 credits are left.")).to_be_visible()
    await expect(ben.page.get_by_text("granted Aiko credits")).to_be_visible()
    await set_budget(ben.page.locator(".budgets"), "50")
    await expect(ben.page.locator(".budgets li")).to_contain_text("0 of 50 credits")
    assert await violations(ben.page) == []
    await shown(ben, "budget-person")
    await aiko.page.goto("/settings/usage")
    await expect(aiko.page.locator(".budgets li")).to_contain_text("Set by the people who run this site")
    await expect(aiko.page.locator(".budgets li").get_by_role("button")).to_have_count(0)


async def test_budgets_in_japanese_on_a_phone(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko", locale="ja-JP", **PHONE)
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, aiko.actor.user_id)).locale = "ja"
    await aiko.api.put("/me/budget", json={"amount": 2_000_000, "hard": True})
    group = (await aiko.api.post("/groups", json={"name": "お茶の会"})).json()
    await aiko.api.put(f"/groups/{group['id']}/budget", json={"amount": 5_000_000})
    for path, name in (("/settings/usage", "budget-phone-ja"), ("/groups", "budget-group-phone-ja")):
        await aiko.page.goto(path)
        await expect(aiko.page.locator(".budgets li")).to_contain_text("クレジット")
        await aiko.page.get_by_text("予算を変更").click()
        wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert await aiko.page.evaluate(wide)
        assert await violations(aiko.page) == []
        await shown(aiko, name)
