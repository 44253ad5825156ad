"""Events of sessions."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SessionsRevoked:
    """These sessions ended: every tab that uses one must sign out at once."""

    session_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class PasswordForgotten:
    """A password reset was requested for this address, which may belong to no account."""

    email: str
