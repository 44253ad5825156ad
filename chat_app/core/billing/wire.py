"""The shapes of balances, transactions and usage."""

from typing import Annotated, Literal

from typing_extensions import TypedDict

from chat_app.core.billing.tables import BudgetScope, Kind
from chat_app.core.kernel.wire import PersonJson, Timestamp, one_of
from chat_app.core.rooms.kinds.payer import Payer

Grouping = Literal["day", "model", "room", "person", "work"]


class BalanceJson(TypedDict):
    """A person's balance, in millionths of a token credit: `available`, which may be below zero by `credit_limit`, and
    `reserved` for answers that are being written. `credits_per_dollar` are charged for a US dollar of a vendor's price.
    """

    available: int
    reserved: int
    credit_limit: int
    credits_per_dollar: int
    billing: Literal["off", "count", "on"]


class RoomBalanceJson(TypedDict):
    """The payer in a room for the person's questions: `pays` is null if the site pays.

    `balance` is the person's own, if they pay; `enough` says whether the shortest answer of the room's model can be
    paid, which is always true for a model without a price. An `absent` owner is suspended, so the person who asks pays.
    """

    payer: Annotated[str, one_of(Payer)]
    pays: PersonJson | None
    balance: BalanceJson | None
    enough: bool
    absent: bool
    billing: Literal["off", "count", "on"]


class BudgetJson(TypedDict):
    """A budget of a calendar month (UTC), in millionths of a token credit: `spent` of its `amount` is used, and
    `reserved` for answers that are being written. A `hard` one refuses further usage; `alerts` are percentages.
    `person` is the person whose usage it limits, if there is one.
    """

    scope: Annotated[str, one_of(BudgetScope)]
    person: PersonJson | None
    amount: int
    hard: bool
    alerts: list[int]
    spent: int
    reserved: int
    renews_at: Timestamp


class TransactionJson(TypedDict):
    """A change of a balance, in millionths of a token credit.

    `missing` is the amount that could not be taken. `trial` says whether it is a grant for trying a plan; `person` is
    the other person of a transfer.
    """

    id: str
    kind: Annotated[str, one_of(Kind)]
    trial: bool
    amount: int
    missing: int
    person: PersonJson | None
    expires_at: Timestamp | None
    at: Timestamp


class UsageJson(TypedDict):
    """Report what models did, by one thing. `key` is the day (UTC), the model, the id of the room or person, or the
    work; `label` is the name, empty if the person may not see it. `cost` is in millionths of a US dollar, of what
    has a known price; `charged` in millionths of a token credit.
    """

    key: str
    label: str
    times: int
    prompt_tokens: int
    completion_tokens: int
    cost: int
    charged: int


class UsagePageJson(TypedDict):
    """The usage of models in the last `days`, grouped by one thing: at most 366 items; days in their order, other
    groups by cost, the most expensive first; `total` is the sum of all.
    """

    by: Grouping
    days: int
    items: list[UsageJson]
    total: UsageJson
