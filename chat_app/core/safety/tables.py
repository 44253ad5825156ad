"""Reports, and the log of what admins did."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.columns import id_column, reference, time_column


class Reason(StrEnum):
    """What is wrong with what was reported."""

    SPAM = "spam"
    HARASSMENT = "harassment"
    HATE = "hate"
    VIOLENCE = "violence"
    SEXUAL = "sexual"
    OTHER = "other"


class Resolution(StrEnum):
    """What an admin did about a report."""

    DISMISSED = "dismissed"
    DELETED = "deleted"
    SUSPENDED = "suspended"


class Report(SQLModel, table=True):
    """Somebody finds that a message, or a person, breaks the rules.

    ``text`` is what the message said then: it may be changed before an admin looks.
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


class Action(StrEnum):
    """What an admin can do."""

    DISMISS_REPORT = "dismiss_report"
    DELETE_MESSAGE = "delete_message"
    SUSPEND_USER = "suspend_user"
    RESTORE_USER = "restore_user"


class AuditEntry(SQLModel, table=True):
    """One thing that an admin did. Entries are never changed; two years later they go."""

    __tablename__ = "audit_log"

    id: UUID = id_column()
    at: datetime = time_column(index=True)
    actor_id: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    action: str
    user_id: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    message_id: UUID | None = Field(default=None, description="of a message that may be gone with its room")
    report_id: UUID | None = None
