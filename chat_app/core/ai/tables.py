"""Runs: one attempt of a model at an answer."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Index, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import id_column, reference, time_column


class RunStatus(StrEnum):
    """The status of a run."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    STOPPED = "stopped"


OPEN: Final = (RunStatus.QUEUED, RunStatus.RUNNING)
"""Of a run that has not ended."""


class DecisionStatus(StrEnum):
    """The status of a decision."""

    WAITING = "waiting"
    DECIDING = "deciding"
    DECIDED = "decided"
    DROPPED = "dropped"
    """It came too late, and nothing was done."""


class DecisionChoice(StrEnum):
    """The choices of the AI when it decides."""

    SPEAK = "speak"
    REACT = "react"
    SILENT = "silent"


class AiRun(SQLModel, table=True):
    """A run, from ``queued`` over ``running`` to ``completed``, ``failed`` or ``stopped``.

    The row is the queue entry too: written in the transaction of the question, and claimed with ``SKIP LOCKED``. Its
    heartbeat shows that its process lives, so that the runs of a dead process are detected.
    """

    __tablename__ = "ai_runs"
    __table_args__ = (
        Index("ix_ai_runs_open", "created_at", postgresql_where=text("status IN ('queued', 'running')")),
        Index("ix_ai_runs_time", "created_at", postgresql_using="brin"),
        Index("ix_ai_runs_room", "room_id", postgresql_include=["prompt_tokens", "completion_tokens", "cost"]),
        Index("ix_ai_runs_assistant", "assistant_id", postgresql_where=text("assistant_id IS NOT NULL")),
    )

    id: UUID = id_column()
    room_id: UUID = reference("rooms.id")
    message_id: UUID = reference("messages.id", index=True)
    asked_by_id: UUID = reference("users.id", index=True)
    model: str | None = Field(default=None, description="id of the model, None for the default until the run has ended")
    named: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": text("false")},
        description="the asker named the model; else it is the room's",
    )
    assistant_id: UUID | None = reference("assistants.id", nullable=True, on_delete="SET NULL")
    status: str = RunStatus.QUEUED
    stop_requested: bool = False
    error: str | None = None
    instead_of: str | None = Field(
        default=None, description="id of the model that could not answer, where the room's fallback did"
    )
    instead_error: str | None = Field(default=None, description="code of what kept that one from it")
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = Field(default=None, description="those of the completion that were reasoning")
    cached_tokens: int | None = Field(default=None, description="those of the prompt that the vendor had cached")
    cost: int | None = Field(default=None, description="in millionths of a US dollar; None where the price is unknown")
    unasked: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": text("false")},
        description="the AI has joined in; `asked_by_id` is whose message it answers",
    )
    continues: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": text("false")},
        description="it goes on with the text that its message has",
    )
    kept: list[UUID] | None = Field(
        default=None, sa_type=ARRAY(Uuid), description="the messages that the model was given, oldest first"
    )
    left_out: list[dict[str, str]] | None = Field(
        default=None, sa_type=JSONB(none_as_null=True), description='[{"id", "reason"}, …] of those it was not given'
    )
    drawings: list[dict[str, Any]] | None = Field(
        default=None,
        sa_type=JSONB(none_as_null=True),
        description="its pictures, and what each took: see `chat_app/core/ai/drawing/costs.py`",
    )
    before: int | None = Field(
        default=None, description="while it is queued at a limited connection, the answers until its own may begin"
    )
    summary: dict[str, Any] | None = Field(
        default=None,
        sa_type=JSONB(none_as_null=True),
        description="the summary that it was given of older ones: all but the text, which may be deleted",
    )
    created_at: datetime = time_column()
    heartbeat_at: datetime | None = time_column(nullable=True)
    finished_at: datetime | None = time_column(nullable=True)
    first_ms: int | None = Field(default=None, description="milliseconds from the question to the first words")


class AiDecision(SQLModel, table=True):
    """A decision whether the AI replies to a message that did not ask it, after people have fallen silent.

    The row is the queue entry too, like that of a run: ``waiting`` until ``due_at``, then ``deciding``, and at the end
    ``decided`` or ``dropped``. At most one decision per room is waiting.
    """

    __tablename__ = "ai_decisions"
    __table_args__ = (
        Index("ix_ai_decisions_waiting", "room_id", unique=True, postgresql_where=text("status = 'waiting'")),
        Index("ix_ai_decisions_open", "due_at", postgresql_where=text("status IN ('waiting', 'deciding')")),
        Index("ix_ai_decisions_newest", "room_id", "decided_at", "id"),
        Index("ix_ai_decisions_decided_at", "decided_at"),
    )

    id: UUID = id_column()
    room_id: UUID = reference("rooms.id")
    message_id: UUID = reference("messages.id", index=True)
    status: str = DecisionStatus.WAITING
    due_at: datetime = time_column()
    claimed_at: datetime | None = time_column(nullable=True)
    decided_at: datetime | None = time_column(nullable=True)
    choice: str | None = None
    reason: str = Field(default="", sa_column_kwargs={"server_default": ""}, description="the model's own words")
    emoji: str | None = None
    error: str | None = Field(default=None, description="code of why nothing was decided, or done")
    model: str | None = Field(default=None, description="the model that was asked")
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: int | None = Field(default=None, description="in millionths of a US dollar; None where the price is unknown")


class AiPlace(SQLModel, table=True):
    """A place at a connection that answers only so many at once, taken by what is no answer: a title, a translation, a
    summary or a decision. It is free again once it is deleted, or at ``until``, should its process end before.
    """

    __tablename__ = "ai_places"

    id: UUID = id_column()
    connection: str
    until: datetime = time_column()


class AiSummaryCost(SQLModel, table=True):
    """The costs of a summary that a model made, whether or not it was kept. It stays when the summary is replaced or
    deleted.
    """

    __tablename__ = "ai_summary_costs"

    id: UUID = id_column()
    room_id: UUID = reference("rooms.id", index=True)
    model: str = Field(description="the model that was asked")
    prompt_tokens: int
    completion_tokens: int
    cost: int | None = Field(default=None, description="in millionths of a US dollar; None where the price is unknown")
    made_at: datetime = time_column()


class AiSpeechCost(SQLModel, table=True):
    """The cost of reading a part of an answer aloud. The listener and the answer are not stored."""

    __tablename__ = "ai_speech_costs"

    id: UUID = id_column()
    room_id: UUID = reference("rooms.id", index=True)
    model: str = Field(description="the model that was asked")
    characters: int
    cost: int | None = Field(default=None, description="in millionths of a US dollar; None where the price is unknown")
    made_at: datetime = time_column()
