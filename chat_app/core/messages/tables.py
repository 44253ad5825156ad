"""Messages, the earlier texts of answers, and what people have marked for themselves."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Integer, Text, UniqueConstraint, Uuid
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.columns import id_column, reference, time_column


class Status(StrEnum):
    """The status of a message. A person's is always ``COMPLETE``; an answer moves through the others."""

    QUEUED = "queued"
    STREAMING = "streaming"
    COMPLETE = "complete"
    STOPPED = "stopped"
    FAILED = "failed"


LIVE = (Status.QUEUED, Status.STREAMING)
"""The states of an answer that is still being written."""


NONCE = "messages_room_id_author_id_nonce_key"
"""The constraint that has a resend post once."""


class Message(SQLModel, table=True):
    """One message: a person's, an AI's answer, or a line about the room, which has an ``event`` and no text.

    ``seq`` is its place among the room's messages and never changes; ``rev`` is the room's moment of its last change.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("room_id", "seq"),
        UniqueConstraint("room_id", "author_id", "nonce", name=NONCE),
        Index("ix_messages_room_rev", "room_id", "rev"),
        Index("ix_messages_reply_to", "reply_to_id", postgresql_where=sql("reply_to_id IS NOT NULL")),
        Index("ix_messages_mentioning", "room_id", "seq", postgresql_where=sql("mentions IS NOT NULL")),
        Index(
            "ix_messages_uncounted",
            "room_id",
            "seq",
            postgresql_where=sql("deleted_at IS NOT NULL OR event IS NOT NULL"),
        ),
        Index("ix_messages_pinned", "room_id", "pinned_at", postgresql_where=sql("pinned_at IS NOT NULL")),
    )

    id: UUID = id_column()
    room_id: UUID = reference("rooms.id")
    seq: int = Field(sa_type=BigInteger)
    rev: int = Field(sa_type=BigInteger)
    author_id: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    is_ai: bool = False
    text: str = Field(sa_type=Text)
    nonce: UUID | None = Field(default=None, description="made by the client, so that a resend posts once")
    reply_to_id: UUID | None = reference("messages.id", nullable=True, on_delete="SET NULL")
    created_at: datetime = time_column()
    edited_at: datetime | None = time_column(nullable=True)
    deleted_at: datetime | None = time_column(nullable=True)
    pinned_at: datetime | None = time_column(nullable=True)

    # Beside the message, not in tables of their own: a page of history has them without a further query, and they are
    # only changed while the room's row is held.
    reactions: list[dict[str, Any]] | None = Field(
        default=None,
        sa_type=JSONB(none_as_null=True),
        description='[{"emoji", "by": [user id, …], "models": [model id, …]}], the first first; models where any did',
    )
    mentions: list[UUID] | None = Field(
        default=None, sa_type=ARRAY(Uuid), description="who is mentioned by name; None when nobody is, not even all"
    )
    mentions_all: bool = Field(default=False, sa_column_kwargs={"server_default": sql("false")})

    event: dict[str, Any] | None = Field(
        default=None,
        sa_type=JSONB(none_as_null=True),
        description="of a line about the room: its kind, the ids of people, a name or role; its author did it",
    )

    exclude_from_ai: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": sql("false")},
        description="hidden from models; people see it",
    )

    # Only an answer has these. They tell about the newest run; the run itself is in ai_runs.
    status: str = Status.COMPLETE
    run_id: UUID | None = None
    model: str | None = None
    asked_by_id: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    instead_of: str | None = Field(default=None, description="id of the model that could not answer; ``model`` did")
    error: str | None = Field(default=None, description="code of what went wrong")
    tokens: int | None = Field(default=None, description="tokens that the model wrote")
    outdated: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": sql("false")},
        description="the question was edited after the answer was asked for",
    )
    reasoning: str | None = Field(
        default=None, sa_type=Text, description="what the model thought before; no model is ever given it"
    )
    reasoning_seconds: int | None = None
    tool_calls: list[dict[str, Any]] | None = Field(
        default=None,
        sa_type=JSONB(none_as_null=True),
        description="what is shown of the calls of tools, the first first: see `chat_app/core/messages/tool_calls.py`",
    )
    branch: int = Field(
        default=1, sa_column_kwargs={"server_default": sql("1")}, description="number of the text that is the answer"
    )
    branches: list[int] | None = Field(
        default=None,
        sa_type=ARRAY(Integer),
        description="the numbers of all its texts, the oldest first; None while there is one",
    )


class MessageBranch(SQLModel, table=True):
    """A text that an answer had, or could have again: a branch of it.

    The text that *is* the answer stands in the message's row, and in none here. What the model was given for a branch
    is in its run.
    """

    __tablename__ = "message_branches"

    message_id: UUID = Field(primary_key=True, foreign_key="messages.id", ondelete="CASCADE")
    n: int = Field(primary_key=True)
    text: str = Field(sa_type=Text)
    status: str
    run_id: UUID | None = None
    model: str | None = None
    asked_by_id: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    instead_of: str | None = None
    error: str | None = None
    tokens: int | None = None
    outdated: bool = False
    reasoning: str | None = Field(default=None, sa_type=Text)
    reasoning_seconds: int | None = None
    tool_calls: list[dict[str, Any]] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    created_at: datetime = time_column()


class CallStatus(StrEnum):
    """The status of a call of a tool: *waiting* for approval at first; *stopped* where its answer ended before it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    STOPPED = "stopped"


OPEN_CALLS: Final = (CallStatus.WAITING, CallStatus.RUNNING)
"""The states of a call that has not ended."""


class MessageCall(SQLModel, table=True):
    """A call of a tool by the model of an answer, with all that was sent and what came of it.

    What is shown of it is in the message's row too, or in that of the branch.
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


class RatingValue(StrEnum):
    """A person's opinion of an answer."""

    UP = "up"
    DOWN = "down"


class Rating(SQLModel, table=True):
    """A person's rating of one text of an answer. Nobody else learns whose it is.

    It keeps the model's name, for the text may be dropped.
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


class MessageWords(SQLModel, table=True):
    """The words by which a message is found (:mod:`chat_app.core.messages.words`), while there is something to find.

    In a table of their own, so that a message that only takes a new ``rev`` is not indexed again.
    """

    __tablename__ = "message_words"
    __table_args__ = (
        Index("ix_message_words", "words", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    )

    message_id: UUID = Field(primary_key=True, foreign_key="messages.id", ondelete="CASCADE")
    words: str = Field(sa_column=Column(TSVECTOR, nullable=False))


class Star(SQLModel, table=True):
    """A message that a person has marked for themselves. Nobody else knows."""

    __tablename__ = "stars"
    __table_args__ = (Index("ix_stars_newest", "user_id", "created_at"),)

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    message_id: UUID = Field(primary_key=True, foreign_key="messages.id", ondelete="CASCADE", index=True)
    created_at: datetime = time_column()
