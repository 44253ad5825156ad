"""Messages, the earlier texts of answers, and people's own marks."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Integer, Text, UniqueConstraint, Uuid
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import id_column, reference, time_column


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
"""The constraint by which a resend posts only once."""


class Message(SQLModel, table=True):
    """One message: a person's, an AI's answer, or a line about the room, which has an ``event`` and no text.

    ``seq`` is its place among the room's messages and never changes; ``rev`` is the room's revision at its last change.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("room_id", "seq"),
        UniqueConstraint("room_id", "author_id", "nonce", name=NONCE),
        Index("ix_messages_room_rev", "room_id", "rev"),
        Index("ix_messages_time", "created_at", postgresql_using="brin"),
        Index("ix_messages_reply_to", "reply_to_id", postgresql_where=sql("reply_to_id IS NOT NULL")),
        Index("ix_messages_mentioning", "room_id", "seq", postgresql_where=sql("mentions IS NOT NULL")),
        Index(
            "ix_messages_uncounted",
            "room_id",
            "seq",
            postgresql_where=sql("deleted_at IS NOT NULL OR event IS NOT NULL"),
        ),
        Index("ix_messages_assistant", "assistant_id", postgresql_where=sql("assistant_id IS NOT NULL")),
        Index("ix_messages_pinned", "room_id", "pinned_at", postgresql_where=sql("pinned_at IS NOT NULL")),
        Index("ix_messages_pinned_for_ai", "room_id", "seq", postgresql_where=sql("pinned_for_ai")),
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

    # In the message's row, not in separate tables: a page of history needs no further query for them, and they
    # only change while the room's row is locked.
    reactions: list[dict[str, Any]] | None = Field(
        default=None,
        sa_type=JSONB(none_as_null=True),
        description='[{"emoji", "by": [user id, …], "models": [model id, …]}], the first first; models where any did',
    )
    mentions: list[UUID] | None = Field(
        default=None, sa_type=ARRAY(Uuid), description="who is mentioned by name; None when nobody is, not even all"
    )
    mentions_all: bool = Field(default=False, sa_column_kwargs={"server_default": sql("false")})

    attachments: list[dict[str, Any]] | None = Field(
        default=None,
        sa_type=JSONB(none_as_null=True),
        description="what is shown of its files, in order: see `AttachmentJson`; None without any",
    )

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

    pinned_for_ai: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": sql("false")},
        description="given to models even when newer ones fill their windows",
    )

    # Only answers use these. They describe the newest run; the run itself is in ai_runs.
    status: str = Status.COMPLETE
    run_id: UUID | None = None
    model: str | None = None
    assistant_id: UUID | None = reference("assistants.id", nullable=True, on_delete="SET NULL")
    assistant_name: str | None = Field(default=None, description="of the assistant, also where it is deleted")
    assistant_picture: int | None = Field(default=None, description="version of its picture")
    asked_by_id: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    instead_of: str | None = Field(default=None, description="id of the model that could not answer; ``model`` did")
    error: str | None = Field(default=None, description="code of what went wrong")
    tokens: int | None = Field(default=None, description="tokens that the model wrote")
    cost: int | None = Field(
        default=None,
        description="of all that it read and wrote, in millionths of a US dollar; None where the price is unknown",
    )
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
        description="what is shown of the tool calls, the first first: see `answers/tool_calls.py`",
    )
    drawing: dict[str, Any] | None = Field(
        default=None,
        sa_type=JSONB(none_as_null=True),
        description="of a picture that a model is to draw, whose prompt is the text: see `DrawingJson`",
    )
    branch: int = Field(
        default=1, sa_column_kwargs={"server_default": sql("1")}, description="number of the text that is the answer"
    )
    branches: list[int] | None = Field(
        default=None,
        sa_type=ARRAY(Integer),
        description="the numbers of all its texts, the oldest first; None while there is one",
    )


class MessageWords(SQLModel, table=True):
    """The words of a message (:mod:`chat_app.core.messages.texts.words`), if it has any.

    They are in a separate table, so that a change of only ``rev`` does not index the message again.
    """

    __tablename__ = "message_words"
    __table_args__ = (
        Index("ix_message_words", "words", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    )

    message_id: UUID = Field(primary_key=True, foreign_key="messages.id", ondelete="CASCADE")
    words: str = Field(sa_column=Column(TSVECTOR, nullable=False))


class Star(SQLModel, table=True):
    """A message that a person has marked for themselves. Other people do not see it."""

    __tablename__ = "stars"
    __table_args__ = (Index("ix_stars_newest", "user_id", "created_at"),)

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    message_id: UUID = Field(primary_key=True, foreign_key="messages.id", ondelete="CASCADE", index=True)
    created_at: datetime = time_column()
