"""Purchases in Google Play, with pushes that are signed by keys of the tests' own."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import RSAKey

from chat_app.adapters.payments.google_play import GooglePlay
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.payments.errors import NoticeInvalid, PaymentsAway, PurchaseNotFound
from chat_app.core.payments.plans import read_plans
from chat_app.core.payments.queries import my_payments, my_subscription
from chat_app.core.payments.service import Payments
from chat_app.core.payments.tables import Rail
from tests.adapters.payments.play import ACCOUNT, AUDIENCE, PACKAGE, GooglePlayServer
from tests.core.payments.provider import balance, handle_next
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow

CREDIT = 1_000_000
PLANS = read_plans("""
[plans.plus]
tokens = 1000
price = { jpy = 1500, usd = 10 }
google_play = "plus"

[packs.small]
tokens = 500
price = { usd = 5, jpy = 800 }
google_play = "small"
""")
BOUGHT = {"oneTimeProductNotification": {"version": "1.0", "notificationType": 1, "purchaseToken": "t", "sku": "small"}}


@pytest.fixture(scope="module")
def shared_play() -> Iterator[GooglePlayServer]:
    with GooglePlayServer() as play:
        yield play


@pytest.fixture
def play(shared_play: GooglePlayServer) -> GooglePlayServer:
    shared_play.purchases.clear()
    shared_play.away = False
    return shared_play


@pytest.fixture
async def payments(work: UnitOfWork, play: GooglePlayServer) -> AsyncIterator[Payments]:
    names = {"audience": AUDIENCE, "account": ACCOUNT, "api_base": play.url, "certs": f"{play.url}/certs"}
    store = GooglePlay(PLANS, PACKAGE, play.credentials, **names)
    yield Payments(work, "http://parley.test", PLANS, stores={Rail.GOOGLE_PLAY: store})
    await store.aclose()


@pytest.fixture
async def aiko(make: Factory, clock: Clock) -> Actor:
    clock.now = datetime.now(UTC)
    return await make.actor()


async def come(payments: Payments, play: GooglePlayServer, **notification: Any) -> None:
    await payments.receive(Rail.GOOGLE_PLAY, play.push(**notification), play.token())
    while await handle_next(payments):
        pass


def pack(user: object, state: str = "PURCHASED") -> dict[str, Any]:
    line = {"productId": "small", "productOfferDetails": {"quantity": 1}}
    about = {"orderId": "GPA.1", "regionCode": "JP", "obfuscatedExternalAccountId": str(user)}
    context = {"purchaseStateContext": {"purchaseState": state}}
    return {**about, **context, "productLineItem": [line], "purchaseCompletionTime": "2026-03-01T09:00:00.5Z"}


async def test_pack_is_credited_and_a_refund_takes_it_back(
    payments: Payments, play: GooglePlayServer, aiko: Actor, do: Do
) -> None:
    play.purchases["t"] = pack(aiko.user_id)
    await come(payments, play, **BOUGHT)
    await come(payments, play, **BOUGHT)
    assert await balance(payments.work, aiko.user_id) == 500 * CREDIT
    voided = {"purchaseToken": "t", "orderId": "GPA.1", "productType": 2, "refundType": 1}
    await come(payments, play, voidedPurchaseNotification=voided)
    await come(payments, play, **BOUGHT)  # late
    assert await balance(payments.work, aiko.user_id) == 0
    [payment] = (await do(aiko, my_payments)).items
    assert (payment.payment_rail, payment.status, payment.amount, payment.currency) == (
        "google_play",
        "refunded",
        800,
        "jpy",
    )


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations([*range(4)] * 2), handled=st.lists(st.booleans(), min_size=8, max_size=8))
async def test_pushes_doubled_late_and_in_any_order_end_in_the_same_ledger(
    payments: Payments, play: GooglePlayServer, make: Factory, clock: Clock, order: list[int], handled: list[bool]
) -> None:
    clock.now = datetime.now(UTC)
    aiko, mark = await make.actor(), uuid4().hex
    for name, state in ((f"{mark}a", "PURCHASED"), (f"{mark}b", "CANCELLED")):
        play.purchases[name] = pack(aiko.user_id, state) | {"orderId": f"GPA.{name}"}
    said = [
        {
            "oneTimeProductNotification": {
                "version": "1.0",
                "notificationType": kind,
                "purchaseToken": f"{mark}{name}",
                "sku": "small",
            }
        }
        for kind, name in ((1, "a"), (1, "b"), (2, "b"))
    ]
    voided = {"purchaseToken": f"{mark}b", "orderId": f"GPA.{mark}b", "productType": 2, "refundType": 1}
    bodies = [play.push(**each) for each in (*said, {"voidedPurchaseNotification": voided})]
    for each, at_once in zip(order, handled, strict=True):
        await payments.receive(Rail.GOOGLE_PLAY, bodies[each], play.token())
        while at_once and await handle_next(payments):
            pass
    while await handle_next(payments):
        pass
    assert await balance(payments.work, aiko.user_id) == 500 * CREDIT


async def test_refund_of_one_of_several_takes_one_back(
    payments: Payments, play: GooglePlayServer, aiko: Actor, do: Do
) -> None:
    bought = pack(aiko.user_id)
    [line] = bought["productLineItem"]
    play.purchases["t"] = {**bought, "productLineItem": [{**line, "productOfferDetails": {"quantity": 4}}]}
    await come(payments, play, **BOUGHT)
    assert await balance(payments.work, aiko.user_id) == 2000 * CREDIT
    voided = {"purchaseToken": "t", "orderId": "GPA.1", "productType": 2, "refundType": 2}
    for left, tokens in ((3, 1500), (3, 1500), (0, 0)):
        offer = {"quantity": 4, "refundableQuantity": left}
        play.purchases["t"] = {**bought, "productLineItem": [{**line, "productOfferDetails": offer}]}
        await come(payments, play, voidedPurchaseNotification=voided)
        assert await balance(payments.work, aiko.user_id) == tokens * CREDIT


async def test_subscription_is_renewed_and_ends(
    payments: Payments, play: GooglePlayServer, aiko: Actor, do: Do
) -> None:
    price = {"currencyCode": "USD", "units": "9", "nanos": 990_000_000}
    line = {"productId": "plus", "expiryTime": "2027-01-01T00:00:00Z", "latestSuccessfulOrderId": "GPA.2..0"}
    plan = {"autoRenewEnabled": True, "recurringPrice": price}
    owner = {"externalAccountIdentifiers": {"obfuscatedExternalAccountId": str(aiko.user_id)}}
    said: dict[str, Any] = {
        **owner,
        "startTime": "2026-03-01T09:00:00Z",
        "subscriptionState": "SUBSCRIPTION_STATE_ACTIVE",
    }
    play.purchases["s"] = {**said, "lineItems": [{**line, "autoRenewingPlan": plan}]}
    event = {"subscriptionNotification": {"version": "1.0", "notificationType": 4, "purchaseToken": "s"}}
    await come(payments, play, **event)
    found = await do(aiko, my_subscription)
    assert found
    assert (found.plan, found.status, found.amount, found.currency) == ("plus", "active", 999, "usd")
    renewed = {**line, "latestSuccessfulOrderId": "GPA.2..1", "autoRenewingPlan": plan}
    play.purchases["s"] = {**said, "lineItems": [renewed]}
    await come(payments, play, **event)
    assert await balance(payments.work, aiko.user_id) == 2000 * CREDIT
    play.purchases["s"] = {**said, "subscriptionState": "SUBSCRIPTION_STATE_EXPIRED", "lineItems": [renewed]}
    await come(payments, play, **event)
    assert await do(aiko, my_subscription) is None
    assert await balance(payments.work, aiko.user_id) == 2000 * CREDIT
    voided = {"purchaseToken": "s", "orderId": "GPA.2..0", "productType": 1, "refundType": 1}
    for _ in "12":
        await come(payments, play, voidedPurchaseNotification=voided)
        assert await balance(payments.work, aiko.user_id) == 1000 * CREDIT, "the earlier order was refunded"


async def test_event_waits_while_play_is_away(payments: Payments, play: GooglePlayServer, aiko: Actor) -> None:
    play.purchases["t"] = pack(aiko.user_id)
    play.away = True
    with pytest.raises(PaymentsAway):
        await come(payments, play, **BOUGHT)
    play.away = False
    while await handle_next(payments):
        pass
    assert await balance(payments.work, aiko.user_id) == 500 * CREDIT


@pytest.mark.parametrize("answer", [{"productLineItem": [7]}, {"purchaseStateContext": "x"}])
async def test_answer_of_another_shape_is_one_of_a_play_that_is_away(
    payments: Payments, play: GooglePlayServer, aiko: Actor, answer: dict[str, Any]
) -> None:
    play.purchases["t"] = pack(aiko.user_id) | answer
    with pytest.raises(PaymentsAway):
        await payments.link_purchase(aiko, Rail.GOOGLE_PLAY, "small:t")


async def test_app_links_a_purchase_to_the_person_it_was_made_for(
    payments: Payments, play: GooglePlayServer, aiko: Actor, make: Factory
) -> None:
    play.purchases["t"] = pack(aiko.user_id)
    for proof in ("small:none", "small", "other:t"):
        with pytest.raises(PurchaseNotFound):
            await payments.link_purchase(aiko, Rail.GOOGLE_PLAY, proof)
    with pytest.raises(PurchaseNotFound):
        await payments.link_purchase(await make.actor(), Rail.GOOGLE_PLAY, "small:t")
    await payments.link_purchase(aiko, Rail.GOOGLE_PLAY, "small:t")
    assert await balance(payments.work, aiko.user_id) == 500 * CREDIT


WRONG = {
    "nobody's": None,
    "for another site": {"aud": "https://other.example"},
    "of another issuer": {"iss": "https://issuer.example"},
    "of another account": {"email": "other@x.iam.gserviceaccount.com"},
    "of an account without proof": {"email_verified": False},
    "old": {"exp": 1_000_000_000},
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_push_that_google_has_not_signed_for_this_site_is_refused(
    wrong: str, payments: Payments, play: GooglePlayServer
) -> None:
    changes = WRONG[wrong]
    headers = {} if changes is None else play.token(**changes)
    with pytest.raises(NoticeInvalid):
        await payments.receive(Rail.GOOGLE_PLAY, play.push(**BOUGHT), headers)


async def test_push_by_another_key_or_of_another_app_is_refused(payments: Payments, play: GooglePlayServer) -> None:
    another = RSAKey.generate_key(2048, {"kid": "one"})
    for headers, body in (
        (play.token(another), play.push(**BOUGHT)),
        (play.token(), play.push("app.other", **BOUGHT)),
        (play.token(), b"{}"),
        ({"authorization": "Bearer a.b.c"}, play.push(**BOUGHT)),
    ):
        with pytest.raises(NoticeInvalid):
            await payments.receive(Rail.GOOGLE_PLAY, body, headers)
