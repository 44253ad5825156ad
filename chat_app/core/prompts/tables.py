"""Saved prompts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import id_column, reference, time_column


class SavedPrompt(SQLModel, table=True):
    """A person's saved prompt. Everybody on the site may use it if it is ``shared``; only the owner may change it."""

    __tablename__ = "prompts"
    __table_args__ = (
        Index("ix_prompts_owner_name", "owner_id", "name", unique=True),
        Index("ix_prompts_shared", "name", postgresql_where=sql("shared")),
    )

    id: UUID = id_column()
    owner_id: UUID = reference("users.id")
    name: str
    description: str = ""
    text: str = Field(sa_type=Text)
    shared: bool = False
    created_at: datetime = time_column()
    updated_at: datetime = time_column()
