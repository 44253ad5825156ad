"""Stripe, as two servers and what joins them, and Parley's payments in front of it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from stripe._http_client import HTTPClient

from chat_app.adapters.payments.stripe_payments import StripePayments
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.payments.plans import Plans, read_plans
from chat_app.core.payments.service import Payments
from tests.emulate.server import Emulate
from tests.stripe_server.front import SECRET, StripeFront
from tests.stripe_server.local import LocalStripe

PLANS = """
[plans.plus]
name = { en = "Plus", ja = "プラス" }
tokens = 1000
price = { usd = "10.00", jpy = 1500 }
trial_days = 14
trial_tokens = 50

[plans.pro]
name = "Pro"
tokens = 3000
price = { usd = "30.00", jpy = 4500 }

[packs.small]
name = { en = "Small pack", ja = "小さなパック" }
tokens = 500
price = { usd = "5.00", jpy = 800 }
"""


@pytest.fixture(scope="module")
def shared_front() -> Iterator[StripeFront]:
    with StripeFront() as front:
        yield front


@pytest.fixture(scope="module")
def local(shared_front: StripeFront, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStripe]:
    with LocalStripe(tmp_path_factory.mktemp("localstripe")) as local:
        shared_front.local = local.url
        yield local


@pytest.fixture(scope="module")
def emulate(shared_front: StripeFront, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulate]:
    with Emulate(f"{shared_front.url}/relay", SECRET, tmp_path_factory.mktemp("emulate")) as emulate:
        shared_front.emulate = emulate.url
        yield emulate


@pytest.fixture
def front(shared_front: StripeFront) -> StripeFront:
    shared_front.broken.clear()
    shared_front.disputes.clear()
    shared_front.asked.clear()
    shared_front.portals.clear()
    return shared_front


@pytest.fixture
def plans() -> Plans:
    return read_plans(PLANS)


@pytest.fixture
async def stripe(front: StripeFront, plans: Plans, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StripePayments]:
    """The adapter, whose library waits half a second before it asks again."""
    monkeypatch.setattr(HTTPClient, "INITIAL_DELAY", 0.01)
    monkeypatch.setattr(HTTPClient, "MAX_DELAY", 0.01)
    stripe = StripePayments("sk_test_parley", SECRET, plans, api_base=front.url)
    yield stripe
    await stripe.aclose()


@pytest.fixture
def payments(work: UnitOfWork, stripe: StripePayments, plans: Plans) -> Payments:
    return Payments(work, "http://parley.test", plans, stripe)
