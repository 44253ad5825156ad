"""Sessions, tokens and second factors."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, String
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import id_column, reference, time_column


class UserSession(SQLModel, table=True):
    """A session on one device.

    Only the cookie or the API client has the token itself. A client with JWTs does not use the token: it refreshes by
    the id whose hash is ``refresh_hash``. A session at another service has the same id there, and expires unless that
    service confirms it again.
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


class Purpose(StrEnum):
    """The purpose of a mailed token."""

    VERIFY_EMAIL = "verify_email"
    CHANGE_EMAIL = "change_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105, no password


class MailedToken(SQLModel, table=True):
    """A token in a mailed link: valid once, for one purpose, and only while it is the newest.

    ``email`` is the address that received it, which it therefore verifies.
    """

    __tablename__ = "mailed_tokens"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    purpose: str = Field(primary_key=True)
    token_hash: bytes = Field(unique=True, description="SHA-256 of the token")
    email: str
    expires_at: datetime = time_column()


class Authenticator(SQLModel, table=True):
    """A person's authenticator app (TOTP). It is in use from ``confirmed_at`` on."""

    __tablename__ = "authenticators"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    sealed_secret: str = Field(description="encrypted with the site's key")
    last_step: int = Field(default=0, description="the half minute of the last code that was taken")
    created_at: datetime = time_column()
    confirmed_at: datetime | None = time_column(nullable=True)


class RecoveryCode(SQLModel, table=True):
    """A recovery code for a lost authenticator. It is deleted when used."""

    __tablename__ = "recovery_codes"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    code_hash: bytes = Field(primary_key=True, description="SHA-256 of the code")


class ApiToken(SQLModel, table=True):
    """A personal token for programs. It is deleted when revoked."""

    __tablename__ = "api_tokens"

    id: UUID = id_column()
    user_id: UUID = reference("users.id", index=True)
    name: str
    token_hash: bytes = Field(unique=True, description="SHA-256 of the token")
    scopes: list[str] = Field(sa_type=ARRAY(String))
    created_at: datetime = time_column()
    last_used_at: datetime | None = time_column(nullable=True)
    expires_at: datetime | None = time_column(nullable=True)
