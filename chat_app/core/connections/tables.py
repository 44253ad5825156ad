"""Connections, and what admins have decided about models."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import id_column, time_column


class Connection(SQLModel, table=True):
    """A connection to a provider. Key and headers are encrypted with the site's key, and never shown again."""

    __tablename__ = "llm_connections"

    id: UUID = id_column()
    slug: str = Field(unique=True, description="the first part of its models' ids; it never changes")
    kind: str
    name: str
    base_url: str = Field(description="empty for the vendor's own address")
    sealed_key: str | None = None
    sealed_headers: str | None = None
    enabled: bool
    at_once: int | None = Field(default=None, description="so many answers are written at once; None for any number")
    served: list[dict[str, Any]] = Field(sa_type=JSONB, description="the models that it listed at the last test")
    tested_at: datetime | None = time_column(nullable=True)
    problem: str | None = Field(default=None, description="the code of what was wrong at the last test")
    created_at: datetime = time_column()


class ModelChoice(SQLModel, table=True):
    """The admins' decisions about a model; None means the value of the provider or the catalogue."""

    __tablename__ = "llm_models"
    __table_args__ = (
        Index("ix_llm_models_decides", "decides", unique=True, postgresql_where=text("decides")),
        Index("ix_llm_models_speaks", "speaks", unique=True, postgresql_where=text("speaks")),
        Index("ix_llm_models_transcribes", "transcribes", unique=True, postgresql_where=text("transcribes")),
    )

    id: str = Field(primary_key=True, description="`slug/name`")
    position: int | None = Field(default=None, description="its place in the list; models without one come after")
    label: str | None = None
    offered: bool | None = None
    admins_only: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    decides: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": "false"},
        description="it is asked whether the AI of a room joins in; one model at most",
    )
    transcribes: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": "false"},
        description="it writes down what is said in recordings; one model at most",
    )
    speaks: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": "false"},
        description="it reads answers aloud; one model at most",
    )
    voice: str = Field(default="", sa_column_kwargs={"server_default": ""}, description="the voice that speaks")
    context_window: int | None = Field(default=None, description="in tokens")
    max_output: int | None = Field(default=None, description="in tokens")
    abilities: list[str] | None = Field(default=None, sa_type=ARRAY(Text), description="what it can do beside text")
    price_in: int | None = Field(default=None, description="US cents for a million tokens read")
    price_cached: int | None = Field(default=None, description="US cents for a million tokens read from the cache")
    price_out: int | None = Field(default=None, description="US cents for a million tokens written")


class ModelGroup(SQLModel, table=True):
    """A group whose people may choose a model that is otherwise for admins only, while an admin owns the group."""

    __tablename__ = "llm_model_groups"

    model_id: str = Field(primary_key=True, foreign_key="llm_models.id", ondelete="CASCADE")
    group_id: UUID = Field(primary_key=True, foreign_key="groups.id", ondelete="CASCADE", index=True)
