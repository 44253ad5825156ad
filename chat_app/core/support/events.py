"""Events of support, published after the commit."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class HelpAsked:
    """Somebody has asked for help."""

    request_id: UUID
    room_id: UUID
