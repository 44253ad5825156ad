"""Contacts, blocks and presence."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import time_column


class Contact(SQLModel, table=True):
    """A person's contact. It is private: the other person is not notified."""

    __tablename__ = "contacts"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    contact_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE", index=True)
    created_at: datetime = time_column()


class Block(SQLModel, table=True):
    """A person blocks another: no direct chat, no invitation, and their messages are hidden."""

    __tablename__ = "blocks"

    blocker_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    blocked_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE", index=True)
    created_at: datetime = time_column()


class Presence(SQLModel, table=True):
    """The last presence of a person who allows it."""

    __tablename__ = "presences"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    state: str = Field(default="offline", description="what was told last")
    seen_at: datetime = time_column()
    active_at: datetime = time_column()
