"""Compute the rest of expiring tokens: those that expire first are spent first, but a refund takes its own. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Lot:
    """Tokens that came together, and expire together or never; ``id`` is that of their transaction.

    ``payment`` is what they were bought by, if anything was. What is ``bound`` cannot be given away.
    """

    id: object
    left: int
    expires_at: datetime | None = None
    payment: object = None
    bound: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A change of what a person has: tokens that came, or, below zero, tokens that went.

    ``of`` is the lot from which they went, where that is known; ``payment`` what bought them, or takes them back. Those
    that came ``bound`` are not among those that were ``given`` away.
    """

    amount: int
    id: object = None
    expires_at: datetime | None = None
    of: object = None
    payment: object = None
    bound: bool = False
    given: bool = False


def lots_left(changes: Iterable[Change]) -> list[Lot]:
    """Return the lots that are not used up, those that expire first at the beginning, after all changes in their order.

    An amount that is spent while nothing is there is taken from the next lots. An amount that a payment takes back is
    taken from the lots that it bought, as far as they are left.
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
