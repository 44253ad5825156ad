"""Find the budgets that limit a request, and add to their spent and reserved amounts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from chat_app.core.billing.ledger.entries import CountedAmount
from chat_app.core.billing.tables import BudgetScope

PRIVATE: Final = frozenset({BudgetScope.OWN, BudgetScope.PERSON, BudgetScope.GROUP})
"""The scopes of budgets whose existence other people do not learn."""

_OF: Final = "SELECT ask.subject, budget.id AS budget_id FROM ask JOIN"

BUDGETS_OF: Final = f"""
    {_OF} token_budgets AS budget ON budget.scope IN ('{BudgetScope.OWN}', '{BudgetScope.PERSON}')
        AND budget.user_id = coalesce(ask.payer_id, ask.asker_id)
    UNION {_OF} token_budgets AS budget ON budget.scope = '{BudgetScope.ROOM}' AND budget.room_id = ask.place_id
    UNION {_OF} token_budgets AS budget ON budget.scope = '{BudgetScope.MEMBER}'
        AND budget.user_id = ask.asker_id AND budget.room_id = ask.place_id
    UNION {_OF} groups AS circle ON circle.owner_id = ask.payer_id
        JOIN group_members AS person ON person.group_id = circle.id AND person.user_id = ask.asker_id
        JOIN token_budgets AS budget ON budget.scope = '{BudgetScope.GROUP}' AND budget.group_id = circle.id
    UNION {_OF} token_budgets AS budget ON budget.scope = '{BudgetScope.SITE}'
        AND (ask.payer_id IS NULL OR %(counts)s::boolean)
"""
"""The budgets of ``ask``, which has a subject, a payer, an asker, and a place: the room, or the parent of an aside."""


@dataclass(slots=True)
class Limit:
    """A locked budget, with the amounts that a transaction adds to it."""

    id: UUID
    scope: str
    amount: int
    hard: bool
    alerts: Sequence[int]
    spent: int
    reserved: int
    more_spent: int = 0
    more_reserved: int = 0

    @property
    def left(self) -> int:
        """Return what may still be begun."""
        return max(0, self.amount - self.spent - self.more_spent - self.reserved - self.more_reserved)

    def passed(self) -> list[int]:
        """Return the alert percentages that the added amounts pass."""
        now = self.spent + self.more_spent
        return [each for each in self.alerts if self.spent * 100 < self.amount * each <= now * 100]


def seen_by_others(amount: int) -> int:
    """Return the largest power of two in an amount. Pure.

    A person who asks at another's cost can ask again and again, for more or less each time. So only this power counts
    for them: they can learn the amount only to a factor of two.
    """
    return 1 << (amount.bit_length() - 1) if amount > 0 else 0


def limits_of(rows: Sequence[Mapping[str, Any]] | None, month: date) -> dict[UUID, Limit]:
    """Return locked budgets by their ids; what was used in an earlier month does not count. Pure.

    A transaction that began in the month before finds a later one: no clock takes what was counted back.
    """
    limits = {}
    for row in rows or ():
        spent = row["spent"] if row["month"] >= month.isoformat() else 0
        values = (row["scope"], row["amount"], row["hard"], row["alerts"], spent, row["reserved"])
        limits[UUID(row["id"])] = Limit(UUID(row["id"]), *values)
    return limits


def counted(limits: Iterable[Limit]) -> list[CountedAmount]:
    """Return the changes of budgets to write, each budget once. Pure."""
    changed = {limit.id: limit for limit in limits if limit.more_spent or limit.more_reserved}
    return [CountedAmount(each.id, each.more_spent, each.more_reserved) for each in changed.values()]
