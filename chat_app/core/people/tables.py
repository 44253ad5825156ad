"""Whom a person knows, whom they have blocked, and when they were last here."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from chat_app.core.kernel.columns import time_column


class Contact(SQLModel, table=True):
    """Somebody whom a person keeps at hand. It is theirs alone: the other is not told."""

    __tablename__ = "contacts"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    contact_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE", index=True)
    created_at: datetime = time_column()


class Block(SQLModel, table=True):
    """A person wants no word from another: no direct chat, no invitation, and their messages out of sight."""

    __tablename__ = "blocks"

    blocker_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    blocked_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE", index=True)
    created_at: datetime = time_column()


class Presence(SQLModel, table=True):
    """When a person was last here. Only of those who let others see it."""

    __tablename__ = "presences"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    state: str = Field(default="offline", description="what was told last")
    seen_at: datetime = time_column()
    active_at: datetime = time_column()
