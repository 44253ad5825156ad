"""Subscriptions, their invoices, refunds and disputes, with `localstripe` as Stripe."""

import json
import time
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from chat_app.core.kernel.actor import Actor
from chat_app.core.payments.customers import note_customer
from chat_app.core.payments.errors import NoticeInvalid, PaymentsAway
from chat_app.core.payments.queries import my_payments, my_subscription
from chat_app.core.payments.service import Payments
from chat_app.core.payments.tables import Rail
from tests.core.payments.provider import balance, handle_next
from tests.stripe_server.front import SECRET, StripeFront, event, signed
from tests.stripe_server.local import CARD, DECLINED, LocalStripe
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow

CREDIT = 1_000_000
PLUS = {"parley_tokens": str(1000 * CREDIT), "parley_trial_tokens": str(50 * CREDIT)}
PRO = {"parley_tokens": str(3000 * CREDIT)}


@pytest.fixture(autouse=True)
def _real_time(clock: Clock) -> None:
    """Stripe's times are real."""

    clock.now = datetime.now(UTC)


@pytest.fixture
async def aiko(make: Factory) -> Actor:
    return await make.actor()


async def customer_of(do: Do, local: LocalStripe, actor: Actor, card: dict[str, str] | None = None) -> str:
    customer = local.customer(card)
    await do(actor, note_customer, customer)
    return customer


def charge_of(invoice: dict[str, Any]) -> str:
    charge = invoice["charge"]
    return str(charge["id"] if isinstance(charge, dict) else charge)


async def come(payments: Payments, kind: str, subject: dict[str, object], clock: Clock) -> None:
    """Have an event come, and handled."""
    clock.advance(seconds=1)
    body = event(kind, dict(subject))
    await payments.receive(Rail.STRIPE, body, {key.lower(): value for key, value in signed(body).items()})
    while await handle_next(payments):
        pass


async def test_paid_invoice_gives_the_tokens_of_its_plan(
    payments: Payments, local: LocalStripe, do: Do, aiko: Actor, clock: Clock
) -> None:
    customer = await customer_of(do, local, aiko)
    subscription = local.subscribe(customer, local.plan("plus", 1000, **PLUS))
    await come(payments, "invoice.paid", local.get(f"invoices/{subscription['latest_invoice']}"), clock)
    assert await balance(payments.work, aiko.user_id) == 1000 * CREDIT
    found = await do(aiko, my_subscription)
    assert found
    assert (found.plan, found.status, found.amount, found.currency) == ("plus", "active", 1000, "usd")
    assert found.period_end
    [payment] = (await do(aiko, my_payments)).items
    assert (payment.item, payment.amount, payment.status) == ("plus", 1000, "paid")


async def test_price_in_yen_has_no_decimals(
    payments: Payments, local: LocalStripe, do: Do, aiko: Actor, clock: Clock
) -> None:
    customer = await customer_of(do, local, aiko)
    subscription = local.subscribe(customer, local.plan("plus", 1500, "jpy", **PLUS))
    await come(payments, "invoice.paid", local.get(f"invoices/{subscription['latest_invoice']}"), clock)
    [payment] = (await do(aiko, my_payments)).items
    assert (payment.amount, payment.currency) == (1500, "jpy")


async def test_trial_gives_its_own_tokens(
    payments: Payments, local: LocalStripe, do: Do, aiko: Actor, clock: Clock
) -> None:
    customer = await customer_of(do, local, aiko)
    end = int(time.time()) + 86_400 * 14
    subscription = local.subscribe(customer, local.plan("plus", 1000, **PLUS), trial_end=end)
    await come(payments, "customer.subscription.created", subscription, clock)
    assert await balance(payments.work, aiko.user_id) == 50 * CREDIT
    found = await do(aiko, my_subscription)
    assert found
    assert found.status == "trialing"


async def test_upgrade_gives_what_its_invoice_charges(
    payments: Payments, local: LocalStripe, do: Do, aiko: Actor, clock: Clock
) -> None:
    customer = await customer_of(do, local, aiko)
    subscription = local.subscribe(customer, local.plan("plus", 1000, **PLUS))
    await come(payments, "invoice.paid", local.get(f"invoices/{subscription['latest_invoice']}"), clock)
    pro = local.plan("pro", 3000, **PRO)
    local.post(
        f"subscriptions/{subscription['id']}", items=[{"id": subscription["items"]["data"][0]["id"], "plan": pro}]
    )
    invoice = local.post("invoices", customer=customer, subscription=subscription["id"])
    local.post(f"invoices/{invoice['id']}/pay")
    await come(payments, "invoice.paid", local.get(f"invoices/{invoice['id']}"), clock)
    assert await balance(payments.work, aiko.user_id) == 3000 * CREDIT  # of a whole period, the unused one being taken
    found = await do(aiko, my_subscription)
    assert found
    assert found.plan == "pro"


async def test_failed_payment_shows_and_a_later_one_gives_tokens(
    payments: Payments, local: LocalStripe, do: Do, aiko: Actor, clock: Clock
) -> None:
    customer = await customer_of(do, local, aiko, DECLINED)
    subscription = local.subscribe(customer, local.plan("plus", 1000, **PLUS))
    invoice = local.get(f"invoices/{subscription['latest_invoice']}")
    await come(payments, "invoice.payment_failed", invoice, clock)
    [payment] = (await do(aiko, my_payments)).items
    assert payment.status == "failed"
    assert await balance(payments.work, aiko.user_id) == 0
    local.give_card(customer, CARD)
    local.post(f"invoices/{invoice['id']}/pay")
    await come(payments, "invoice.paid", local.get(f"invoices/{invoice['id']}"), clock)
    [payment] = (await do(aiko, my_payments)).items
    assert payment.status == "paid"
    assert await balance(payments.work, aiko.user_id) == 1000 * CREDIT


async def test_cancelled_subscription_is_over(
    payments: Payments, local: LocalStripe, do: Do, aiko: Actor, clock: Clock
) -> None:
    customer = await customer_of(do, local, aiko)
    subscription = local.subscribe(customer, local.plan("plus", 1000, **PLUS))
    local.post(f"subscriptions/{subscription['id']}", cancel_at_period_end=True)
    await come(payments, "customer.subscription.updated", subscription, clock)
    found = await do(aiko, my_subscription)
    assert found
    assert found.cancels
    await payments.cancel(subscription["id"])
    await come(payments, "customer.subscription.deleted", subscription, clock)
    assert await do(aiko, my_subscription) is None


async def test_refund_and_dispute_take_tokens_back(
    payments: Payments, local: LocalStripe, front: StripeFront, do: Do, aiko: Actor, clock: Clock
) -> None:
    customer = await customer_of(do, local, aiko)
    subscription = local.subscribe(customer, local.plan("plus", 1000, **PLUS))
    invoice = local.get(f"invoices/{subscription['latest_invoice']}")
    charge = charge_of(invoice)
    local.post("refunds", charge=charge, amount=250)
    await come(payments, "charge.refunded", local.get(f"charges/{charge}"), clock)
    assert await balance(payments.work, aiko.user_id) == 750 * CREDIT
    dispute = {"id": "dp_1", "object": "dispute", "charge": charge, "status": "needs_response"}
    front.disputes.append(dispute)
    await come(payments, "charge.dispute.created", dispute, clock)
    assert await balance(payments.work, aiko.user_id) == 0
    front.disputes[0]["status"] = "won"
    await come(payments, "charge.dispute.closed", front.disputes[0], clock)
    assert await balance(payments.work, aiko.user_id) == 750 * CREDIT


async def test_every_order_of_the_events_ends_in_the_same_ledger(
    payments: Payments, local: LocalStripe, do: Do, make: Factory, clock: Clock
) -> None:
    plan = local.plan("plus", 1000, **PLUS)
    for order in permutations(range(3)):
        actor = await make.actor()
        customer = await customer_of(do, local, actor)
        subscription = local.subscribe(customer, plan)
        invoice = local.get(f"invoices/{subscription['latest_invoice']}")
        charge = charge_of(invoice)
        local.post("refunds", charge=charge, amount=500)
        events = [
            ("customer.subscription.created", subscription),
            ("invoice.paid", invoice),
            ("charge.refunded", local.get(f"charges/{charge}")),
        ]
        for each in (*order, *order):
            await come(payments, *events[each], clock)
        assert await balance(payments.work, actor.user_id) == 500 * CREDIT
        assert await do(actor, my_subscription)


async def test_event_that_never_came_is_made_up_for_at_night(
    payments: Payments, local: LocalStripe, emulate: object, do: Do, aiko: Actor
) -> None:
    customer = await customer_of(do, local, aiko)
    local.subscribe(customer, local.plan("plus", 1000, **PLUS))
    await payments.reconcile()
    assert await balance(payments.work, aiko.user_id) == 1000 * CREDIT
    await payments.reconcile()
    assert await balance(payments.work, aiko.user_id) == 1000 * CREDIT


@pytest.mark.parametrize("how", ["500", "closed"])
async def test_event_waits_while_stripe_is_away(
    how: str, payments: Payments, local: LocalStripe, front: StripeFront, do: Do, aiko: Actor, clock: Clock
) -> None:
    customer = await customer_of(do, local, aiko)
    subscription = local.subscribe(customer, local.plan("plus", 1000, **PLUS))
    invoice = local.get(f"invoices/{subscription['latest_invoice']}")
    for step in ("invoices", "subscriptions", "charges"):
        front.broken = {step: how}
        with pytest.raises(PaymentsAway):
            await come(payments, "invoice.paid", invoice, clock)
        assert await balance(payments.work, aiko.user_id) == 0
    front.broken = {}
    while await handle_next(payments):
        pass
    assert await balance(payments.work, aiko.user_id) == 1000 * CREDIT


@pytest.mark.parametrize("wrong", ["unsigned", "of another", "old", "changed", "no event", "deep"])
async def test_event_that_stripe_has_not_signed_is_refused(wrong: str, payments: Payments) -> None:
    body = event("invoice.paid", {"id": "in_1"})
    headers = signed(body)
    if wrong == "unsigned":
        headers = {}
    elif wrong == "of another":
        headers = signed(body, "whsec_another")
    elif wrong == "old":
        headers = signed(body, at=int(time.time()) - 600)
    elif wrong == "changed":
        body = body.replace(b"in_1", b"in_2")
    else:
        body = json.dumps([]).encode() if wrong == "no event" else b"[" * 100_000
        headers = signed(body, SECRET)
    with pytest.raises(NoticeInvalid):
        await payments.receive(Rail.STRIPE, body, {key.lower(): value for key, value in headers.items()})
