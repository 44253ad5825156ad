"""Tool servers, which the site's admins manage."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import id_column, time_column


class ToolServer(SQLModel, table=True):
    """A server of tools. Token and headers are encrypted with the site's key, and never shown again."""

    __tablename__ = "tool_servers"

    id: UUID = id_column()
    name: str
    url: str
    sealed_token: str | None = None
    sealed_headers: str | None = None
    enabled: bool
    approval: str = Field(description="which calls wait for a person: always, changes or never")
    tested_at: datetime | None = time_column(nullable=True)
    problem: str | None = Field(default=None, description="the code of what was wrong at the last test")
    changed_at: datetime = time_column()
    created_at: datetime = time_column()
