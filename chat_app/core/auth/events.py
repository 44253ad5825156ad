"""Events of sessions."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SessionsRevoked:
    """These sessions ended: every tab that uses one must sign out at once."""

    session_ids: tuple[UUID, ...]
