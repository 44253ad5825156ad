"""Compute the rest of expiring tokens: those that expire first are spent first, but a refund takes the tokens of its
payment. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Lot:
    """Tokens that were received together, and expire together or never; ``id`` is that of their transaction.

    ``payment`` is the payment that bought them, if there was one. ``bound`` tokens cannot be given away.
    """

    id: object
    left: int
    expires_at: datetime | None = None
    payment: object = None
    bound: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a person's balance: positive for received tokens, negative for spent ones.

    ``of`` is the lot of spent tokens, if it is known; ``payment`` is the payment that bought them, or takes them back.
    ``bound`` tokens are excluded from ``given`` ones.
    """

    amount: int
    id: object = None
    expires_at: datetime | None = None
    of: object = None
    payment: object = None
    bound: bool = False
    given: bool = False


def lots_left(changes: Iterable[Change]) -> list[Lot]:
    """Return the lots with remaining tokens after all changes in their order, sorted by expiry.

    An amount spent while no lot exists is taken from the next lots. An amount that a payment takes back is taken from
    the lots that it bought, as far as they remain.
    """
    lots: list[Lot] = []
    owed = 0
    for change in changes:
        if change.amount > 0:
            paid = min(owed, change.amount)
            owed -= paid
            lots.append(Lot(change.id, change.amount - paid, change.expires_at, change.payment, change.bound))
        else:
            owed += _take(lots, change)
        lots = sorted((lot for lot in lots if lot.left), key=_expiry)
    return lots


def first_tokens(lots: Iterable[Lot], amount: int) -> dict[datetime | None, int]:
    """Return how many of an amount expire when, if those are taken first that expire first; None is never."""
    parts: dict[datetime | None, int] = {}
    for lot in lots:
        if part := min(lot.left, amount):
            parts[lot.expires_at] = parts.get(lot.expires_at, 0) + part
            amount -= part
    return parts


def _take(lots: list[Lot], change: Change) -> int:
    """Take an amount from the lots, first from the intended ones, and return the part that was not there."""
    amount = -change.amount
    free = [lot for lot in lots if not (change.given and lot.bound)]
    for lot in sorted(free, key=lambda lot: not _is_meant(lot, change)):
        taken = min(lot.left, amount)
        lot.left -= taken
        amount -= taken
    return amount


def _is_meant(lot: Lot, change: Change) -> bool:
    by_payment = change.payment is not None and lot.payment == change.payment
    return by_payment or (change.of is not None and lot.id == change.of)


def _expiry(lot: Lot) -> tuple[bool, float]:
    return (lot.expires_at is None, lot.expires_at.timestamp() if lot.expires_at else 0.0)
