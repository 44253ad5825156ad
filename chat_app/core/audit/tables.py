"""The log of the actions of the site's staff and of the directories of organisations."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index
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
    CHANGE_ROLES = "change_roles"
    SIGN_OUT_USER = "sign_out_user"
    RESET_SECOND_FACTOR = "reset_second_factor"
    DELETE_USER = "delete_user"
    RETRY_JOB = "retry_job"
    DROP_JOB = "drop_job"
    EXPORT_AUDIT = "export_audit"
    ARCHIVE_ROOM = "archive_room"
    UNARCHIVE_ROOM = "unarchive_room"
    DELETE_ROOM = "delete_room"
    GIVE_ROOM = "give_room"
    REVOKE_LINKS = "revoke_links"
    CANCEL_INVITATION = "cancel_invitation"
    RENAME_GROUP = "rename_group"
    DELETE_GROUP = "delete_group"
    DELETE_FILE = "delete_file"
    CHANGE_SETTINGS = "change_settings"
    TAKE_OVER = "take_over"
    HAND_BACK = "hand_back"
    TEST_ALERT = "test_alert"
    ADD_APPLICATION = "add_application"
    CHANGE_APPLICATION = "change_application"
    ROTATE_SECRET = "rotate_secret"  # noqa: S105, no password
    DELETE_APPLICATION = "delete_application"
    CHANGE_GROUP = "change_group"
    SET_BUDGET = "set_budget"
    GRANT_TOKENS = "grant_tokens"
    GIVE_TOKENS = "give_tokens"
    APPROVE_USER = "approve_user"
    DECLINE_USER = "decline_user"
    INVITE_USER = "invite_user"
    REVOKE_INVITATION = "revoke_invitation"
    EXPIRE_MESSAGES = "expire_messages"
    ADD_CONNECTION = "add_connection"
    CHANGE_CONNECTION = "change_connection"
    DELETE_CONNECTION = "delete_connection"
    CHANGE_MODEL = "change_model"
    ADD_TOOL_SERVER = "add_tool_server"
    CHANGE_TOOL_SERVER = "change_tool_server"
    DELETE_TOOL_SERVER = "delete_tool_server"
    ADD_ASSISTANT = "add_assistant"
    CHANGE_ASSISTANT = "change_assistant"
    REMOVE_ASSISTANT = "remove_assistant"
    """Only for assistants of the site: people's own are private."""


class AuditEntry(SQLModel, table=True):
    """An action of a member of the staff, or of a directory, which its details name as the ``source``.

    Entries are never changed; the site's settings define how long they are kept.
    """

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("ix_audit_log_actor", "actor_id", "at"),
        Index("ix_audit_log_person", "user_id", "at"),
        Index("ix_audit_log_action", "action", "at"),
    )

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
