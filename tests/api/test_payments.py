"""Payments over REST: the answers if payments are off, and events of providers."""

import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col
from structlog.testing import capture_logs

from chat_app.api import PREFIX
from chat_app.api.app import guard
from chat_app.api.rest.site.payment_events import BODY_MAX
from chat_app.bootstrap import Runtime, build
from chat_app.core.payments.tables import Payment, PaymentEvent
from chat_app.settings import Settings
from chat_app.starting.errors import LaunchError
from tests.adapters.payments.conftest import PLANS
from tests.api.conftest import Clients, pages
from tests.stripe_server.front import SECRET, event, signed
from tests.support.api import the_api
from tests.support.factory import Factory

KEYS = {"stripe_secret_key": "sk_test_x", "stripe_webhook_secret": SECRET, "stripe_api_base": "http://127.0.0.1:1"}


async def test_site_without_a_key_says_so(clients: Clients, make: Factory) -> None:
    _, token = await make.signed_in()
    client = clients(token)
    for method, path, body in (
        ("GET", "plans", None),
        ("POST", "billing/checkout", {"pack": "small"}),
        ("POST", "billing/portal", None),
        ("POST", "billing/purchases", {"rail": "app_store", "proof": "x"}),
        ("POST", "webhooks/stripe", {}),
        ("POST", "webhooks/app-store", {}),
        ("POST", "webhooks/google-play", {}),
    ):
        answer = await client.request(method, path, json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "payments_off"), path
    assert (await client.get("me/subscription")).json() == {"subscription": None}
    assert (await client.get("me/payments")).json() == {"items": [], "next": ""}


class TestWithStripe:
    """A site that has a key, and a Stripe that is away."""

    @pytest.fixture
    def settings(self, settings: Settings, tmp_path: Path) -> Settings:
        plans = tmp_path / "plans.toml"
        plans.write_text(PLANS, encoding="utf-8")
        return settings.model_copy(update={"plans": plans, **_secret(KEYS)})

    async def test_plans_are_listed_for_anybody(self, clients: Clients) -> None:
        items = (await clients().get("plans")).json()["items"]
        assert [(each["id"], each["kind"]) for each in items] == [("plus", "plan"), ("pro", "plan"), ("small", "pack")]
        assert items[2]["prices"] == [
            {"currency": "usd", "amount": 500, "decimals": 2},
            {"currency": "jpy", "amount": 800, "decimals": 0},
        ]

    async def test_signed_event_is_kept_once(self, clients: Clients, parts: Runtime) -> None:
        body = event("invoice.paid", {"id": "in_1"})
        answers = [await clients().post("webhooks/stripe", content=body, headers=signed(body)) for _ in range(3)]
        assert [each.json() for each in answers] == [{"new": True}, {"new": False}, {"new": False}]
        async with parts.work.begin() as ctx:
            assert await ctx.db.scalar(select(func.count(col(PaymentEvent.id)))) == 1

    async def test_wrong_events_are_refused(self, clients: Clients) -> None:
        body = event("invoice.paid", {"id": "in_1"})
        with capture_logs() as lines:
            for headers in ({}, signed(body, "whsec_other"), signed(body, at=int(time.time()) - 1000)):
                answer = await clients().post("webhooks/stripe", content=body, headers=headers)
                assert (answer.status_code, answer.json()["error"]["code"]) == (422, "notice_invalid")
        noted = [(line["kind"], line["times"]) for line in lines if line["event"] == "payment_notice_refused"]
        assert noted == [("stripe: signature", 1)]  # the others are counted by the next line
        long = b"x" * (BODY_MAX + 1)
        assert (await clients().post("webhooks/stripe", content=long, headers=signed(long))).status_code == 413

    async def test_request_that_breaks_off_is_no_bug(self, parts: Runtime) -> None:
        async def receive() -> Any:
            return {"type": "http.disconnect"}

        async def send(_: Any) -> None:
            return

        path, headers = f"{PREFIX}/webhooks/stripe", [(b"host", b"127.0.0.1"), (b"content-length", b"500")]
        scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}
        scope |= {"scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "root_path": ""}
        with capture_logs() as lines:
            await guard(the_api(), pages, parts)(scope, receive, send)
        assert [(line["event"], line["status"]) for line in lines] == [("request", 400)]

    async def test_stripe_away_is_503_in_words(self, clients: Clients, make: Factory) -> None:
        _, token = await make.signed_in()
        answer = await clients(token).post("billing/checkout", json={"pack": "small"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "payments_away")
        answer = await clients(token).post("billing/checkout", json={"pack": "none"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "plan_not_found")
        answer = await clients(token).post("billing/portal")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_payments_yet")

    async def test_payments_are_paged(self, clients: Clients, make: Factory, parts: Runtime) -> None:
        actor, token = await make.signed_in()
        async with parts.work.begin() as ctx:
            for number in range(3):
                names = {"user_id": actor.user_id, "payment_rail": "stripe", "reference": f"in_{number}"}
                money = {"item": "plus", "status": "paid", "amount": 1000, "currency": "usd", "refunded": 0}
                tokens = {"tokens": 5, "owed_back": 0, "taken_back": 0, "corrections": 0}
                ctx.db.add(Payment(**names, **money, **tokens, paid_at=ctx.now, looked_at=ctx.now))
        first = (await clients(token).get("me/payments?limit=2")).json()
        second = (await clients(token).get(f"me/payments?limit=2&cursor={first['next']}")).json()
        assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, "")
        assert not {each["id"] for each in first["items"]} & {each["id"] for each in second["items"]}


@pytest.mark.parametrize("text", ["[plans", "[plans.a]\ntokens = 0", None])
def test_plans_file_that_cannot_be_used_stops_the_start(text: str | None, settings: Settings, tmp_path: Path) -> None:
    plans = tmp_path / "plans.toml"
    if text is not None:
        plans.write_text(text)
    with pytest.raises(LaunchError, match="PARLEY_PLANS"):
        build(settings.model_copy(update={"plans": plans, **_secret(KEYS)}))


def test_keys_without_plans_are_refused() -> None:
    with pytest.raises(ValueError, match="PARLEY_PLANS"):
        Settings(_env_file=None, database_url="postgresql://x", **KEYS)


def _secret(keys: dict[str, str]) -> dict[str, object]:
    """The keys as settings have them."""
    made = Settings(_env_file=None, database_url="postgresql://x", plans="plans.toml", **keys)
    return {name: getattr(made, name) for name in keys}
