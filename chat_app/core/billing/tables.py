"""Balances, the ledger behind them, reservations, and the record of usage."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, SmallInteger, Uuid, text
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import id_column, reference, time_column

CREDIT: Final = 1_000_000
"""The micro-units of one token credit, in which every amount is kept."""


class Kind(StrEnum):
    """The kind of a transaction."""

    GRANT = "grant"
    PURCHASE = "purchase"
    REFUND = "refund"
    DISPUTE = "dispute"
    TRANSFER = "transfer"
    RESERVE = "reserve"
    SETTLE = "settle"
    RELEASE = "release"
    EXPIRY = "expiry"


class Account(StrEnum):
    """An account of the ledger. The first two belong to a person, the others to the site."""

    AVAILABLE = "available"
    RESERVED = "reserved"
    ISSUED = "issued"
    """The account from which tokens are issued, and to which they return when they are taken back or expire."""
    SPENT = "spent"
    TRANSIT = "transit"
    """The account between two people: each amount leaves it with the same reference."""


class TokenBalance(SQLModel, table=True):
    """Store a person's balance in micro-units: always the sum of their transactions."""

    __tablename__ = "token_balances"
    __table_args__ = (
        CheckConstraint("reserved >= 0", name="ck_token_balances_reserved"),
        CheckConstraint("credit_limit >= 0 AND available + credit_limit >= 0", name="ck_token_balances_available"),
        Index("ix_token_balances_expiring", "next_expiry_at", postgresql_where=text("next_expiry_at IS NOT NULL")),
    )

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    available: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    reserved: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    credit_limit: int = Field(
        default=0,
        sa_type=BigInteger,
        sa_column_kwargs={"server_default": "0"},
        description="how far below zero it may go",
    )
    next_expiry_at: datetime | None = time_column(nullable=True)


class TokenTransaction(SQLModel, table=True):
    """A movement of ``amount`` from one account to another: both entries of the double entry. Never changed, never
    deleted.
    """

    __tablename__ = "token_transactions"
    __table_args__ = (
        CheckConstraint("amount >= 0 AND missing >= 0 AND source <> target", name="ck_token_transactions_amount"),
        Index("ix_token_transactions_reference", "kind", "reference", unique=True),
        Index(
            "ix_token_transactions_listed",
            "user_id",
            "id",
            postgresql_where=text("kind NOT IN ('reserve', 'release')"),
        ),
    )

    id: UUID = id_column()
    user_id: UUID = reference("users.id")
    kind: str
    source: str = Field(description="the account that it leaves")
    target: str = Field(description="the account that it enters")
    amount: int = Field(sa_type=BigInteger)
    missing: int = Field(
        default=0,
        sa_type=BigInteger,
        sa_column_kwargs={"server_default": "0"},
        description="what was to be taken too, and was not there",
    )
    reference: str = Field(description="what it is for: with the kind, it happens once")
    expires_at: datetime | None = time_column(nullable=True)
    created_at: datetime = time_column()


class TokenReservation(SQLModel, table=True):
    """An amount that is set aside for a run: deleted when it is settled or released."""

    __tablename__ = "token_reservations"
    __table_args__ = (Index("ix_token_reservations_until", "until"),)

    id: UUID = id_column()
    subject: UUID = Field(unique=True, description="the run")
    user_id: UUID | None = reference("users.id", nullable=True, index=True)
    """The person whose balance it concerns; None if it only counts in budgets."""
    room_id: UUID | None = reference("rooms.id", nullable=True, index=True, on_delete="SET NULL")
    amount: int = Field(sa_type=BigInteger)
    budgets: list[UUID] = Field(
        default_factory=list,
        sa_type=ARRAY(Uuid),
        sa_column_kwargs={"server_default": "{}"},
        description="the budgets in which the amount is reserved too",
    )
    until: datetime = time_column()
    """The time at which an open reservation is released."""


class TokenUsage(SQLModel, table=True):
    """Record the usage of a model for a person, and the payer: never changed."""

    __tablename__ = "token_usage"
    __table_args__ = (
        Index("ix_token_usage_payer", "payer_id", "created_at"),
        Index("ix_token_usage_asker", "asker_id", "created_at"),
        Index("ix_token_usage_room", "room_id", "created_at"),
        Index("ix_token_usage_time", "created_at"),
    )

    id: UUID = id_column()
    work: str = Field(description="what was done: an answer, a decision, …")
    subject: UUID | None = Field(default=None, description="the run or decision")
    payer_id: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    asker_id: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    room_id: UUID | None = reference("rooms.id", nullable=True, on_delete="SET NULL")
    model: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: int | None = Field(default=None, description="in millionths of a US dollar; None where the price is unknown")
    charged: int = Field(default=0, sa_type=BigInteger, description="micro-units that the payer has paid")
    missing: int = Field(default=0, sa_type=BigInteger, description="micro-units that the payer did not have")
    created_at: datetime = time_column()


class TokenUsageDay(SQLModel, table=True):
    """Sum up what models did on a day that is over (UTC), by one kind of thing: its ``key`` is an id or a name.

    ``cost`` is in millionths of a US dollar, ``charged`` in micro-units.
    """

    __tablename__ = "token_usage_days"

    kind: str = Field(primary_key=True, description="room, person, model or work")
    day: date = Field(primary_key=True)
    key: str = Field(primary_key=True, description="empty where it is of none")
    times: int = Field(sa_type=BigInteger)
    prompt_tokens: int = Field(sa_type=BigInteger)
    completion_tokens: int = Field(sa_type=BigInteger)
    cost: int = Field(sa_type=BigInteger)
    charged: int = Field(sa_type=BigInteger)


class BudgetScope(StrEnum):
    """The subject of a budget."""

    OWN = "own"
    """All usage that a person or the site pays for that person; set by the person."""
    PERSON = "person"
    """The same, set by the site's staff."""
    ROOM = "room"
    """All usage of models in a room and its asides."""
    MEMBER = "member"
    """The usage that one person asks for in a room and in their aside of it."""
    GROUP = "group"
    """The usage that the people of a group ask for at the cost of the group's owner."""
    SITE = "site"
    """The usage that the site pays; all usage, if nobody pays."""


class TokenBudget(SQLModel, table=True):
    """The limit in micro-units of a calendar month (UTC), and the used amount."""

    __tablename__ = "token_budgets"
    __table_args__ = (
        CheckConstraint("amount > 0 AND spent >= 0 AND reserved >= 0", name="ck_token_budgets_amount"),
        Index(
            "ix_token_budgets_subject",
            "scope",
            "user_id",
            "room_id",
            "group_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: UUID = id_column()
    scope: str
    user_id: UUID | None = reference("users.id", nullable=True, index=True)
    room_id: UUID | None = reference("rooms.id", nullable=True, index=True)
    group_id: UUID | None = reference("groups.id", nullable=True, index=True)
    amount: int = Field(sa_type=BigInteger)
    hard: bool = Field(default=False, description="whether nothing more is begun than it allows")
    alerts: list[int] = Field(
        default_factory=list,
        sa_type=ARRAY(SmallInteger),
        sa_column_kwargs={"server_default": "{}"},
        description="the percentages at which people are alerted",
    )
    month: date = Field(description="the first day of the month that was counted last")
    spent: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    reserved: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})


class TokenBudgetAlert(SQLModel, table=True):
    """An alert that was sent: one for each percentage of a month."""

    __tablename__ = "token_budget_alerts"

    budget_id: UUID = Field(primary_key=True, foreign_key="token_budgets.id", ondelete="CASCADE")
    month: date = Field(primary_key=True)
    percent: int = Field(primary_key=True, sa_type=SmallInteger)
    sent_at: datetime = time_column()
