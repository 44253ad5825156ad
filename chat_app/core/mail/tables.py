"""The outbox."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.columns import id_column, time_column


class MailKind(StrEnum):
    """What a mail is about. Its words are ``mail.<kind>Subject`` and ``mail.<kind>Text`` of the catalogues."""

    INVITATION = "invitation"
    VERIFY_EMAIL = "verifyEmail"
    CHANGE_EMAIL = "changeEmail"
    EMAIL_TAKEN = "emailTaken"
    EMAIL_CHANGED = "emailChanged"
    RESET_PASSWORD = "resetPassword"  # noqa: S105, no password
    PASSWORD_CHANGED = "passwordChanged"  # noqa: S105
    TWO_FACTOR_ON = "twoFactorOn"
    TWO_FACTOR_OFF = "twoFactorOff"


class Mail(SQLModel, table=True):
    """A mail to be sent: what it is about, not its words.

    The row is the queue entry too: written in the transaction of what calls for the mail, claimed with ``SKIP LOCKED``.
    ``details`` may hold a secret (a link), so they go when nobody is to read them any more.
    """

    __tablename__ = "mails"
    __table_args__ = (
        Index("ix_mails_waiting", "next_at", postgresql_where=text("sent_at IS NULL AND given_up_at IS NULL")),
    )

    id: UUID = id_column()
    address: str
    kind: str
    locale: str = "en"
    details: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)
    attempts: int = 0
    created_at: datetime = time_column()
    next_at: datetime = time_column()
    sent_at: datetime | None = time_column(nullable=True)
    given_up_at: datetime | None = time_column(nullable=True)
