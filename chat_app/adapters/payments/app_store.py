"""Purchases in Apple's App Store: server notifications of version 2, and transactions that apps show.

Apple's library checks the signatures and their chain of certificates. The signed data is complete, so Apple is asked
for nothing; data that was signed later is newer.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Final
from uuid import UUID

from chat_app.core.payments.errors import NoticeInvalid, PurchaseNotFound
from chat_app.core.payments.money import decimals_of
from chat_app.core.payments.plans import Item, Plans
from chat_app.core.payments.ports import Facts, Notice, PaymentFacts, SubscriptionFacts
from chat_app.core.payments.tables import Rail, SubscriptionStatus

_STATES: Final = {
    1: SubscriptionStatus.ACTIVE,
    2: SubscriptionStatus.CANCELED,
    3: SubscriptionStatus.PAST_DUE,
    4: SubscriptionStatus.PAST_DUE,
    5: SubscriptionStatus.CANCELED,
}
_KEPT: Final = (
    *("transactionId", "originalTransactionId", "productId", "appAccountToken", "purchaseDate", "originalPurchaseDate"),
    *("expiresDate", "quantity", "signedDate", "revocationDate", "revocationPercentage", "currency", "price"),
)
"""The stored data of a transaction."""

_MILLI: Final = 1000
_WHOLE_PERCENTAGE: Final = 100_000
_FREE_TRIAL: Final = "FREE_TRIAL"
_PURCHASED: Final = "PURCHASED"


class AppStore:
    """Reads what Apple has signed. The library is imported when it is first needed."""

    rail = Rail.APP_STORE

    def __init__(
        self, plans: Plans, roots: Sequence[bytes], bundle_id: str, app_id: int | None, *, production: bool = True
    ) -> None:
        self._plans, self._roots = plans, list(roots)
        self._bundle_id, self._app_id, self._production = bundle_id, app_id, production
        self._verifier: Any = None

    async def read(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Notice:
        """Return the notification of a request. Raises :class:`NoticeInvalid`."""
        return await asyncio.to_thread(self._read, body)

    async def look_up(self, notice: Notice, now: datetime) -> Facts:
        """Return the facts of a notification."""
        details = notice.details
        transaction = details.get("transaction")
        return (
            self._facts(transaction, details.get("status"), details.get("cancels"), notice.at)
            if transaction
            else (Facts(self.rail, notice.at))
        )

    async def look_up_purchase(self, proof: str, now: datetime) -> Facts:
        """Return the facts of a transaction that an app shows. Raises :class:`PurchaseNotFound`."""
        try:
            transaction = await asyncio.to_thread(self._transaction, proof)
        except NoticeInvalid:
            raise PurchaseNotFound() from None
        if transaction is None:
            raise PurchaseNotFound()
        signed = _moment(transaction.get("signedDate")) or now
        expires = _moment(transaction.get("expiresDate"))
        status = None if expires is None else (1 if expires > now and not transaction.get("revocationDate") else 2)
        return self._facts(transaction, status, None, min(signed, now))

    def _read(self, body: bytes) -> Notice:
        try:
            signed = json.loads(body)["signedPayload"]
            payload = self._checked("verify_and_decode_notification", str(signed))
            data = payload.data
            details: dict[str, Any] = {}
            if data and data.signedTransactionInfo and (found := self._transaction(data.signedTransactionInfo)):
                details = {"transaction": found, "status": data.rawStatus}
            if details and data.signedRenewalInfo:
                renewal = self._checked("verify_and_decode_renewal_info", data.signedRenewalInfo)
                details["cancels"] = renewal.rawAutoRenewStatus == 0
            at = _moment(payload.signedDate)
            if at is None:
                raise NoticeInvalid()
            subject = str(details.get("transaction", {}).get("transactionId", ""))
            return Notice(
                self.rail, str(payload.notificationUUID), str(payload.rawNotificationType), subject, at, details
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise NoticeInvalid() from None

    def _transaction(self, signed: str) -> dict[str, Any] | None:
        """Return the facts of a signed transaction; nothing for one that a family member shares."""
        found = self._checked("verify_and_decode_signed_transaction", signed)
        if found.rawInAppOwnershipType not in (None, _PURCHASED):
            return None
        kept = {name: getattr(found, name) for name in _KEPT}
        return kept | {"trial": found.rawOfferDiscountType == _FREE_TRIAL}

    def _checked(self, method: str, signed: str) -> Any:
        """Return the signed data, once the library has verified it. Raises :class:`NoticeInvalid`."""
        verifier = import_module("appstoreserverlibrary.signed_data_verifier")
        environments = import_module("appstoreserverlibrary.models.Environment").Environment
        if self._verifier is None:
            environment = environments.PRODUCTION if self._production else environments.SANDBOX
            app = (self._bundle_id, self._app_id)
            self._verifier = verifier.SignedDataVerifier(self._roots, False, environment, *app)
        try:
            return getattr(self._verifier, method)(signed)
        except Exception as error:  # the library does not catch what its parts raise for a malformed signature
            status = getattr(getattr(error, "status", None), "name", "verification_failure")
            raise NoticeInvalid.failed(status.lower()) from None

    def _facts(self, transaction: Mapping[str, Any], status: Any, cancels: Any, at: datetime) -> Facts:
        item = self._plans.of_product(self.rail, str(transaction.get("productId")))
        if item is None:
            return Facts(self.rail, at)
        payment = _payment(transaction, item, at)
        if not item.recurring:
            return Facts(self.rail, at, (payment,))
        subscription = SubscriptionFacts(
            str(transaction["originalTransactionId"]),
            "",
            payment.user,
            item.id,
            _status(status, trial=bool(transaction.get("trial"))),
            payment.amount,
            payment.currency,
            _moment(transaction.get("originalPurchaseDate")) or at,
            _moment(transaction.get("expiresDate")),
            _moment(transaction.get("expiresDate")) if transaction.get("trial") else None,
            bool(cancels),
            item.trial_tokens,
            not item.rollover,
        )
        return Facts(self.rail, at, (payment,), (subscription,))


def _payment(transaction: Mapping[str, Any], item: Item, at: datetime) -> PaymentFacts:
    currency = str(transaction.get("currency") or "").lower()
    price = int(transaction.get("price") or 0) * 10 ** decimals_of(currency) // _MILLI
    revoked = transaction.get("revocationDate")
    part = transaction.get("revocationPercentage")
    whole = bool(revoked) and (part is None or part >= _WHOLE_PERCENTAGE)
    return PaymentFacts(
        str(transaction["transactionId"]),
        "",
        _user(transaction.get("appAccountToken")),
        item.id,
        0 if transaction.get("trial") else item.tokens * int(transaction.get("quantity") or 1),
        price,
        currency,
        _moment(transaction.get("purchaseDate")) or at,
        paid=True,
        refunded=price if whole else price * int(part or 0) // _WHOLE_PERCENTAGE if revoked else 0,
        reversed=whole and not price,
        expires_at=None if item.rollover else _moment(transaction.get("expiresDate")),
    )


def _status(status: Any, *, trial: bool) -> SubscriptionStatus:
    found = _STATES.get(status, SubscriptionStatus.ACTIVE)
    return SubscriptionStatus.TRIALING if trial and found == SubscriptionStatus.ACTIVE else found


def _moment(milliseconds: Any) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if isinstance(milliseconds, int) and milliseconds else None


def _user(token: Any) -> UUID | None:
    try:
        return UUID(str(token))
    except ValueError:
        return None
