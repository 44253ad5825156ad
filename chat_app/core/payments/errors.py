"""Errors of payments."""

from typing import Self

from chat_app.core.kernel.errors import Conflict, Invalid, NotFound, Unavailable


class PaymentsOff(NotFound):
    """The site takes no payments, or none by this provider."""

    default_code = "payments_off"


class PlanNotFound(NotFound):
    """The site has no such plan or pack."""

    default_code = "plan_not_found"


class NoSubscription(NotFound):
    """The person is not a customer of the payment provider yet, so they have no page there."""

    default_code = "no_payments_yet"


class AlreadySubscribed(Conflict):
    """The person already has this plan, or pays for one in a store, where it must be changed."""

    default_code = "already_subscribed"


class PaymentsAway(Unavailable):
    """The payment provider cannot be reached. Nothing was bought."""

    default_code = "payments_away"


class PaymentsRefused(Conflict):
    """The payment provider refuses the request."""

    default_code = "payments_refused"


class NoticeInvalid(Invalid):
    """An event has no valid signature, or is not an event."""

    default_code = "notice_invalid"
    reason = "malformed"
    """The check that it failed, for the log: one of few words, and nothing that was sent."""

    @classmethod
    def failed(cls, reason: str) -> Self:
        """Return the error of an event that has failed the check ``reason``."""
        error = cls()
        error.reason = reason
        return error


class PurchaseNotFound(NotFound):
    """A store does not know the purchase, or it is another person's."""

    default_code = "purchase_not_found"
