"""What others may need to know about sessions."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SessionsRevoked:
    """These sessions ended: every tab that used one must let go at once."""

    session_ids: tuple[UUID, ...]
