"""Groups and their people."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import id_column, reference, time_column


class Group(SQLModel, table=True):
    """A person's group of other people.

    Other people do not see it, and it gives no permissions in rooms. An admin can name one of their groups for a model:
    admins then see the group, and its people can choose the model.
    """

    __tablename__ = "groups"
    __table_args__ = (Index("ix_groups_newest", "created_at", "id"),)

    id: UUID = id_column()
    owner_id: UUID = reference("users.id", index=True)
    name: str
    created_at: datetime = time_column()


class GroupMember(SQLModel, table=True):
    """A person in a group."""

    __tablename__ = "group_members"

    group_id: UUID = Field(primary_key=True, foreign_key="groups.id", ondelete="CASCADE")
    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE", index=True)
