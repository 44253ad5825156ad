"""Users, their sessions and pictures; whom they know, and whom they want no word from."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import event
from sqlmodel import Field, SQLModel

from chat_app.core.accounts.rules import sought
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
    sought: str = Field(default="", description="what a search for people looks at; kept by the mapper")
    shows_presence: bool = Field(default=True, description="whether others see when the person is here")
    deleted_at: datetime | None = time_column(nullable=True)

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


@event.listens_for(User, "before_insert")
@event.listens_for(User, "before_update")
def _keep_sought(_mapper: Any, _connection: Any, user: User) -> None:
    user.sought = sought(user.username, user.name)
