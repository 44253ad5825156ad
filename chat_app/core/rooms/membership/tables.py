"""The tables of bans and join requests."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from chat_app.core.access.permissions import Role
from chat_app.core.kernel.database.columns import reference, time_column


class Ban(SQLModel, table=True):
    """A person who is banned from a room."""

    __tablename__ = "room_bans"

    room_id: UUID = Field(primary_key=True, foreign_key="rooms.id", ondelete="CASCADE")
    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE", index=True)
    banned_by: UUID | None = reference("users.id", nullable=True, on_delete="SET NULL")
    banned_at: datetime = time_column()


class JoinRequest(SQLModel, table=True):
    """A person's request to join a room."""

    __tablename__ = "join_requests"

    room_id: UUID = Field(primary_key=True, foreign_key="rooms.id", ondelete="CASCADE")
    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE", index=True)
    role: str = Role.MEMBER
    asked_at: datetime = time_column()
