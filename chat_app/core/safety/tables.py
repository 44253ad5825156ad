"""Reports, and the log of the admins' actions."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import id_column, reference, time_column


class Reason(StrEnum):
    """The reason of a report."""

    SPAM = "spam"
    HARASSMENT = "harassment"
    HATE = "hate"
    VIOLENCE = "violence"
    SEXUAL = "sexual"
    OTHER = "other"


class Resolution(StrEnum):
    """An admin's decision on a report."""

    DISMISSED = "dismissed"
    DELETED = "deleted"
    SUSPENDED = "suspended"


class Report(SQLModel, table=True):
    """A report of a message or a person who breaks the rules.

    ``text`` is the message's text at that time, since it may be changed later.
    """

    __tablename__ = "reports"
    __table_args__ = (
        Index("ix_reports_open", "created_at", postgresql_where=sql("resolved_at IS NULL")),
        Index("ix_reports_resolved", "resolved_at", postgresql_where=sql("resolved_at IS NOT NULL")),
        Index(
            "ix_reports_once",
            "reporter_id",
            "message_id",
            "user_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=sql("resolved_at IS NULL AND reporter_id IS NOT NULL"),
        ),
    )

    id: UUID = id_column()
    reporter_id: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    message_id: UUID | None = reference("messages.id", nullable=True, index=True, on_delete="SET NULL")
    user_id: UUID | None = reference("users.id", nullable=True, index=True, on_delete="SET NULL")
    reason: str
    note: str = Field(default="", sa_type=Text)
    text: str = Field(default="", sa_type=Text)
    created_at: datetime = time_column()
    resolved_at: datetime | None = time_column(nullable=True)
    resolved_by: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    resolution: str | None = None
