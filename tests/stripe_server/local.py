"""Stripe's subscriptions, invoices, charges and refunds, by PyPI's `localstripe` in a process of its own."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from tests.support.ports import free_port, wait_for_port

PROGRAM = """
import sys
from aiohttp import web
from localstripe.server import app
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""
CARD = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2040", "cvc": "123"}
DECLINED = {**CARD, "number": "4000000000000341"}
"""A card that is accepted, and declined as soon as it is charged."""


class LocalStripe:
    """`with LocalStripe(folder) as stripe:`, then its methods do what people and time do at Stripe."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "LocalStripe":
        command = [sys.executable, "-c", PROGRAM, str(self.port)]
        self._process = subprocess.Popen(
            command, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for_port(self.port)
        self._http = httpx.Client(base_url=self.url, headers={"Authorization": "Bearer sk_test_local"}, timeout=20)
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()
        self._process.terminate()
        self._process.wait(timeout=20)

    def send_events(self, to: str, secret: str) -> None:
        """Have events sent to an address, signed with a secret."""
        self._http.post("/_config/webhooks/parley", json={"url": to, "secret": secret}).raise_for_status()

    def post(self, path: str, **data: Any) -> dict[str, Any]:
        """Post what is given as JSON."""
        answer = self._http.post(f"/v1/{path}", json=data)
        assert answer.is_success, answer.text
        return dict(answer.json())

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        answer = self._http.get(f"/v1/{path}", params=query)
        assert answer.is_success, answer.text
        return dict(answer.json())

    def delete(self, path: str) -> None:
        self._http.delete(f"/v1/{path}").raise_for_status()

    def customer(self, card: dict[str, str] | None = None) -> str:
        """A customer with a card."""
        customer = str(self.post("customers", email="a@example.com")["id"])
        self.give_card(customer, card or CARD)
        return customer

    def give_card(self, customer: str, card: dict[str, str]) -> None:
        """Give a customer a card, which is charged from now on."""
        method = self.post("payment_methods", type="card", card=card)["id"]
        self.post(f"payment_methods/{method}/attach", customer=customer)
        self.post(f"customers/{customer}", invoice_settings={"default_payment_method": method})

    def plan(self, id_: str, amount: int, currency: str = "usd", **metadata: str) -> str:
        """A price, with the metadata that Parley gives its own."""
        made = self.post(
            "plans",
            amount=amount,
            currency=currency,
            interval="month",
            product={"name": id_},
            metadata={"parley_item": id_, **metadata},
        )
        return str(made["id"])

    def subscribe(self, customer: str, plan: str, **more: Any) -> dict[str, Any]:
        return self.post("subscriptions", customer=customer, items=[{"plan": plan}], **more)
