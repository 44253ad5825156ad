"""Passkeys, and the challenges that they answer."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import id_column, reference, time_column


class Passkey(SQLModel, table=True):
    """A person's passkey (a WebAuthn credential). Its private key never leaves their device."""

    __tablename__ = "passkeys"

    id: UUID = id_column()
    user_id: UUID = reference("users.id", index=True)
    name: str
    credential_id: bytes = Field(unique=True)
    public_key: bytes
    sign_count: int = Field(default=0, sa_type=BigInteger, description="of the last use; 0 where none is counted")
    created_at: datetime = time_column()
    last_used_at: datetime | None = time_column(nullable=True)


class Ceremony(StrEnum):
    """The purpose of a challenge."""

    ADD = "add"
    USE = "use"
    CODE = "code"
    """Not a challenge, but a code issued for a passkey."""


class PasskeyChallenge(SQLModel, table=True):
    """A challenge that waits for a passkey's answer. It is deleted when it is answered."""

    __tablename__ = "passkey_challenges"

    challenge_hash: bytes = Field(primary_key=True, description="SHA-256")
    ceremony: str
    user_id: UUID | None = reference("users.id", nullable=True)
    """The person who adds a passkey, or who gets a code for one; empty for a sign-in."""
    expires_at: datetime = time_column(index=True)
