"""Events of presence and blocks."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from typing_extensions import TypedDict

from chat_app.core.kernel.wire import Timestamp, one_of


@dataclass(frozen=True, slots=True)
class BlocksChanged:
    """The list of people whom a person blocks has changed. Published to that person's tabs only."""

    user_id: UUID
    blocked: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class PeopleApart:
    """A block separated two people: neither sees the other's presence."""

    one: UUID
    other: UUID


class PresenceState(StrEnum):
    """A state of presence."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


class PresenceJson(TypedDict):
    """A person's state of presence, and when they were last here. An empty `state` is hidden from everybody."""

    id: str
    state: Annotated[str, one_of(PresenceState)]
    seen: Timestamp | None


@dataclass(frozen=True, slots=True)
class PresenceView:
    """A person's presence; ``seen_at`` is when they were last here. Without a ``state`` it is hidden."""

    user_id: UUID
    state: str
    seen_at: datetime | None

    def as_json(self) -> PresenceJson:
        """Return the shape in which REST and the live feed give a presence."""
        seen = self.seen_at.isoformat(timespec="seconds") if self.seen_at else None
        return {"id": str(self.user_id), "state": self.state, "seen": seen}


@dataclass(frozen=True, slots=True)
class PresencesChanged:
    """The presence of these people has changed since it was last published."""

    people: tuple[PresenceView, ...]
