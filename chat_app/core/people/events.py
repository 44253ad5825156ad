"""What others may need to know about people's presence and blocks."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class BlocksChanged:
    """A person blocks these, and nobody else. Told to that person's own tabs only."""

    user_id: UUID
    blocked: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class PeopleApart:
    """Between these two there is a block from now on: neither sees when the other is here."""

    one: UUID
    other: UUID


class PresenceState(StrEnum):
    """How present a person is."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class PresenceView:
    """A person's presence; ``seen_at`` is when they were last here. Without a ``state`` they show none."""

    user_id: UUID
    state: str
    seen_at: datetime | None

    def as_json(self) -> dict[str, object]:
        """Return the shape in which REST and the live feed give a presence."""
        seen = self.seen_at.isoformat(timespec="seconds") if self.seen_at else None
        return {"id": str(self.user_id), "state": self.state, "seen": seen}


@dataclass(frozen=True, slots=True)
class PresencesChanged:
    """These people are present otherwise than was told before."""

    people: tuple[PresenceView, ...]
