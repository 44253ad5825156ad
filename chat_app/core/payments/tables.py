"""Subscriptions, payments, the customers of a payment provider, and the events that it sent."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import id_column, reference, time_column


class Rail(StrEnum):
    """A provider or store through which money comes."""

    STRIPE = "stripe"
    APP_STORE = "app_store"
    GOOGLE_PLAY = "google_play"


class SubscriptionStatus(StrEnum):
    """The state of a subscription. In *past_due* a payment has failed, and is tried again."""

    INCOMPLETE = "incomplete"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    PAUSED = "paused"
    CANCELED = "canceled"


ENDED: Final = (SubscriptionStatus.CANCELED, SubscriptionStatus.INCOMPLETE)
"""The states in which a person may subscribe again."""


class PaymentStatus(StrEnum):
    """The state of a payment."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"


class PaymentCustomer(SQLModel, table=True):
    """The customer that a person is at Stripe, and the checkout that they were sent to last."""

    __tablename__ = "payment_customers"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    reference: str = Field(unique=True)
    checkout: str | None = None
    checkout_at: datetime | None = time_column(nullable=True)
    created_at: datetime = time_column()


class Subscription(SQLModel, table=True):
    """A person's subscription to a plan, as it stood when its provider was last asked."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        Index("ix_subscriptions_reference", "payment_rail", "reference", unique=True),
        Index("ix_subscriptions_user", "user_id", "created_at"),
    )

    id: UUID = id_column()
    user_id: UUID = reference("users.id")
    payment_rail: str
    reference: str = Field(description="its id at the provider")
    plan: str = Field(description="the id in the plans file")
    status: str
    amount: int = Field(sa_type=BigInteger, description="the price of a period, in the currency's smallest unit")
    currency: str
    period_end: datetime | None = time_column(nullable=True)
    trial_end: datetime | None = time_column(nullable=True)
    cancels: bool = Field(description="whether it ends with the period")
    looked_at: datetime = time_column()
    """The time at which the provider was asked: facts that were requested earlier are old."""
    created_at: datetime = time_column()


class Payment(SQLModel, table=True):
    """A payment, or an attempt at one. It outlives the account, for the site's books."""

    __tablename__ = "payment_history"
    __table_args__ = (
        Index("ix_payment_history_reference", "payment_rail", "reference", unique=True),
        Index("ix_payment_history_user", "user_id", "paid_at", "id"),
    )

    id: UUID = id_column()
    user_id: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    payment_rail: str
    reference: str = Field(description="its id at the provider")
    item: str = Field(description="the plan or pack, by its id in the plans file")
    status: str
    amount: int = Field(sa_type=BigInteger, description="in the currency's smallest unit")
    refunded: int = Field(sa_type=BigInteger)
    currency: str
    tokens: int = Field(sa_type=BigInteger, description="micro-units that it bought")
    owed_back: int = Field(sa_type=BigInteger, description="micro-units of them that refunds and disputes withdraw")
    taken_back: int = Field(sa_type=BigInteger, description="of these, what was still there to be taken back")
    corrections: int = Field(description="how often tokens were taken back or returned")
    page: str | None = Field(default=None, description="the address of its invoice")
    paid_at: datetime = time_column()
    looked_at: datetime = time_column()


class PaymentEvent(SQLModel, table=True):
    """An event that a provider sent. Its id is unique, so a repetition is not stored again."""

    __tablename__ = "payment_events"

    id: UUID = id_column()
    payment_rail: str
    reference: str = Field(description="its id at the provider")
    kind: str
    subject: str = Field(description="the object that it is about, by its id at the provider")
    details: dict[str, Any] = Field(sa_type=JSONB)
    sent_at: datetime = time_column()
    received_at: datetime = time_column()
    handled_at: datetime | None = time_column(nullable=True)

    __table_args__ = (
        Index("ix_payment_events_reference", "payment_rail", "reference", unique=True),
        Index("ix_payment_events_received", "received_at"),
    )
