"""A person buys at the payment provider's own page, returns, and sees the result."""

import os
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from chat_app.core.accounts.tables import User
from chat_app.core.payments.tables import Payment, Subscription
from tests.adapters.payments.conftest import PLANS
from tests.browser.conftest import factory_of
from tests.browser.visitor import Arrive, Visitor
from tests.core.payments.provider import balance
from tests.emulate.server import Emulate
from tests.stripe_server.front import SECRET, StripeFront
from tests.support.axe import violations
from tests.support.databases import Databases
from tests.support.factory import Factory
from tests.support.site import Site

CREDIT = 1_000_000
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def front() -> Iterator[StripeFront]:
    with StripeFront() as front:
        yield front


@pytest.fixture(scope="module")
def shared_site(databases: Databases, front: StripeFront, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("site")
    plans = folder / "plans.toml"
    plans.write_text(PLANS, encoding="utf-8")
    names = {"STRIPE_SECRET_KEY": "sk_test_browser", "STRIPE_WEBHOOK_SECRET": SECRET, "STRIPE_API_BASE": front.url}
    with Emulate(f"{front.url}/relay", SECRET, folder) as emulate:
        front.emulate = emulate.url
        site = Site(databases.create(), folder, PARLEY_PLANS=str(plans), PARLEY_BILLING="on", **names)
        site.start()
        front.parley = f"{site.url}/api/v1/webhooks/stripe"
        yield site
        site.leave()


@pytest.fixture(scope="module")
async def site_factory(shared_site: Site) -> AsyncIterator[Factory]:
    async with factory_of(shared_site) as factory:
        yield factory


@pytest.fixture(autouse=True)
def _whole(front: StripeFront) -> None:
    front.broken.clear()


async def shown(visitor: Visitor, name: str) -> None:
    """Photograph a page, if pictures are wanted."""
    if folder := os.environ.get("PARLEY_SHOTS"):
        await visitor.photograph(Path(folder) / f"{name}.png")


async def leave_for(page: Page, button: str) -> None:
    """Press a button that leads to the provider's page, and wait for that page."""
    await page.get_by_role("button", name=button).click()
    await expect(page.locator(".checkout-pay-btn")).to_be_visible()


async def test_person_without_credits_buys_some_tops_up_and_gives_some_away(arrive: Arrive, make: Factory) -> None:
    aiko, hana = await arrive("Aiko"), await arrive("Hana", **PHONE, locale="ja-JP", color_scheme="dark")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, hana.actor.user_id)).locale = "ja"
    page, theirs = aiko.page, hana.page
    await theirs.goto("/settings/usage")
    await expect(theirs.locator(".usage-balance")).to_have_text("0クレジット")
    await expect(theirs.get_by_text("クレジットが足りません")).to_have_count(0)  # the site's model has no price
    await shown(hana, "empty-phone-ja-dark")
    await page.goto("/settings")
    await page.get_by_role("link", name="Plan and payments").click()
    await expect(page.get_by_text("No payments yet.")).to_be_visible()
    await expect(page.get_by_text("500 credits · $5.00")).to_be_visible()
    await page.goto("/settings/usage")
    await expect(page.locator(".usage-balance")).to_have_text("0 credits")
    await expect(page.get_by_role("button", name="Give credits")).to_have_count(0)
    await shown(aiko, "empty")
    await page.get_by_role("link", name="Buy credits").click()
    for count in (1, 2):
        await leave_for(page, "Buy Small pack")
        await page.locator(".checkout-pay-btn").click()
        await expect(page.get_by_text("Payment received. The credits are in your balance.")).to_be_visible()
        await expect(page.get_by_text(f"You have {count * 500:,} credits.")).to_be_visible()
        await expect(page.locator(".payments .amount")).to_have_count(count)
    assert await violations(page) == []
    await shown(aiko, "paid")
    await page.goto("/settings/usage")
    await page.get_by_role("button", name="Give credits").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Username").fill(hana.actor.person.username)
    await dialog.get_by_label("Credits", exact=True).fill("1100")
    await dialog.get_by_role("button", name="Give credits").click()
    await expect(dialog.get_by_text("You don’t have enough credits to give.", exact=False)).to_be_visible()
    await shown(aiko, "give")
    assert await violations(page) == []
    await dialog.get_by_label("Credits", exact=True).fill("20.5")
    await dialog.get_by_role("button", name="Give credits").click()
    await expect(page.locator(".usage-balance")).to_have_text("979.5 credits")
    await expect(page.get_by_role("listitem").filter(has_text="To Hana")).to_contain_text("-20.5")
    await expect(theirs.get_by_role("listitem").filter(has_text="Aikoさんから")).to_contain_text("+20.5")
    await shown(aiko, "given")
    await shown(hana, "given-phone-ja-dark")
    await theirs.get_by_role("button", name="クレジットを贈る").click()
    await shown(hana, "give-phone-ja-dark")
    assert await theirs.evaluate("document.documentElement.scrollWidth") <= 390
    assert await violations(theirs) == []


async def test_person_buys_a_pack_in_yen_on_a_phone(arrive: Arrive, make: Factory) -> None:
    hana = await arrive("Hana", **PHONE, locale="ja-JP")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, hana.actor.user_id)).locale = "ja"
    page = hana.page
    await page.goto("/settings/billing")
    yen = re.compile("[¥￥]800")
    await expect(page.get_by_text(yen).first).to_be_visible()
    await shown(hana, "billing-phone-ja")
    await page.get_by_role("button", name="小さなパック").click()
    await page.locator(".checkout-pay-btn").click()
    await expect(page.locator(".payments .amount")).to_have_count(1)
    await expect(page.locator(".payments")).to_contain_text(yen)
    assert await balance(make.work, hana.actor.user_id) == 500 * CREDIT
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    async with make.work.begin() as ctx:
        paid = (await ctx.db.scalars(select(Payment).where(Payment.user_id == hana.actor.user_id))).one()
    assert (paid.amount, paid.currency) == (800, "jpy")


async def test_abandoned_checkout_shows_that_nothing_was_charged(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    page = aiko.page
    await page.goto("/settings/billing")
    await leave_for(page, "Buy Small pack")
    await page.get_by_role("link", name="Cancel").click()
    await expect(page.get_by_text("You left the checkout. Nothing was charged.")).to_be_visible()
    await expect(page.get_by_text("No payments yet.")).to_be_visible()
    assert await balance(make.work, aiko.actor.user_id) == 0


async def test_address_alone_buys_nothing(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    await aiko.page.goto("/settings/billing?back=1&outcome=paid&session=cs_test")
    await expect(aiko.page.get_by_text("No payments yet.")).to_be_visible()
    await expect(aiko.page.get_by_text("Payment received")).to_have_count(0)
    assert await balance(make.work, aiko.actor.user_id) == 0


async def test_provider_away_is_said_in_words(arrive: Arrive, make: Factory, front: StripeFront) -> None:
    aiko = await arrive("Aiko")
    page = aiko.page
    await page.goto("/settings/billing")
    front.broken = {"checkout": "500"}
    await page.get_by_role("button", name="Buy Small pack").click()
    await expect(page.get_by_text("The payment provider can’t be reached. Nothing was charged.")).to_be_visible()
    front.broken = {}
    await leave_for(page, "Buy Small pack")
    front.broken = {"checkout": "500"}
    front.parley, address = "", front.parley
    await page.locator(".checkout-pay-btn").click()
    await expect(page.get_by_text("so the result isn’t known yet")).to_be_visible(timeout=30_000)
    front.broken, front.parley = {}, address
    await page.reload()
    await expect(page.get_by_text("Payment received. The credits are in your balance.")).to_be_visible()
    assert await balance(make.work, aiko.actor.user_id) == 500 * CREDIT


async def test_plan_shows_its_state_in_words(arrive: Arrive, make: Factory) -> None:
    hana = await arrive("Hana", **PHONE)
    page = hana.page
    async with make.work.begin() as ctx:
        at = {"looked_at": ctx.now, "created_at": ctx.now}
        money = {"amount": 1000, "currency": "usd"}
        names = {"user_id": hana.actor.user_id, "payment_rail": "stripe"}
        mine = Subscription(
            **names, reference=f"sub_{hana.actor.user_id}", plan="plus", status="past_due", **money, cancels=False, **at
        )
        ctx.db.add(mine)
        bought = {"item": "plus", "tokens": 1000 * CREDIT, "owed_back": 0, "taken_back": 0, "corrections": 0}
        times = {"paid_at": ctx.now, "looked_at": ctx.now, "page": "https://pay.example/in_1"}
        failed = Payment(
            **names, reference=f"in_{hana.actor.user_id}", status="failed", **money, refunded=0, **bought, **times
        )
        ctx.db.add(failed)
    await page.goto("/settings/billing")
    await expect(page.get_by_text("The last payment failed.")).to_be_visible()
    await expect(page.locator(".payments .rows").last.get_by_text("failed")).to_be_visible()
    invoice = page.get_by_role("link", name="Invoice for Plus")
    await expect(invoice).to_have_attribute("href", "https://pay.example/in_1")
    await shown(hana, "past-due-phone")
    await expect(page.get_by_role("button", name="Choose Pro")).to_have_text("Change to this")
    assert await violations(page) == []
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
