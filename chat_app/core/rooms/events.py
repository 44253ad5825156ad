"""What changed about a room. Published after the commit."""

from dataclasses import dataclass
from uuid import UUID

from chat_app.core.kernel.actor import Person


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room as all its members see it."""

    id: UUID
    rev: int
    name: str
    description: str
    ai_model: str | None
    ai_rule: str
    archived: bool

    def as_json(self) -> dict[str, object]:
        """The shape in which REST and the live feed give a room."""
        return {
            "id": str(self.id),
            "name": self.name,
            "description": self.description,
            "ai_model": self.ai_model,
            "ai_rule": self.ai_rule,
            "archived": self.archived,
        }


@dataclass(frozen=True, slots=True)
class RoomChanged:
    """The room's name, description, AI settings or archive state changed."""

    room: RoomView


@dataclass(frozen=True, slots=True)
class RoomDeleted:
    """The room is gone for everybody."""

    room_id: UUID


@dataclass(frozen=True, slots=True)
class MemberJoined:
    """A person came in."""

    room_id: UUID
    rev: int
    person: Person
    role: str


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """A person left, or was removed: their feed of this room ends."""

    room_id: UUID
    rev: int
    user_id: UUID


@dataclass(frozen=True, slots=True)
class RoomRead:
    """A person has read up to ``seq``. Told to that person's own tabs only."""

    room_id: UUID
    user_id: UUID
    seq: int
