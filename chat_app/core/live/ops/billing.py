"""The ops about a person's balance and budgets, and their audience. ``t`` is the type."""

from typing import Annotated, Literal

from typing_extensions import TypedDict

from chat_app.core.billing.events import BudgetReached
from chat_app.core.billing.tables import BudgetScope
from chat_app.core.kernel.wire import one_of


class BalanceOp(TypedDict):
    """`balance`: your balance has changed; a tab that shows it asks for it."""

    t: Literal["balance"]


class BudgetOp(TypedDict):
    """`budget`: `percent` of a budget that concerns you is used; `name` is that of its room or group."""

    t: Literal["budget"]
    scope: Annotated[str, one_of(BudgetScope)]
    name: str
    percent: int


def budget_op(event: BudgetReached) -> BudgetOp:
    """Return the op about a budget for a person."""
    return {"t": "budget", "scope": event.scope, "name": event.name, "percent": event.percent}
