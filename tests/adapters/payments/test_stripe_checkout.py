"""Products, prices and checkouts, with `emulate` as Stripe."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from chat_app.adapters.payments import stripe_client
from chat_app.adapters.payments.stripe_payments import StripePayments
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.payments.errors import AlreadySubscribed, NoSubscription, PaymentsAway, PlanNotFound
from chat_app.core.payments.plans import Plans
from chat_app.core.payments.queries import my_payments
from chat_app.core.payments.service import Payments
from chat_app.core.payments.tables import Subscription
from tests.core.payments.provider import balance
from tests.emulate.server import Emulate
from tests.stripe_server.front import SECRET, StripeFront
from tests.stripe_server.local import LocalStripe
from tests.support.factory import Factory
from tests.support.use_cases import Do

CREDIT = 1_000_000
pytestmark = [pytest.mark.usefixtures("emulate"), pytest.mark.slow]


@pytest.fixture
async def aiko(make: Factory) -> Actor:
    return await make.actor()


async def pay(url: str) -> str:
    """Pay at the page of a checkout; return where it sends the browser."""
    async with httpx.AsyncClient() as browser:
        assert (await browser.get(url)).is_success
        return (await browser.post(f"{url}/complete")).headers["location"]


async def test_prices_are_created_once(stripe: StripePayments, plans: Plans, front: StripeFront) -> None:
    await stripe.sync(plans)
    again = StripePayments("sk_test_parley", SECRET, plans, api_base=front.url)
    front.asked.clear()
    await again.sync(plans)
    await again.aclose()
    assert not [each for each in front.asked if each.startswith("POST")]


async def test_pack_is_credited_when_it_is_paid_and_not_before(payments: Payments, aiko: Actor, do: Do) -> None:
    url = await payments.begin_checkout(aiko, plan=None, pack="small")
    facts = await payments.look_up_checkout(aiko)
    assert facts
    assert facts.open
    assert await balance(payments.work, aiko.user_id) == 0
    assert await pay(url) == "http://parley.test/settings/billing?back=1"
    facts = await payments.look_up_checkout(aiko)
    assert facts
    assert facts.payments[0].paid
    assert await balance(payments.work, aiko.user_id) == 500 * CREDIT
    [payment] = (await do(aiko, my_payments)).items
    assert (payment.item, payment.amount, payment.currency, payment.status) == ("small", 500, "usd", "paid")
    assert await payments.look_up_checkout(aiko) is None  # told once


async def test_currency_follows_the_wish_and_the_language(payments: Payments, make: Factory, do: Do) -> None:
    hana = await make.actor(locale="ja")
    await pay(await payments.begin_checkout(hana, plan=None, pack="small"))
    await payments.look_up_checkout(hana)
    await pay(await payments.begin_checkout(hana, plan=None, pack="small", currency="usd"))
    await payments.look_up_checkout(hana)
    bought = (await do(hana, my_payments)).items
    assert {(each.amount, each.currency) for each in bought} == {(800, "jpy"), (500, "usd")}


@pytest.mark.parametrize("tax", [True, False])
async def test_stripe_adds_taxes_where_the_setting_says_so(
    tax: bool, work: UnitOfWork, plans: Plans, front: StripeFront, aiko: Actor
) -> None:
    stripe = StripePayments("sk_test_parley", SECRET, plans, api_base=front.url, tax=tax)
    await Payments(work, "http://parley.test", plans, stripe).begin_checkout(aiko, plan="plus", pack=None)
    await stripe.aclose()
    sent = front.checkouts[-1]
    said = ("automatic_tax[enabled]", "customer_update[address]", "tax_id_collection[enabled]")
    assert [sent.get(each) for each in said] == (["true", "auto", "true"] if tax else [None] * 3)
    assert (sent["mode"], sent["subscription_data[trial_period_days]"]) == ("subscription", "14")


async def test_new_checkout_closes_the_one_before(payments: Payments, aiko: Actor) -> None:
    first = await payments.begin_checkout(aiko, plan=None, pack="small")
    await payments.begin_checkout(aiko, plan=None, pack="small")
    async with httpx.AsyncClient() as browser:
        assert "expired" in (await browser.get(first)).text.lower()


async def test_unknown_plan_is_not_found(payments: Payments, aiko: Actor) -> None:
    for wanted in ({"plan": "small", "pack": None}, {"plan": None, "pack": "plus"}, {"plan": None, "pack": None}):
        with pytest.raises(PlanNotFound):
            await payments.begin_checkout(aiko, **wanted)
    with pytest.raises(PlanNotFound):
        await payments.begin_checkout(aiko, plan=None, pack="small", currency="eur")


async def test_change_of_plan_is_confirmed_in_the_portal(
    payments: Payments, aiko: Actor, front: StripeFront, local: LocalStripe
) -> None:
    await payments.begin_checkout(aiko, plan="plus", pack=None)
    made = local.subscribe(local.customer(), local.plan("plus", 1000))
    async with payments.work.begin() as ctx:
        names = {"payment_rail": "stripe", "reference": made["id"], "plan": "plus", "status": "active"}
        money = {"amount": 1000, "currency": "usd", "cancels": False}
        ctx.db.add(Subscription(user_id=aiko.user_id, **names, **money, looked_at=ctx.now, created_at=ctx.now))
    with pytest.raises(AlreadySubscribed):
        await payments.begin_checkout(aiko, plan="plus", pack=None)
    assert await payments.begin_checkout(aiko, plan="pro", pack=None) == f"{front.url}/portal"
    assert front.portals[-1]["flow_data[type]"] == "subscription_update_confirm"


async def test_portal_is_for_those_who_have_paid(payments: Payments, aiko: Actor, front: StripeFront) -> None:
    with pytest.raises(NoSubscription):
        await payments.open_portal(aiko)
    await payments.begin_checkout(aiko, plan=None, pack="small")
    assert await payments.open_portal(aiko) == f"{front.url}/portal"
    assert front.portals[-1]["return_url"] == "http://parley.test/settings/billing"


@contextmanager
def away(front: StripeFront, step: str, how: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have a step fail, and expect that this is said, soon where it is frozen."""
    front.broken = {step: how}
    with monkeypatch.context() as patch:
        patch.setattr(stripe_client, "ALTOGETHER", 0.3 if how == "frozen" else 30.0)
        with pytest.raises(PaymentsAway):
            yield
    front.broken = {}


@pytest.mark.parametrize("how", ["500", "closed", "frozen"])
@pytest.mark.parametrize("step", ["customers", "prices", "checkout/sessions"])
async def test_stripe_away_is_said_and_nothing_is_lost(
    step: str, how: str, payments: Payments, aiko: Actor, front: StripeFront, monkeypatch: pytest.MonkeyPatch
) -> None:
    with away(front, step, how, monkeypatch):
        await payments.begin_checkout(aiko, plan=None, pack="small")
    await pay(await payments.begin_checkout(aiko, plan=None, pack="small"))
    with away(front, "checkout/sessions", how, monkeypatch):
        await payments.look_up_checkout(aiko)
    await payments.look_up_checkout(aiko)
    assert await balance(payments.work, aiko.user_id) == 500 * CREDIT


def test_emulate_is_a_process_of_its_own(emulate: Emulate) -> None:
    assert httpx.get(f"{emulate.url}/v1/products", headers={"Authorization": "Bearer sk_test_x"}).is_success
