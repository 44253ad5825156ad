"""The people and groups that a directory keeps up to date."""

from uuid import UUID

from sqlmodel import Field, SQLModel


class DirectoryUser(SQLModel, table=True):
    """A person whose account a directory has provisioned."""

    __tablename__ = "directory_users"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    user_name: str = Field(unique=True, description="the name in the directory, in lower case")
    external_id: str = Field(default="", index=True, description="the directory's own id")


class DirectoryGroup(SQLModel, table=True):
    """A group that a directory has provisioned."""

    __tablename__ = "directory_groups"

    group_id: UUID = Field(primary_key=True, foreign_key="groups.id", ondelete="CASCADE")
    external_id: str = Field(default="", index=True, description="the directory's own id")
