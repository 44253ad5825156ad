"""Ask Stripe for the object of an event. The event's own data may be old, and events may come in any order."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from chat_app.adapters.payments.stripe_client import StripeClient, text_at
from chat_app.adapters.payments.stripe_facts import (
    checkout_facts,
    invoice_facts,
    price_of,
    subscription_facts,
    subscription_of,
)
from chat_app.core.payments.errors import PaymentsRefused
from chat_app.core.payments.ports import Facts, Notice, PaymentFacts
from chat_app.core.payments.tables import Rail

INVOICES: Final = 24
"""The number of a customer's newest invoices that are compared."""

_PRICES: Final = ["lines.data.pricing.price_details.price"]


class StripeLookup:
    """Asks for payments and subscriptions."""

    def __init__(self, client: StripeClient) -> None:
        self._client = client

    async def notice(self, notice: Notice, now: datetime) -> Facts:
        """Return the present state of an event's object; nothing for kinds of events that are ignored."""
        kind, subject = notice.kind, notice.subject
        if kind.startswith("checkout.session."):
            return await self.checkout(subject, now)
        if kind.startswith("customer.subscription."):
            return await self._subscription(subject, now)
        if kind.startswith(("invoice.", "invoice_payment.")):
            return await self._invoice(subject, now) if subject.startswith("in_") else Facts(Rail.STRIPE, now)
        if kind.startswith(("charge.", "refund.")):
            charge = subject if subject.startswith(("ch_", "py_")) else str(notice.details.get("charge", ""))
            return await self._of_charge(charge, now) if charge else Facts(Rail.STRIPE, now)
        return Facts(Rail.STRIPE, now)

    async def checkout(self, checkout: str, now: datetime) -> Facts:
        """Return the outcome of a checkout."""
        session = await self._client.ask("get", f"checkout/sessions/{checkout}")
        if text_at(session, "mode") == "subscription":
            if not (subscription := text_at(session, "subscription")):
                return Facts(Rail.STRIPE, now, open=text_at(session, "status") == "open")
            return await self._subscription(subscription, now, with_invoice=True)
        is_open = text_at(session, "status") == "open"
        return Facts(Rail.STRIPE, now, (await self._pack(session),), open=is_open)

    async def customer(self, customer: str, now: datetime) -> Facts:
        """Return a customer's subscriptions and newest payments, for comparing."""
        found = [each async for each in self._client.pages("subscriptions", customer=customer, status="all")]
        invoices = await self._client.ask("get", "invoices", customer=customer, limit=INVOICES)
        payments = [await self._invoice_facts(each["id"]) for each in invoices["data"] if subscription_of(each)]
        sessions = await self._client.ask("get", "checkout/sessions", customer=customer, limit=INVOICES)
        for each in sessions["data"]:
            if text_at(each, "mode") == "payment" and text_at(each, "status") == "complete":
                payments.append(await self._pack(each))
        return Facts(Rail.STRIPE, now, tuple(payments), tuple(map(subscription_facts, found)))

    async def _subscription(self, subscription: str, now: datetime, *, with_invoice: bool = False) -> Facts:
        data = await self._client.ask("get", f"subscriptions/{subscription}")
        latest = text_at(data, "latest_invoice")
        payments = (await self._invoice_facts(latest),) if with_invoice and latest else ()
        return Facts(Rail.STRIPE, now, payments, (subscription_facts(data),))

    async def _invoice(self, invoice: str, now: datetime) -> Facts:
        data = await self._with_prices(await self._client.ask("get", f"invoices/{invoice}", expand=_PRICES))
        if not (subscription := subscription_of(data)):
            return Facts(Rail.STRIPE, now)
        facts = await self._subscription(subscription, now)
        payment = invoice_facts(data, *await self._charge_of(data))
        return Facts(Rail.STRIPE, now, (payment,), facts.subscriptions)

    async def _invoice_facts(self, invoice: str) -> PaymentFacts:
        data = await self._with_prices(await self._client.ask("get", f"invoices/{invoice}", expand=_PRICES))
        return invoice_facts(data, *await self._charge_of(data))

    async def _with_prices(self, invoice: dict[str, Any]) -> dict[str, Any]:
        """Return an invoice whose lines have their prices in full."""
        for line in (invoice.get("lines") or {}).get("data", ()):
            if not price_of(line) and (price := text_at(line, "pricing", "price_details", "price")):
                line["price"] = await self._client.ask("get", f"prices/{price}")
        return invoice

    async def _pack(self, session: Mapping[str, Any]) -> PaymentFacts:
        return checkout_facts(session, *await self._charge_by_intent(text_at(session, "payment_intent")))

    async def _of_charge(self, charge: str, now: datetime) -> Facts:
        """Return the payment that a charge belongs to."""
        data = await self._client.ask("get", f"charges/{charge}")
        intent = text_at(data, "payment_intent")
        if invoice := text_at(data, "invoice") or await self._invoice_of(intent):
            return await self._invoice(invoice, now)
        if intent:
            sessions = await self._client.ask("get", "checkout/sessions", payment_intent=intent, limit=1)
            for each in sessions["data"]:
                return Facts(Rail.STRIPE, now, (await self._pack(each),))
        return Facts(Rail.STRIPE, now)

    async def _invoice_of(self, intent: str) -> str:
        if not intent:
            return ""
        asked = {"type": "payment_intent", "payment_intent": intent}
        try:
            found = await self._client.ask("get", "invoice_payments", payment=asked, limit=1)
        except PaymentsRefused:
            return ""
        return next((text_at(each, "invoice") for each in found["data"]), "")

    async def _charge_of(self, invoice: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[dict[str, Any]]]:
        if charge := text_at(invoice, "charge"):
            return await self._charge(charge)
        if intent := text_at(invoice, "payment_intent"):
            return await self._charge_by_intent(intent)
        if text_at(invoice, "status") != "paid" or not invoice.get("amount_paid"):
            return {}, []
        found = await self._client.ask(
            "get", "invoice_payments", invoice=text_at(invoice, "id"), status="paid", limit=1
        )
        intent = next((text_at(each, "payment", "payment_intent") for each in found["data"]), "")
        return await self._charge_by_intent(intent)

    async def _charge_by_intent(self, intent: str) -> tuple[Mapping[str, Any], list[dict[str, Any]]]:
        if not intent:
            return {}, []
        data = await self._client.ask("get", f"payment_intents/{intent}")
        charge = text_at(data, "latest_charge")
        return await self._charge(charge) if charge else ({}, [])

    async def _charge(self, charge: str) -> tuple[Mapping[str, Any], list[dict[str, Any]]]:
        data = await self._client.ask("get", f"charges/{charge}")
        if not data.get("disputed"):
            return data, []
        return data, [each async for each in self._client.pages("disputes", charge=charge)]
