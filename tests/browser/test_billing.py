"""Balances at work: running out, who pays, and the pages of usage; in both languages and on a phone."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from chat_app.core.accounts.tables import User
from chat_app.core.billing.ledger.changing import credit, take_back
from chat_app.core.billing.ledger.entries import UsageRecord, post
from chat_app.core.billing.tables import CREDIT
from chat_app.core.rooms.tables import AiRule
from tests.browser.conftest import factory_of
from tests.browser.visitor import Arrive, Meet, Visitor
from tests.support.axe import violations
from tests.support.databases import Databases
from tests.support.factory import Factory
from tests.support.site import Site
from tests.vendor.server import ScriptedVendor

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def shared_site(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, vendor: ScriptedVendor
) -> Iterator[Site]:
    model = {"COMPATIBLE_BASE_URL": f"{vendor.url}/v1", "COMPATIBLE_MODELS": "scripted", "PARLEY_BILLING": "on"}
    site = Site(databases.create(), tmp_path_factory.mktemp("site"), **model)
    site.start()
    yield site
    site.leave()


@pytest.fixture(scope="module")
async def site_factory(shared_site: Site) -> AsyncIterator[Factory]:
    async with factory_of(shared_site) as factory:
        yield factory


@pytest.fixture(autouse=True)
async def priced(call_in: Any, make: Factory) -> None:
    """Give the model a price: 10 and 50 dollars for a million tokens."""
    admin = await call_in("Admin")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, admin.actor.user_id)).site_roles = ["admin"]
    told = await admin.api.patch(
        "/admin/models", json={"id": "compatible/scripted", "offered": True, "price_in": 1000, "price_out": 5000}
    )
    assert told.status_code == 204, told.text


async def give(make: Factory, who: Visitor, credits: int) -> None:
    async with make.work.begin() as ctx:
        await credit(ctx, who.actor.user_id, credits * CREDIT, "grant", f"{who.actor.user_id}:{credits}")


async def shown(visitor: Visitor, name: str) -> None:
    """Photograph a page, if pictures are wanted."""
    if folder := os.environ.get("PARLEY_SHOTS"):
        await visitor.photograph(Path(folder) / f"{name}.png")


async def test_running_out_and_being_topped_up(meet: Meet, make: Factory) -> None:
    _, aiko, ben = await meet("Aiko", "Ben", ai_rule=AiRule.ALWAYS)
    await ben.composer.fill("Hello [[say Hi.]]")
    await expect(ben.page.locator(".forecast")).to_contain_text("Aiko doesn’t have enough credits")
    await ben.composer.press("Enter")
    await expect(ben.message("Hello")).to_contain_text("enough credits")
    await expect(ben.message("Hello").get_by_role("link", name="Show usage")).to_be_visible()
    await expect(aiko.message("Hello")).to_have_count(0)
    await shown(ben, "refused")
    await give(make, aiko, 2_000)
    await ben.message("Hello").get_by_role("button", name="Try again").click()
    await expect(ben.answer_text).to_have_text("Hi.")
    await aiko.composer.fill("And you?")
    await expect(aiko.page.locator(".forecast")).to_contain_text("you pay ≤")
    await shown(aiko, "forecast")
    await ben.page.get_by_role("link", name="New chat").click()
    await expect(ben.page.get_by_text("What’s on your mind, Ben?")).to_be_visible()
    await ben.composer.fill("What is left?")
    await ben.composer.press("Enter")
    await expect(ben.page.locator("#composer-error").get_by_role("link", name="Show usage")).to_be_visible()


async def test_running_out_on_a_phone_in_japanese(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko", **PHONE, locale="ja-JP")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, aiko.actor.user_id)).locale = "ja"
    room = await make.room({"master": aiko.actor}, ai_rule=AiRule.ALWAYS)  # type: ignore[dict-item]
    await aiko.enter(room)
    await aiko.composer.fill("こんにちは [[say はい。]]")
    await expect(aiko.page.locator(".forecast")).to_contain_text("クレジット")
    await aiko.page.get_by_role("button", name="送信", exact=True).click()
    await expect(aiko.message("こんにちは")).to_contain_text("クレジット")
    await shown(aiko, "refused-phone-ja")
    await give(make, aiko, 2_000)
    await aiko.message("こんにちは").get_by_role("button", name="再試行").click()
    await expect(aiko.answer_text).to_have_text("はい。")
    assert not await aiko.page.evaluate("document.documentElement.scrollWidth > innerWidth")


async def test_answer_that_cannot_begin_says_why(meet: Meet, make: Factory) -> None:
    room, aiko = await meet("Aiko", ai_rule=AiRule.MENTIONED)
    for _ in range(6):
        await aiko.api.post(f"/rooms/{room.id}/messages", json={"text": "x" * 4_000})
    await give(make, aiko, 52)  # the question, but not what the answer reads before it
    await aiko.say("@ai What was said?")
    await expect(aiko.answers).to_contain_text("enough credits")
    await shown(aiko, "not-begun")


async def test_owner_chooses_who_pays(meet: Meet, make: Factory) -> None:
    _, aiko, ben = await meet("Aiko", "Ben", ai_rule=AiRule.ALWAYS)
    await give(make, aiko, 2_000)
    await ben.page.get_by_role("button", name="Room details").click()
    await ben.page.get_by_role("button", name="Usage").click()
    theirs = ben.page.locator("#room-usage")
    await expect(theirs.get_by_text("Aiko pays for what you ask here.")).to_be_visible()
    await expect(theirs.get_by_label("Who pays for AI here")).to_have_count(0)
    await expect(theirs).not_to_contain_text("2,000")
    await ben.page.keyboard.press("Escape")
    await aiko.page.get_by_role("button", name="Room details").click()
    await aiko.page.get_by_role("button", name="Usage").click()
    mine = aiko.page.locator("#room-usage")
    await expect(mine.get_by_text("You pay for what everyone asks here. You have 2,000 credits.")).to_be_visible()
    await mine.get_by_label("Who pays for AI here").select_option("asker")
    await shown(aiko, "who-pays")
    await aiko.page.keyboard.press("Escape")
    silent = aiko.page.get_by_role("note").filter(has_text="The person who asks pays here")
    for rule, count in (("When it can help", 0), ("Every message", 1)):
        await aiko.page.locator("button.ai-choice").click()
        await expect(silent).to_have_count(count)
        await shown(aiko, f"silent-{count}")
        await aiko.page.get_by_role("menuitemradio", name=rule).click()
    await ben.composer.fill("Hello")
    await expect(ben.page.locator(".forecast")).to_contain_text("you don’t have enough credits")


async def used(make: Factory, who: Visitor, room: Any) -> None:
    """Record usage of models by a person, and their payment."""
    async with make.work.begin() as ctx:
        people = (who.actor.user_id, who.actor.user_id, room.id)
        await credit(ctx, who.actor.user_id, 500 * CREDIT, "purchase", f"bought:{who.actor.user_id}")
        await take_back(ctx, who.actor.user_id, 20 * CREDIT, f"back:{who.actor.user_id}")
        for model, cost in (("compatible/scripted", 12_000), ("other/large", 34_000)):
            await post(ctx, usages=[UsageRecord("answer", None, *people, model, 900, 300, cost, charged=cost * 1000)])


async def test_page_of_usage(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    room = await make.room({"master": aiko.actor}, name="Tea")  # type: ignore[dict-item]
    await used(make, aiko, room)
    await aiko.page.goto("/settings")
    await aiko.page.get_by_role("link", name="Show usage").click()
    page = aiko.page.locator(".usage-page")
    await expect(page.locator(".usage-balance")).to_have_text("480 credits")
    await expect(page.get_by_role("img")).to_have_accessible_name(
        "Tokens of each day: 2,400 in all. The table below has the numbers."
    )
    await expect(page.get_by_role("row", name="Today 2,400")).to_be_visible()
    await page.get_by_label("Group by").select_option("model")
    await expect(page.get_by_role("row", name="other/large 1,200 $0.034 34")).to_be_visible()
    await page.get_by_label("Group by").select_option("room")
    await expect(page.get_by_role("row", name="Tea 2,400")).to_be_visible()
    await expect(page.get_by_role("listitem").filter(has_text="Refunded")).to_contain_text("-20")
    async with aiko.page.expect_download() as download:
        await page.get_by_role("link", name="Download as CSV").click()
    path = await (await download.value).path()
    assert "Tea" in await asyncio.to_thread(path.read_text)
    assert await violations(aiko.page) == []
    await shown(aiko, "usage")
    await aiko.page.emulate_media(color_scheme="dark")
    await aiko.page.evaluate("document.documentElement.className = 'dark'")
    assert await violations(aiko.page) == []
    await shown(aiko, "usage-dark")


async def test_page_of_usage_on_a_phone_in_japanese(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko", **PHONE, locale="ja-JP")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, aiko.actor.user_id)).locale = "ja"
    room = await make.room({"master": aiko.actor}, name="お茶")  # type: ignore[dict-item]
    await used(make, aiko, room)
    await aiko.page.goto("/settings/usage")
    page = aiko.page.locator(".usage-page")
    await expect(page.locator(".usage-balance")).to_have_text("480クレジット")
    await page.get_by_label("集計の単位").select_option("model")
    await expect(page.get_by_role("row", name="other/large")).to_be_visible()
    wide = await aiko.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide
    await shown(aiko, "usage-phone-ja")
    await aiko.enter(room)
    await aiko.page.get_by_role("button", name="ルームの詳細").click()
    await aiko.page.get_by_role("button", name="利用状況").click()
    await expect(aiko.page.locator("#room-usage").get_by_role("table")).to_be_visible()
    async with aiko.page.expect_download() as download:
        await aiko.page.locator("#room-usage").get_by_role("link", name="CSV").click()
    assert "2400" not in await asyncio.to_thread((await (await download.value).path()).read_text)
    await shown(aiko, "room-usage-phone-ja")
