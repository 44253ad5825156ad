"""Requests for help by the site's support."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import id_column, reference, time_column


class HelpRequest(SQLModel, table=True):
    """A request for help in a room, and its outcome. A room has at most one open request."""

    __tablename__ = "help_requests"
    __table_args__ = (
        Index("ix_help_requests_open", "room_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_help_requests_room", "room_id", "asked_at"),
    )

    id: UUID = id_column()
    room_id: UUID = reference("rooms.id")
    asked_by_id: UUID | None = reference("users.id", nullable=True, index=True, on_delete="SET NULL")
    """The person who asked; None if nobody asked, because the site's policy lets support join."""
    reason: str = Field(default="", sa_type=Text)
    asked_at: datetime = time_column()
    taken_by_id: UUID | None = reference("users.id", nullable=True, index=True, on_delete="SET NULL")
    taken_at: datetime | None = time_column(nullable=True)
    seen_at: datetime | None = time_column(nullable=True)
    """The last time at which the supporter was connected."""
    joined: bool = Field(default=False, description="the supporter became a member for this, and is removed after it")
    ended_at: datetime | None = time_column(nullable=True)
    ended: str | None = None
    note: str = Field(default="", sa_type=Text, description="of the supporter, for the people in the room")
