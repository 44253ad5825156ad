"""Decide what payments do to balances. Pure."""

from chat_app.core.payments.ports import PaymentFacts
from chat_app.core.payments.tables import PaymentStatus


def tokens_owed_back(facts: PaymentFacts, tokens: int) -> int:
    """Return how many of a payment's tokens must be taken back.

    For a refund, its share, rounded down in the person's favour; for an open or lost dispute, all of them. After a won
    dispute or a failed refund, none.
    """
    if facts.reversed:
        return tokens
    if not facts.refunded or not facts.amount:
        return 0
    return tokens * min(facts.refunded, facts.amount) // facts.amount


def status_of(facts: PaymentFacts) -> PaymentStatus:
    """Return the state of a payment in one word."""
    if not facts.paid:
        return PaymentStatus.FAILED if facts.failed else PaymentStatus.PENDING
    if facts.reversed:
        return PaymentStatus.DISPUTED
    if not facts.refunded:
        return PaymentStatus.PAID
    return PaymentStatus.REFUNDED if facts.refunded >= facts.amount else PaymentStatus.PARTLY_REFUNDED
