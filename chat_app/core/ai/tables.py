"""Runs: one attempt of a model at an answer."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import Index, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.columns import id_column, reference, time_column


class RunStatus(StrEnum):
    """The status of a run."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    STOPPED = "stopped"


OPEN: Final = (RunStatus.QUEUED, RunStatus.RUNNING)
"""Of a run that has not ended."""


class AiRun(SQLModel, table=True):
    """A run, from ``queued`` over ``running`` to ``completed``, ``failed`` or ``stopped``.

    The row is the queue entry too: written in the transaction of the message that asks, claimed with ``SKIP LOCKED``,
    and held by a heartbeat, so that the runs of a dead process are noticed.
    """

    __tablename__ = "ai_runs"
    __table_args__ = (Index("ix_ai_runs_open", "created_at", postgresql_where=text("status IN ('queued', 'running')")),)

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
    status: str = RunStatus.QUEUED
    stop_requested: bool = False
    error: str | None = None
    instead_of: str | None = Field(
        default=None, description="id of the model that could not answer, where the room's fall-back did"
    )
    instead_error: str | None = Field(default=None, description="code of what kept that one from it")
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = Field(default=None, description="those of the completion that were reasoning")
    cached_tokens: int | None = Field(default=None, description="those of the prompt that the vendor had cached")
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
    created_at: datetime = time_column()
    heartbeat_at: datetime | None = time_column(nullable=True)
    finished_at: datetime | None = time_column(nullable=True)
