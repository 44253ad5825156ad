"""Events of sessions."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SessionsRevoked:
    """These sessions ended: every tab that uses one must sign out at once."""

    session_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class PasswordForgotten:
    """Somebody wants a link for a new password at this address, which may be nobody's."""

    email: str
