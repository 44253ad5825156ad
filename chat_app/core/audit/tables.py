"""The log of what the site's staff have done."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import id_column, reference, time_column


class Action(StrEnum):
    """A kind of action of the site's staff."""

    DISMISS_REPORT = "dismiss_report"
    DELETE_MESSAGE = "delete_message"
    SUSPEND_USER = "suspend_user"
    RESTORE_USER = "restore_user"
    DELETE_PROMPT = "delete_prompt"
    DELETE_ASSISTANT = "delete_assistant"
    TAKE_OVER = "take_over"
    HAND_BACK = "hand_back"


class AuditEntry(SQLModel, table=True):
    """An action of one of the staff. Entries are never changed, and are deleted after two years."""

    __tablename__ = "audit_log"

    id: UUID = id_column()
    at: datetime = time_column(index=True)
    actor_id: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    action: str
    user_id: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    message_id: UUID | None = Field(default=None, description="of a message that may be gone with its room")
    report_id: UUID | None = None
    room_id: UUID | None = Field(default=None, description="of a room that may be gone")
    details: dict[str, Any] = Field(
        default_factory=dict,
        sa_type=JSONB,
        sa_column_kwargs={"server_default": "{}"},
        description="what was changed, in a few short values; no secret",
    )
