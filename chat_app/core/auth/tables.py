"""Sessions, and what proves who a person is."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, String
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.columns import id_column, reference, time_column


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
