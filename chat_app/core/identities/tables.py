"""Accounts elsewhere, and the steps of signing in by them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel, UniqueConstraint

from chat_app.core.kernel.database.columns import id_column, reference, time_column


class Identity(SQLModel, table=True):
    """A person's account elsewhere, by which they sign in. It is identified by its issuer."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("user_id", "issuer"))

    id: UUID = id_column()
    user_id: UUID = reference("users.id")
    issuer: str = Field(description="URL of who vouches")
    subject: str = Field(description="the account's id there")
    label: str = Field(default="", description="what the person knows it by: its email or name")
    created_at: datetime = time_column()


class SignInAttempt(SQLModel, table=True):
    """A sign-in that is under way at a provider. It completes once, with the state and in the browser that began it."""

    __tablename__ = "sign_in_attempts"

    state_hash: bytes = Field(primary_key=True, description="SHA-256")
    browser_hash: bytes = Field(description="SHA-256 of a cookie")
    provider: str
    nonce: str
    code_verifier: str = Field(description="sealed by the site's key of its time; over before that is removed")
    path: str = Field(description="where to go afterwards")
    user_id: UUID | None = reference("users.id", nullable=True)
    """The user who links the account; empty for a sign-in."""
    expires_at: datetime = time_column(index=True)


class AccountClaim(SQLModel, table=True):
    """A newcomer's account elsewhere, while they choose a username."""

    __tablename__ = "account_claims"

    token_hash: bytes = Field(primary_key=True, description="SHA-256 of a cookie")
    provider: str
    profile: dict[str, Any] = Field(sa_type=JSONB)
    path: str
    expires_at: datetime = time_column(index=True)


class ProviderSession(SQLModel, table=True):
    """The session at a provider by which one here began, so that both end together."""

    __tablename__ = "provider_sessions"
    __table_args__ = (Index("ix_provider_sessions_subject", "provider", "subject"),)

    session_id: UUID = Field(primary_key=True, foreign_key="sessions.id", ondelete="CASCADE")
    provider: str
    subject: str = Field(description="the person's id there")
    session_index: str = Field(default="", description="the session's id there")
    details: dict[str, str] = Field(sa_type=JSONB, description="what else the provider recognises it by")


class KeptAssertion(SQLModel, table=True):
    """A provider's signed assertion that has been verified. It is kept until it has expired, so that it works once."""

    __tablename__ = "kept_assertions"

    assertion_hash: bytes = Field(primary_key=True, description="SHA-256 of the issuer and the assertion's id")
    token_hash: bytes = Field(unique=True, description="SHA-256 of the secret by which the browser asks for it")
    provider: str
    in_response_to: str = Field(default="", description="the request that it answers; empty where nobody asked")
    profile: dict[str, Any] = Field(sa_type=JSONB)
    kept_at: datetime = time_column()
    taken_at: datetime | None = time_column(nullable=True)
    expires_at: datetime = time_column(index=True)
