"""What is left of tokens that expire: those that expire first are spent first. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Lot:
    """Tokens that came together, and expire together or never; ``id`` is that of their transaction."""

    id: object
    left: int
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A change of what a person has: tokens that came, or, below zero, tokens that went.

    ``of`` is the lot from which they went, where that is known.
    """

    amount: int
    id: object = None
    expires_at: datetime | None = None
    of: object = None


def lots_left(changes: Iterable[Change]) -> list[Lot]:
    """Return the lots of which something is left, those first that expire first, after all changes in their order.

    What goes while nothing is there is taken from what comes next.
    """
    lots: list[Lot] = []
    owed = 0
    for change in changes:
        if change.amount > 0:
            paid = min(owed, change.amount)
            owed -= paid
            lots.append(Lot(change.id, change.amount - paid, change.expires_at))
        else:
            owed += _take(lots, -change.amount, change.of)
        lots = sorted((lot for lot in lots if lot.left), key=_expiry)
    return lots


def _take(lots: list[Lot], amount: int, of: object) -> int:
    """Take an amount from the lots, and return what was not there."""
    for lot in sorted(lots, key=lambda lot: lot.id != of) if of is not None else lots:
        taken = min(lot.left, amount)
        lot.left -= taken
        amount -= taken
    return amount


def _expiry(lot: Lot) -> tuple[bool, float]:
    return (lot.expires_at is None, lot.expires_at.timestamp() if lot.expires_at else 0.0)
