"""Users, their sessions and pictures."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.columns import id_column, reference, time_column


class User(SQLModel, table=True):
    """A person with an account."""

    __tablename__ = "users"

    id: UUID = id_column()
    email: str = Field(unique=True, description="lower case")
    username: str = Field(unique=True, description="lower case")
    name: str
    password_hash: str | None = None
    color: str
    locale: str = "en"
    theme: str = "system"
    is_admin: bool = False
    avatar: int | None = Field(default=None, description="version of the picture")
    created_at: datetime = time_column()

    def person(self) -> Person:
        """What every other person may see of this one."""
        return Person(self.id, self.username, self.name, self.color, self.avatar)


class UserSession(SQLModel, table=True):
    """One sign-in on one device. The token itself is only ever in the cookie (or with the API client)."""

    __tablename__ = "sessions"

    id: UUID = id_column()
    user_id: UUID = reference("users.id", index=True)
    token_hash: bytes = Field(unique=True, description="SHA-256 of the token")
    user_agent: str = ""
    address: str = ""
    created_at: datetime = time_column()
    expires_at: datetime = time_column()
    revoked_at: datetime | None = time_column(nullable=True)


class Avatar(SQLModel, table=True):
    """A person's picture: a square WebP of at most a few tens of KiB, so it lives beside the person."""

    __tablename__ = "avatars"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    image: bytes
