"""Keep the products and prices at Stripe as in the plans file, and the configuration of the portal.

A price at Stripe never changes: another amount, or other tokens, is another price, and existing subscribers keep
theirs.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from chat_app.adapters.payments.stripe_client import StripeClient, text_at
from chat_app.adapters.payments.stripe_facts import EXPIRES, ITEM, TOKENS, TRIAL
from chat_app.core.payments.errors import PaymentsRefused, PlanNotFound
from chat_app.core.payments.plans import Item, Plans

KEY: Final = "parley_key"
KEYS_AT_ONCE: Final = 10
"""The number of prices that Stripe looks up at once."""


class StripeCatalog:
    """The prices of the plans at Stripe: looked up once per process, and created if they are missing."""

    def __init__(self, client: StripeClient, plans: Plans) -> None:
        self._client, self.plans = client, plans
        self._prices: dict[str, str] = {}
        self._products: dict[str, str] = {}
        self._portal = ""
        self._syncing = asyncio.Lock()

    async def price(self, item: Item, currency: str) -> str:
        """Return the id of an item's price. Raises :class:`PlanNotFound` for a currency that it has no price in."""
        if currency not in item.prices:
            raise PlanNotFound()
        key = self._key(item, currency)
        if key not in self._prices:
            await self.sync(self.plans)
        return self._prices[key]

    async def sync(self, plans: Plans) -> None:
        """Create the missing objects at Stripe, and store the ids of the existing ones."""
        async with self._syncing:
            wanted = {self._key(item, each): (item, each) for item in plans.items.values() for each in item.prices}
            await self._look_up([key for key in wanted if key not in self._prices])
            for key, (item, currency) in wanted.items():
                if key not in self._prices:
                    self._prices[key] = await self._create(key, item, currency)

    async def portal(self) -> str:
        """Return the id of the portal's configuration: plans are changed at once and for what is left of the period,
        and end with it.
        """
        if not self._portal:
            await self.sync(self.plans)
            async with self._syncing:
                self._portal = self._portal or await self._configure()
        return self._portal

    def _key(self, item: Item, currency: str) -> str:
        parts = (
            item.id,
            currency,
            item.prices[currency],
            item.tokens,
            item.interval,
            item.trial_tokens,
            self.plans.tax,
            "" if item.rollover else "expires",
        )
        return "parley_" + "_".join(str(part) for part in parts if part)

    async def _look_up(self, keys: list[str]) -> None:
        for start in range(0, len(keys), KEYS_AT_ONCE):
            some = keys[start : start + KEYS_AT_ONCE]
            async for price in self._client.pages("prices", active="true", lookup_keys=some):
                meta: Mapping[str, Any] = price.get("metadata") or {}
                if meta.get(KEY) in some:
                    self._prices[meta[KEY]] = price["id"]
                    self._products.setdefault(str(meta.get(ITEM)), text_at(price, "product"))

    async def _create(self, key: str, item: Item, currency: str) -> str:
        if item.id not in self._products:
            self._products[item.id] = await self._product(item)
        params: dict[str, Any] = {"recurring": {"interval": item.interval}} if item.recurring else {}
        if self.plans.tax:
            params["tax_behavior"] = self.plans.tax
        meta = {KEY: key, ITEM: item.id, TOKENS: str(item.tokens), TRIAL: str(item.trial_tokens)}
        if not item.rollover:
            meta[EXPIRES] = "true"
        price = await self._client.ask(
            "post",
            "prices",
            key=f"{key}_price",
            product=self._products[item.id],
            currency=currency,
            unit_amount=item.prices[currency],
            lookup_key=key,
            transfer_lookup_key="true",
            nickname=item.id,
            metadata=meta,
            **params,
        )
        return str(price["id"])

    async def _product(self, item: Item) -> str:
        """Return the product of an item, which has one id for ever."""
        product_id = f"parley_{item.id}"
        try:
            made = await self._client.ask(
                "post", "products", id=product_id, name=item.name("en"), metadata={ITEM: item.id}
            )
        except PaymentsRefused as error:
            if error.details.get("reason") != "resource_already_exists":
                raise
            return product_id
        return str(made["id"])

    async def _configure(self) -> str:
        by_product: dict[str, list[str]] = {}
        for item in self.plans.items.values():
            if item.recurring:
                prices = [self._prices[self._key(item, currency)] for currency in item.prices]
                by_product.setdefault(self._products.get(item.id, f"parley_{item.id}"), []).extend(prices)
        update = {
            "enabled": "true",
            "default_allowed_updates": ["price"],
            "proration_behavior": "always_invoice",
            "products": [{"product": product, "prices": prices} for product, prices in by_product.items()],
        }
        features: dict[str, Any] = {
            "invoice_history": {"enabled": "true"},
            "payment_method_update": {"enabled": "true"},
            "customer_update": {"enabled": "true", "allowed_updates": ["address", "tax_id"]},
            "subscription_cancel": {"enabled": "true", "mode": "at_period_end"},
        }
        if by_product:
            features["subscription_update"] = update
        made = await self._client.ask("post", "billing_portal/configurations", features=features)
        return str(made["id"])
