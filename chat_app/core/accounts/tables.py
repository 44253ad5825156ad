"""Users, their sessions and pictures, what proves who they are; whom they know, and whom they want no word from."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, String, event
from sqlmodel import Field, SQLModel

from chat_app.core.accounts.rules import sought
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.columns import id_column, reference, time_column


class User(SQLModel, table=True):
    """A person with an account."""

    __tablename__ = "users"

    id: UUID = id_column()
    email: str = Field(unique=True, description="lower case")
    email_verified_at: datetime | None = time_column(nullable=True)
    username: str = Field(unique=True, description="lower case")
    name: str
    password_hash: str | None = None
    color: str
    locale: str = "en"
    theme: str = "system"
    receipts: bool = Field(
        default=True, sa_column_kwargs={"server_default": "true"}, description="others see how far this person has read"
    )
    is_admin: bool = False
    avatar: int | None = Field(default=None, description="version of the picture")
    created_at: datetime = time_column()
    sought: str = Field(default="", description="what a search for people looks at; kept by the mapper")
    shows_presence: bool = Field(default=True, description="whether others see when the person is here")
    deleted_at: datetime | None = time_column(nullable=True)
    suspended_at: datetime | None = time_column(nullable=True)
    kratos_identity_id: str | None = Field(
        default=None, unique=True, description="the person's id at the service that keeps sessions, if one does"
    )

    def person(self) -> Person:
        """Return what every other person may see of this one."""
        return Person(self.id, self.username, self.name, self.color, self.avatar)


class UserSession(SQLModel, table=True):
    """One sign-in on one device. The token itself is only ever in the cookie (or with the API client).

    A client with JWTs has no use for the token: it refreshes by the one id of which ``refresh_hash`` is kept. A session
    that is kept elsewhere has the same id here as there, and expires unless its keeper says time and again that it
    lives.
    """

    __tablename__ = "sessions"

    id: UUID = id_column()
    user_id: UUID = reference("users.id", index=True)
    token_hash: bytes = Field(unique=True, description="SHA-256 of the token")
    user_agent: str = ""
    address: str = ""
    created_at: datetime = time_column()
    last_seen_at: datetime | None = time_column(nullable=True)
    expires_at: datetime = time_column()
    revoked_at: datetime | None = time_column(nullable=True)
    refresh_hash: bytes | None = None


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


class Purpose(StrEnum):
    """What a token that was mailed is good for."""

    VERIFY_EMAIL = "verify_email"
    CHANGE_EMAIL = "change_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105, no password


class MailedToken(SQLModel, table=True):
    """A token in a link that was mailed: good once, for one purpose, and only the newest of them.

    ``email`` is where it went, and so what it proves.
    """

    __tablename__ = "mailed_tokens"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    purpose: str = Field(primary_key=True)
    token_hash: bytes = Field(unique=True, description="SHA-256 of the token")
    email: str
    expires_at: datetime = time_column()


class Authenticator(SQLModel, table=True):
    """A person's app that shows codes (TOTP). It counts from ``confirmed_at`` on."""

    __tablename__ = "authenticators"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    sealed_secret: str = Field(description="encrypted with the site's key")
    last_step: int = Field(default=0, description="the half minute of the last code that was taken")
    created_at: datetime = time_column()
    confirmed_at: datetime | None = time_column(nullable=True)


class RecoveryCode(SQLModel, table=True):
    """A code for when the authenticator is lost. Using it deletes it."""

    __tablename__ = "recovery_codes"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    code_hash: bytes = Field(primary_key=True, description="SHA-256 of the code")


class ApiToken(SQLModel, table=True):
    """A personal token for programs. Revoking deletes it."""

    __tablename__ = "api_tokens"

    id: UUID = id_column()
    user_id: UUID = reference("users.id", index=True)
    name: str
    token_hash: bytes = Field(unique=True, description="SHA-256 of the token")
    scopes: list[str] = Field(sa_type=ARRAY(String))
    created_at: datetime = time_column()
    last_used_at: datetime | None = time_column(nullable=True)
    expires_at: datetime | None = time_column(nullable=True)


@event.listens_for(User, "before_insert")
@event.listens_for(User, "before_update")
def _keep_sought(_mapper: Any, _connection: Any, user: User) -> None:
    user.sought = sought(user.username, user.name)
