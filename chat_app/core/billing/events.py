"""Events of balances."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class BalanceChanged:
    """A person has more or fewer tokens than before."""

    user_id: UUID


@dataclass(frozen=True, slots=True)
class BudgetReached:
    """The usage of a budget has reached a percentage; ``name`` is that of its room or group."""

    user_id: UUID
    scope: str
    name: str
    percent: int
