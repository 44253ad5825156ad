"""Purchases in the App Store, signed by a root of the tests' own."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat_app.adapters.payments.app_store import AppStore
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.payments.errors import NoticeInvalid, PurchaseNotFound
from chat_app.core.payments.plans import read_plans
from chat_app.core.payments.queries import my_payments, my_subscription
from chat_app.core.payments.service import Payments
from chat_app.core.payments.tables import Rail
from tests.adapters.payments.apple import APP, BUNDLE, Apple
from tests.core.payments.provider import balance, handle_next
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do

CREDIT = 1_000_000
PLANS = read_plans("""
[plans.plus]
tokens = 1000
price = { usd = 5 }
trial_tokens = 50
app_store = "plus"

[packs.small]
tokens = 500
price = { usd = 5 }
app_store = "small"
""")


@pytest.fixture(scope="module")
def apple() -> Apple:
    return Apple()


@pytest.fixture
def payments(work: UnitOfWork, apple: Apple) -> Payments:
    store = AppStore(PLANS, [apple.root], BUNDLE, APP)
    return Payments(work, "http://parley.test", PLANS, stores={Rail.APP_STORE: store})


@pytest.fixture
async def aiko(make: Factory, clock: Clock) -> Actor:
    clock.now = datetime.now(UTC)
    return await make.actor()


async def come(payments: Payments, signed: str) -> None:
    await payments.receive(Rail.APP_STORE, json.dumps({"signedPayload": signed}).encode(), {})
    while await handle_next(payments):
        pass


def later(seconds: float) -> int:
    return int((datetime.now(UTC) + timedelta(seconds=seconds)).timestamp() * 1000)


async def test_pack_is_credited_once_and_taken_back_with_its_refund(
    payments: Payments, apple: Apple, aiko: Actor, do: Do
) -> None:
    bought = apple.transaction("small", aiko.user_id, quantity=2)
    refunded = {**bought, "revocationDate": later(1), "signedDate": later(2)}
    refund = apple.notification("REFUND", refunded)
    once = apple.notification("ONE_TIME_CHARGE", bought)
    await come(payments, once)
    await come(payments, once)
    assert await balance(payments.work, aiko.user_id) == 1000 * CREDIT
    await come(payments, refund)
    await come(payments, apple.notification("ONE_TIME_CHARGE", bought))  # late
    assert await balance(payments.work, aiko.user_id) == 0
    [payment] = (await do(aiko, my_payments)).items
    assert (payment.payment_rail, payment.status, payment.amount) == ("app_store", "refunded", 500)
    await come(payments, apple.notification("REFUND_REVERSED", {**bought, "signedDate": later(3)}))
    assert await balance(payments.work, aiko.user_id) == 1000 * CREDIT


async def test_subscription_goes_through_its_states(payments: Payments, apple: Apple, aiko: Actor, do: Do) -> None:
    first = apple.transaction("plus", aiko.user_id, expiresDate=later(3600))
    await come(payments, apple.notification("SUBSCRIBED", first, status=1))
    found = await do(aiko, my_subscription)
    assert found
    assert (found.plan, found.status, found.payment_rail, found.cancels) == ("plus", "active", "app_store", False)
    failing = {**first, "signedDate": later(1)}
    await come(payments, apple.notification("DID_FAIL_TO_RENEW", failing, status=3, renews=0))
    found = await do(aiko, my_subscription)
    assert found
    assert (found.status, found.cancels) == ("past_due", True)
    renewed = {**first, "transactionId": "renewed", "signedDate": later(2), "expiresDate": later(7200)}
    await come(payments, apple.notification("DID_RENEW", renewed, status=1))
    assert await balance(payments.work, aiko.user_id) == 2000 * CREDIT
    await come(payments, apple.notification("EXPIRED", {**renewed, "signedDate": later(3)}, status=2))
    assert await do(aiko, my_subscription) is None


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations([*range(8)] * 2), handled=st.lists(st.booleans(), min_size=16, max_size=16))
@pytest.mark.slow
async def test_notifications_doubled_late_and_in_any_order_end_in_the_same_ledger(
    payments: Payments, apple: Apple, make: Factory, do: Do, clock: Clock, order: list[int], handled: list[bool]
) -> None:
    """Each notification says how its purchase was when it was signed, so that the newest of all counts."""
    clock.now = datetime.now(UTC)
    aiko = await make.actor()
    kept, lost = apple.transaction("small", aiko.user_id, quantity=2), apple.transaction("small", aiko.user_id)
    first = apple.transaction("plus", aiko.user_id, expiresDate=later(3600))
    renewed = {**first, "transactionId": uuid4().hex, "signedDate": later(2), "expiresDate": later(7200)}
    signed = [
        apple.notification("ONE_TIME_CHARGE", kept),
        apple.notification("REFUND", {**kept, "revocationDate": later(1), "signedDate": later(2)}),
        apple.notification("REFUND_REVERSED", {**kept, "signedDate": later(3)}),
        apple.notification("ONE_TIME_CHARGE", lost),
        apple.notification("REFUND", {**lost, "revocationDate": later(1), "signedDate": later(2)}),
        apple.notification("SUBSCRIBED", first, status=1),
        apple.notification("DID_RENEW", renewed, status=1),
        apple.notification("EXPIRED", {**renewed, "signedDate": later(3)}, status=2),
    ]
    for each, at_once in zip(order, handled, strict=True):
        await payments.receive(Rail.APP_STORE, json.dumps({"signedPayload": signed[each]}).encode(), {})
        while at_once and await handle_next(payments):
            pass
    while await handle_next(payments):
        pass
    assert await balance(payments.work, aiko.user_id) == (1000 + 2000) * CREDIT
    assert await do(aiko, my_subscription) is None


async def test_free_trial_gives_its_own_tokens(payments: Payments, apple: Apple, aiko: Actor, do: Do) -> None:
    trial = {"expiresDate": later(3600), "offerDiscountType": "FREE_TRIAL", "price": 0}
    await come(payments, apple.notification("SUBSCRIBED", apple.transaction("plus", aiko.user_id, **trial), status=1))
    assert await balance(payments.work, aiko.user_id) == 50 * CREDIT


async def test_app_links_a_purchase_to_the_person_it_was_made_for(
    payments: Payments, apple: Apple, aiko: Actor, make: Factory
) -> None:
    signed = apple.sign(apple.transaction("small", aiko.user_id))
    with pytest.raises(PurchaseNotFound):
        await payments.link_purchase(await make.actor(), Rail.APP_STORE, signed)
    await payments.link_purchase(aiko, Rail.APP_STORE, signed)
    await payments.link_purchase(aiko, Rail.APP_STORE, signed)
    assert await balance(payments.work, aiko.user_id) == 500 * CREDIT


async def test_purchase_that_a_family_shares_gives_nothing(payments: Payments, apple: Apple, aiko: Actor) -> None:
    shared = apple.transaction("small", aiko.user_id, inAppOwnershipType="FAMILY_SHARED")
    await come(payments, apple.notification("ONE_TIME_CHARGE", shared))
    assert await balance(payments.work, aiko.user_id) == 0


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("another root", "verification_failure"),
        ("another app", "invalid_app_identifier"),
        ("sandbox", "invalid_environment"),
        ("tampered", "verification_failure"),
        ("words", "verification_failure"),
        ("no json", "malformed"),
    ],
)
async def test_data_not_signed_by_apple_for_this_app_is_refused(
    wrong: str, reason: str, payments: Payments, apple: Apple, aiko: Actor
) -> None:
    bought = apple.transaction("small", aiko.user_id)
    signed = apple.notification("ONE_TIME_CHARGE", bought)
    if wrong == "another root":
        signed = Apple().notification("ONE_TIME_CHARGE", bought)
    elif wrong == "another app":
        signed = apple.notification("ONE_TIME_CHARGE", {**bought, "bundleId": "app.other"})
    elif wrong == "sandbox":
        signed = apple.notification("ONE_TIME_CHARGE", {**bought, "environment": "Sandbox"})
    elif wrong == "tampered":
        head, body, signature = signed.split(".")
        signed = f"{head}.{body[:-8]}AAAAAAAA.{signature}"
    body_ = (
        b"{" if wrong == "no json" else json.dumps({"signedPayload": "a.b.c" if wrong == "words" else signed}).encode()
    )
    with pytest.raises(NoticeInvalid) as raised:
        await payments.receive(Rail.APP_STORE, body_, {})
    assert raised.value.reason == reason
    assert await balance(payments.work, aiko.user_id) == 0
