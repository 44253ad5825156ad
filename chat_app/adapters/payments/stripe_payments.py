"""Payments by Stripe: Checkout, its customer portal, and signed events."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from chat_app.adapters.payments.shapes import as_documented
from chat_app.adapters.payments.stripe_catalog import StripeCatalog
from chat_app.adapters.payments.stripe_client import StripeClient, text_at
from chat_app.adapters.payments.stripe_facts import ITEM, TOKENS, USER
from chat_app.adapters.payments.stripe_lookup import StripeLookup
from chat_app.core.payments.errors import NoticeInvalid, PaymentsOff, PaymentsRefused
from chat_app.core.payments.plans import Plans
from chat_app.core.payments.ports import Facts, Notice, Order
from chat_app.core.payments.tables import Rail

TOLERANCE: Final = 300
"""The age in seconds after which a signed event counts as a replay."""

_CUSTOMER_GONE: Final = "resource_missing"


class StripePayments:
    """Payments by Stripe. Every method sends requests to Stripe, so none may be called in a transaction."""

    rail = Rail.STRIPE

    def __init__(
        self, key: str, webhook_secret: str | None, plans: Plans, *, api_base: str | None = None, tax: bool = False
    ) -> None:
        self._client = StripeClient(key, api_base)
        self._secret, self._tax = webhook_secret, tax
        self._catalog = StripeCatalog(self._client, plans)
        self._lookup = StripeLookup(self._client)

    async def sync(self, plans: Plans) -> None:
        """Create the products and prices that the plans have and Stripe lacks."""
        await self._catalog.sync(plans)

    async def create_customer(self, user: UUID, email: str, name: str, locale: str) -> str:
        """Return a customer for a person. Within a day, Stripe makes one of several requests."""
        params = {"email": email, "name": name, "preferred_locales": [locale], "metadata": {USER: str(user)}}
        same = hashlib.sha256(json.dumps(params).encode()).hexdigest()  # with other words, Stripe refuses the same key
        made = await self._client.ask("post", "customers", key=f"parley_customer_{same}", **params)
        return text_at(made, "id")

    async def begin_checkout(self, order: Order) -> tuple[str, str]:
        """Return the id and the address of a page of Stripe's."""
        item = order.item
        price = await self._catalog.price(item, order.currency)
        meta = {USER: str(order.user), ITEM: item.id, TOKENS: str(item.tokens)}
        params: dict[str, Any] = {"mode": "payment", "payment_intent_data": {"metadata": meta}}
        if item.recurring:
            trial = {"trial_period_days": item.trial_days} if order.tries and item.trial_days else {}
            params = {"mode": "subscription", "subscription_data": {"metadata": meta, **trial}}
        if self._tax:
            params |= {"automatic_tax": {"enabled": "true"}, "customer_update": {"address": "auto", "name": "auto"}}
            params["tax_id_collection"] = {"enabled": "true"}
        made = await self._client.ask(
            "post",
            "checkout/sessions",
            customer=order.customer,
            client_reference_id=str(order.user),
            line_items=[{"price": price, "quantity": 1}],
            metadata=meta,
            locale=order.locale,
            success_url=order.back,
            cancel_url=order.back,
            **params,
        )
        return text_at(made, "id"), text_at(made, "url")

    async def expire_checkout(self, checkout: str) -> None:
        """Close a checkout that was not completed. Stripe refuses this for any other checkout."""
        with suppress(PaymentsRefused):
            await self._client.ask("post", f"checkout/sessions/{checkout}/expire")

    async def change_plan(self, order: Order, subscription: str) -> str:
        """Return the address of the portal's page that confirms a change of plan."""
        price = await self._catalog.price(order.item, order.currency)
        current = await self._client.ask("get", f"subscriptions/{subscription}")
        with as_documented():
            item = current["items"]["data"][0]["id"]
        change = {"subscription": subscription, "items": [{"id": item, "price": price, "quantity": 1}]}
        flow = {
            "type": "subscription_update_confirm",
            "subscription_update_confirm": change,
            "after_completion": {"type": "redirect", "redirect": {"return_url": order.back}},
        }
        return await self._portal(order.customer, order.back, order.locale, flow_data=flow)

    async def open_portal(self, customer: str, back: str, locale: str) -> str:
        """Return the address of the person's portal."""
        return await self._portal(customer, back, locale)

    async def look_up_checkout(self, checkout: str, now: datetime) -> Facts:
        """Return the outcome of a checkout."""
        with as_documented():
            return await self._lookup.checkout(checkout, now)

    async def look_up_customer(self, customer: str, now: datetime) -> Facts:
        """Return a customer's subscriptions and newest payments."""
        with as_documented():
            return await self._lookup.customer(customer, now)

    async def cancel(self, subscription: str) -> None:
        """End a subscription now."""
        try:
            await self._client.ask("delete", f"subscriptions/{subscription}")
        except PaymentsRefused as error:
            if error.details.get("reason") != _CUSTOMER_GONE:
                raise

    async def read(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Notice:
        """Return the event of a request. Raises :class:`NoticeInvalid` or :class:`PaymentsOff`."""
        if not self._secret:
            raise PaymentsOff()
        await self._client.check_signature(body, headers.get("stripe-signature", ""), self._secret, TOLERANCE)
        try:
            event = json.loads(body)
            subject = event["data"]["object"]
            at = datetime.fromtimestamp(event["created"], UTC)
            kind, id_ = str(event["type"])[:100], str(event["id"])[:255]
            details = {"charge": text_at(subject, "charge"), "subscription": text_at(subject, "subscription")}
            return Notice(self.rail, id_, kind, text_at(subject, "id")[:255], at, details)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
            raise NoticeInvalid() from None

    async def look_up(self, notice: Notice, now: datetime) -> Facts:
        """Return the present state of an event's object at Stripe."""
        with as_documented():
            return await self._lookup.notice(notice, now)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _portal(self, customer: str, back: str, locale: str, **flow: Any) -> str:
        made = await self._client.ask(
            "post",
            "billing_portal/sessions",
            customer=customer,
            return_url=back,
            locale=locale,
            configuration=await self._catalog.portal(),
            **flow,
        )
        return text_at(made, "url")
