"""The tables of answers: their earlier texts, the tool calls, how people rate them; and summaries for models."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import id_column, reference, time_column


class MessageBranch(SQLModel, table=True):
    """A branch of an answer: a text that it had, and can have again.

    The text of the answer itself is in the message's row, not here. The context of a branch is in its run.
    """

    __tablename__ = "message_branches"
    __table_args__ = (
        Index("ix_message_branches_assistant", "assistant_id", postgresql_where=sql("assistant_id IS NOT NULL")),
    )

    message_id: UUID = Field(primary_key=True, foreign_key="messages.id", ondelete="CASCADE")
    n: int = Field(primary_key=True)
    text: str = Field(sa_type=Text)
    status: str
    run_id: UUID | None = None
    model: str | None = None
    assistant_id: UUID | None = reference("assistants.id", nullable=True, on_delete="SET NULL")
    assistant_name: str | None = None
    assistant_picture: int | None = None
    asked_by_id: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    instead_of: str | None = None
    error: str | None = None
    tokens: int | None = None
    cost: int | None = None
    outdated: bool = False
    reasoning: str | None = Field(default=None, sa_type=Text)
    reasoning_seconds: int | None = None
    tool_calls: list[dict[str, Any]] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    drawing: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    attachments: list[dict[str, Any]] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    created_at: datetime = time_column()


class CallStatus(StrEnum):
    """The status of a tool call: *waiting* for approval at first; *stopped* if its answer ended before it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    STOPPED = "stopped"


OPEN_CALLS: Final = (CallStatus.WAITING, CallStatus.RUNNING)
"""The states of a call that has not ended."""

TOOL_FAILED: Final = "tool_failed"
"""The error of a call whose tool has sent its own error text."""


class MessageCall(SQLModel, table=True):
    """A tool call by the model of an answer, with its full arguments and result.

    The displayed part is also in the message's row, or in that of the branch.
    """

    __tablename__ = "tool_calls"
    __table_args__ = (UniqueConstraint("run_id", "round", "position"),)

    id: UUID = id_column()
    run_id: UUID
    message_id: UUID = reference("messages.id", index=True)
    room_id: UUID = reference("rooms.id")
    round: int
    position: int
    vendor_id: str = Field(sa_type=Text, description="the id by which the model gets the result")
    tool: str = Field(description="id of the tool; empty where the model has made it up")
    name: str = Field(description="what the model calls it by")
    label: str
    source: str = ""
    arguments: str = Field(sa_type=Text, description="JSON as the model wrote it")
    status: str
    error: str | None = Field(default=None, description="code of why it failed or was refused")
    result: str = Field(default="", sa_type=Text)
    decided_by_id: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    created_at: datetime = time_column()
    decided_at: datetime | None = time_column(nullable=True)
    finished_at: datetime | None = time_column(nullable=True)


class MessageContextSummary(SQLModel, table=True):
    """A summary by a model of a room's messages from ``from_seq`` to ``until_seq`` that models may see.

    It is deleted with the first change of one of these messages, so it is never outdated. Its room has the last place
    as ``ai_summary_seq``.
    """

    __tablename__ = "message_context_summaries"
    __table_args__ = (UniqueConstraint("room_id"),)

    id: UUID = id_column()
    room_id: UUID = reference("rooms.id")
    from_seq: int = Field(sa_type=BigInteger)
    from_at: datetime = time_column()
    until_seq: int = Field(sa_type=BigInteger)
    until_at: datetime = time_column()
    messages: int = Field(description="number of those that it covers")
    text: str = Field(sa_type=Text)
    tokens: int = Field(description="estimate of what the text takes in a window")
    room_rev: int = Field(sa_type=BigInteger, description="revision of the room whose messages it covers")
    made_at: datetime = time_column()
    model: str = Field(description="the model that wrote it")


class RatingValue(StrEnum):
    """A person's opinion of an answer."""

    UP = "up"
    DOWN = "down"


class Rating(SQLModel, table=True):
    """A person's rating of one text of an answer.

    Other people do not learn whose rating it is. It has the model's name, because the text may be deleted.
    """

    __tablename__ = "ratings"
    __table_args__ = (
        UniqueConstraint("user_id", "message_id", "n"),
        Index("ix_ratings_newest", "created_at", "id"),
        Index("ix_ratings_model", "model", "created_at", "id"),
    )

    id: UUID = id_column()
    user_id: UUID = reference("users.id")
    message_id: UUID = reference("messages.id", index=True)
    n: int = Field(description="number of the text")
    value: str
    reason: str = Field(sa_type=Text)
    model: str | None = None
    created_at: datetime = time_column()
