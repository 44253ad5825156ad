"""Events of balances."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class BalanceChanged:
    """A person has more or fewer tokens than before."""

    user_id: UUID
