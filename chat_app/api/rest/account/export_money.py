"""The shapes of payments and of changed balances, in the export of a person's own data."""

from datetime import date

from pydantic import BaseModel

from chat_app.core.kernel.wire import Timestamp


class OwnTransaction(BaseModel):
    """A movement between accounts of the ledger, in millionths of a token credit."""

    at: Timestamp
    kind: str
    source: str
    target: str
    amount: int
    missing: int
    reference: str
    expires_at: Timestamp | None


class OwnUsage(BaseModel):
    """Report a usage of a model by the person; `cost` is in millionths of a US dollar."""

    at: Timestamp
    work: str
    room: str | None
    model: str
    prompt_tokens: int
    completion_tokens: int
    cost: int | None


class OwnPayment(BaseModel):
    """A payment: `amount` and `refunded` in the currency's smallest unit, tokens in micro-units."""

    at: Timestamp
    rail: str
    item: str
    status: str
    amount: int
    currency: str
    refunded: int
    tokens: int
    taken_back: int


class OwnSubscription(BaseModel):
    """A subscription, also one that has ended."""

    at: Timestamp
    rail: str
    plan: str
    status: str
    amount: int
    currency: str
    period_end: Timestamp | None


class OwnBudget(BaseModel):
    """A budget of what the person uses, in millionths of a token credit; `month` begins the one in which it is `spent`.

    `scope` says who set it: *own*, the staff (*person*), or the owner of a `room` (*member*).
    """

    scope: str
    room: str | None
    amount: int
    hard: bool
    alerts: list[int]
    month: date
    spent: int
