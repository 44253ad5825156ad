"""Purchases in app stores, and the people to whom they belong."""

from uuid import UUID

from chat_app.core.payments.errors import PurchaseNotFound
from chat_app.core.payments.ports import Facts


def check_purchaser(facts: Facts, user: UUID) -> None:
    """Check that a purchase was made for a person: the app gives the person's id to the store.

    Raises :class:`PurchaseNotFound` for another person's, so that nobody learns whose purchase it is.
    """
    owners = {each.user for each in facts.payments} | {each.user for each in facts.subscriptions}
    if owners != {user}:
        raise PurchaseNotFound()
