"""Applications whose people sign in here, their grants, and the signing keys."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import id_column, reference, time_column


class Application(SQLModel, table=True):
    """A client of OAuth 2, whose ``client_id`` is its id. Without a secret it is public, and must use PKCE."""

    __tablename__ = "oauth_applications"

    id: UUID = id_column()
    name: str
    secret_hash: bytes | None = Field(default=None, description="SHA-256 of the secret")
    redirect_uris: list[str] = Field(sa_type=ARRAY(String))
    logout_uris: list[str] = Field(sa_type=ARRAY(String), description="where it may send people after signing out")
    scopes: list[str] = Field(sa_type=ARRAY(String), description="the most that it may ask for")
    trusted: bool = Field(description="belongs to the site: nobody is asked for consent")
    signing_alg: str = Field(description="the algorithm of its ID tokens: RS256 or ES256")
    created_at: datetime = time_column()
    disabled_at: datetime | None = time_column(nullable=True)


class AuthorizationRequest(SQLModel, table=True):
    """An application's request that waits until its person has signed in and answered."""

    __tablename__ = "oauth_requests"

    token_hash: bytes = Field(primary_key=True, description="SHA-256 of the token in the browser's address")
    params: dict[str, str] = Field(sa_type=JSONB, description="the parameters as they came")
    created_at: datetime = time_column()
    expires_at: datetime = time_column(index=True)


class Grant(SQLModel, table=True):
    """The access of an application to a person in one of their sessions: first a code, for it a family of tokens.

    It ends with the session, with the application, or when a code or a refresh token is used twice.
    """

    __tablename__ = "oauth_grants"

    id: UUID = id_column()
    application_id: UUID = reference("oauth_applications.id", index=True)
    user_id: UUID = reference("users.id", index=True)
    session_id: UUID = reference("sessions.id", index=True)
    scopes: list[str] = Field(sa_type=ARRAY(String))
    code_hash: bytes = Field(unique=True, description="SHA-256 of the code")
    redirect_uri: str
    code_challenge: str | None = None
    nonce: str | None = None
    created_at: datetime = time_column()
    code_expires_at: datetime = time_column()
    code_used_at: datetime | None = time_column(nullable=True)
    revoked_at: datetime | None = time_column(nullable=True)


class IssuedToken(SQLModel, table=True):
    """An access token, or a refresh token, which is used once."""

    __tablename__ = "oauth_tokens"

    token_hash: bytes = Field(primary_key=True, description="SHA-256 of the token")
    grant_id: UUID = reference("oauth_grants.id", index=True)
    kind: str = Field(description="access_token or refresh_token")
    scopes: list[str] = Field(sa_type=ARRAY(String))
    created_at: datetime = time_column()
    expires_at: datetime = time_column(index=True)
    used_at: datetime | None = time_column(nullable=True)


class Consent(SQLModel, table=True):
    """A person's consent to the scopes of an application, until they revoke it."""

    __tablename__ = "oauth_consents"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    client: str = Field(primary_key=True, description="an application's id, or hydra: and the client's id there")
    name: str = Field(description="the application's name when it was granted")
    scopes: list[str] = Field(sa_type=ARRAY(String))
    granted_at: datetime = time_column()


class SigningKey(SQLModel, table=True):
    """A key that signs ID tokens; the newest of each algorithm does, and retired ones are published for a while."""

    __tablename__ = "oauth_signing_keys"

    id: UUID = id_column()
    alg: str
    sealed_key: str = Field(description="the private JWK, encrypted with the site's key")
    public_key: dict[str, Any] = Field(sa_type=JSONB, description="the public JWK, with its kid")
    created_at: datetime = time_column()
    retired_at: datetime | None = time_column(nullable=True)
