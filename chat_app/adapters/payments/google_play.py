"""Purchases in Google Play: real-time notifications, which Pub/Sub pushes, and purchases that apps show.

A notification only says that a purchase has changed. A service account then reads its present state from Play.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from chat_app.adapters.payments.google_calls import GoogleCalls, PushTokens
from chat_app.adapters.payments.shapes import as_documented
from chat_app.core.payments.errors import NoticeInvalid, PurchaseNotFound
from chat_app.core.payments.money import decimals_of
from chat_app.core.payments.plans import Item, Plans
from chat_app.core.payments.ports import Facts, Notice, PaymentFacts, SubscriptionFacts
from chat_app.core.payments.tables import Rail, SubscriptionStatus

_STATES: Final = {
    "SUBSCRIPTION_STATE_ACTIVE": SubscriptionStatus.ACTIVE,
    "SUBSCRIPTION_STATE_CANCELED": SubscriptionStatus.ACTIVE,  # until its period ends
    "SUBSCRIPTION_STATE_IN_GRACE_PERIOD": SubscriptionStatus.PAST_DUE,
    "SUBSCRIPTION_STATE_ON_HOLD": SubscriptionStatus.UNPAID,
    "SUBSCRIPTION_STATE_PAUSED": SubscriptionStatus.PAUSED,
    "SUBSCRIPTION_STATE_EXPIRED": SubscriptionStatus.CANCELED,
    "SUBSCRIPTION_STATE_PENDING": SubscriptionStatus.INCOMPLETE,
}
_PAID: Final = frozenset(
    (
        "SUBSCRIPTION_STATE_ACTIVE",
        "SUBSCRIPTION_STATE_CANCELED",
        "SUBSCRIPTION_STATE_EXPIRED",
        "SUBSCRIPTION_STATE_PAUSED",
    )
)
_SUBSCRIPTIONS: Final = "subscription"
_NANOS: Final = 10**9
_PARTLY: Final = 2
"""The type of a partial refund: the purchase has the remaining quantity."""


class GooglePlay:
    """Reads Play's notifications, and asks it for purchases."""

    rail = Rail.GOOGLE_PLAY

    def __init__(
        self, plans: Plans, package: str, credentials: str, *, audience: str, account: str, api_base: str, certs: str
    ) -> None:
        self._plans, self._package = plans, package
        self._calls = GoogleCalls(credentials, api_base)
        self._tokens = PushTokens(certs, audience, account)

    async def read(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Notice:
        """Return the notification of a request, once its token is checked. Raises :class:`NoticeInvalid`."""
        await self._tokens.check(headers.get("authorization", ""), now)
        try:
            message = json.loads(body)["message"]
            data = json.loads(base64.b64decode(message["data"], validate=True))
            if data["packageName"] != self._package:
                raise NoticeInvalid()
            at = datetime.fromtimestamp(int(data["eventTimeMillis"]) / 1000, UTC)
            kind, details = _about(data)
            return Notice(self.rail, str(message["messageId"])[:255], kind, details.get("token", "")[:500], at, details)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
            raise NoticeInvalid() from None

    async def look_up(self, notice: Notice, now: datetime) -> Facts:
        """Return the present state of the purchase in a notification."""
        with as_documented():
            details = notice.details
            try:
                if details.get("kind") == _SUBSCRIPTIONS:
                    return await self._subscription(details["token"], now, voided=str(details.get("order", "")))
                if details.get("token"):
                    voided = "order" in details
                    return await self._product(details.get("product", ""), details["token"], now, voided=voided)
            except PurchaseNotFound:
                pass  # Play forgets purchases after a while
            order = str(details.get("order", ""))
            return Facts(self.rail, now, voided=(order,) if order else ())

    async def look_up_purchase(self, proof: str, now: datetime) -> Facts:
        """Return the state of a purchase, by ``product:token``. Raises :class:`PurchaseNotFound`."""
        product, _, token = proof.partition(":")
        item = self._plans.of_product(self.rail, product)
        if item is None or not token:
            raise PurchaseNotFound()
        with as_documented():
            return await (self._subscription(token, now) if item.recurring else self._product(product, token, now))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._calls.aclose()

    async def _product(self, product: str, token: str, now: datetime, *, voided: bool = False) -> Facts:
        path = "purchases/productsv2/tokens/{token}"
        data = await self._calls.get(self._package, path, token=token)
        line: Mapping[str, Any] = next(iter(data.get("productLineItem", ())), {})
        item = self._plans.of_product(self.rail, str(line.get("productId") or product))
        if item is None:
            return Facts(self.rail, now)
        state = (data.get("purchaseStateContext") or {}).get("purchaseState")
        offer = line.get("productOfferDetails") or {}
        quantity, left = int(offer.get("quantity") or 1), offer.get("refundableQuantity")
        back = max(0, quantity - left) if isinstance(left, int) else 0
        amount, currency = self._price(item, data)
        payment = PaymentFacts(
            str(data.get("orderId") or token),
            "",
            _user(data.get("obfuscatedExternalAccountId")),
            item.id,
            item.tokens * quantity,
            amount,
            currency,
            _moment(data.get("purchaseCompletionTime")) or now,
            paid=state in ("PURCHASED", "CANCELLED"),
            refunded=amount if voided or state == "CANCELLED" else amount * back // quantity,
        )
        return Facts(self.rail, now, (payment,))

    async def _subscription(self, token: str, now: datetime, *, voided: str = "") -> Facts:
        data = await self._calls.get(self._package, "purchases/subscriptionsv2/tokens/{token}", token=token)
        lines = data.get("lineItems") or [{}]
        line = lines[-1]
        item = self._plans.of_product(self.rail, str(line.get("productId")))
        if item is None:
            return Facts(self.rail, now)
        user = _user((data.get("externalAccountIdentifiers") or {}).get("obfuscatedExternalAccountId"))
        state = str(data.get("subscriptionState"))
        order = str(line.get("latestSuccessfulOrderId") or data.get("latestOrderId") or token)
        amount, currency = _line_price(line) or self._price(item, data)
        started = _moment(data.get("startTime")) or now
        cancels = not (line.get("autoRenewingPlan") or {}).get("autoRenewEnabled", False)
        subscription = SubscriptionFacts(
            token,
            "",
            user,
            item.id,
            _STATES.get(state, SubscriptionStatus.INCOMPLETE),
            amount,
            currency,
            started,
            _moment(line.get("expiryTime")),
            cancels=cancels,
        )
        earlier = (voided,) if voided not in ("", order) else ()
        payment = self._paid(line, item, subscription, order, refunded=voided == order)
        return Facts(self.rail, now, (replace(payment, paid=state in _PAID),), (subscription,), voided=earlier)

    def _paid(
        self, line: Mapping[str, Any], item: Item, plan: SubscriptionFacts, order: str, *, refunded: bool
    ) -> PaymentFacts:
        """Return the payment of a period of a subscription."""
        phase = line.get("offerPhase") or {}
        unpaid = "freeTrial" in phase or "prorationPeriod" in phase
        return PaymentFacts(
            order,
            "",
            plan.user,
            item.id,
            0 if unpaid else item.tokens,
            0 if unpaid else plan.amount,
            plan.currency,
            _moment(line.get("startTime")) or plan.started_at,
            paid=True,
            refunded=plan.amount if refunded else 0,
            expires_at=None if item.rollover else plan.period_end,
        )

    def _price(self, item: Item, data: Mapping[str, Any]) -> tuple[int, str]:
        """Return the item's own price: Play does not report the amount that was paid for a product."""
        currency = "jpy" if data.get("regionCode") == "JP" and "jpy" in item.prices else next(iter(item.prices))
        return item.prices[currency], currency


def _about(data: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Return the subject of a notification, and its purchase."""
    if found := data.get("subscriptionNotification"):
        return f"subscription.{found['notificationType']}", {
            "kind": _SUBSCRIPTIONS,
            "token": str(found["purchaseToken"]),
        }
    if found := data.get("oneTimeProductNotification"):
        details = {"kind": "product", "token": str(found["purchaseToken"]), "product": str(found["sku"])}
        return f"product.{found['notificationType']}", details
    if found := data.get("voidedPurchaseNotification"):
        kind = _SUBSCRIPTIONS if found.get("productType") == 1 else "product"
        whole = {"order": str(found["orderId"])} if found.get("refundType") != _PARTLY else {}
        return "voided", {"kind": kind, "token": str(found["purchaseToken"]), **whole}
    return "test", {}


def _line_price(line: Mapping[str, Any]) -> tuple[int, str] | None:
    price = (line.get("autoRenewingPlan") or {}).get("recurringPrice")
    if not price:
        return None
    currency = str(price.get("currencyCode", "")).lower()
    nanos = int(price.get("units") or 0) * _NANOS + int(price.get("nanos") or 0)
    return nanos * 10 ** decimals_of(currency) // _NANOS, currency


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None


def _user(token: Any) -> UUID | None:
    try:
        return UUID(str(token))
    except ValueError:
        return None
