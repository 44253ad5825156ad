"""Assistants."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Index, Text
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import id_column, reference, time_column
from chat_app.core.messages.answers.assistant_names import AssistantName


class Assistant(SQLModel, table=True):
    """An assistant of a person, or of the site if it has no owner: such an assistant is always ``shared``.

    Everybody on the site may ask a shared one. Handles are unique among the shared ones, and among those of one person.
    """

    __tablename__ = "assistants"
    __table_args__ = (
        Index("ix_assistants_owner_handle", "owner_id", "handle", unique=True),
        Index("ix_assistants_shared_handle", "handle", unique=True, postgresql_where=sql("shared")),
    )

    id: UUID = id_column()
    owner_id: UUID | None = reference("users.id", nullable=True)
    handle: str
    name: str
    description: str = ""
    model: str | None = Field(default=None, description="id of the model, None for that of the room")
    instructions: str = Field(default="", sa_type=Text)
    tools: list[str] = Field(
        default_factory=list, sa_type=ARRAY(Text), sa_column_kwargs={"server_default": "{}"}, description="their ids"
    )
    picture: int | None = Field(default=None, description="version of the picture")
    shared: bool = False
    created_at: datetime = time_column()
    updated_at: datetime = time_column()

    def named(self) -> AssistantName:
        """Return its name as its answers have it."""
        return AssistantName(self.id, self.name, self.picture)
