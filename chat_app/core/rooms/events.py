"""What changed about a room. Published after the commit."""

from collections.abc import Mapping
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
    ai_rights: Mapping[str, str]
    """The least role for each right that a room decides about."""
    slow_seconds: int
    join_approval: bool
    kind: str = "room"
    closed: bool = False

    def as_json(self) -> dict[str, object]:
        """Return the shape in which REST and the live feed give a room."""
        return {
            "id": str(self.id),
            "name": self.name,
            "description": self.description,
            "ai_model": self.ai_model,
            "ai_rule": self.ai_rule,
            "archived": self.archived,
            "ai_rights": dict(self.ai_rights),
            "slow_seconds": self.slow_seconds,
            "join_approval": self.join_approval,
            "kind": self.kind,
            "closed": self.closed,
        }


@dataclass(frozen=True, slots=True)
class RoomChanged:
    """The room's name, description, settings or archive state changed, and with them perhaps what one may do there."""

    room: RoomView
    can: Mapping[str, tuple[str, ...]]
    """By role, the permissions."""


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
class RoleChanged:
    """A member has another role, and may now do other things; they see who is ``waiting`` if they may let people in."""

    room_id: UUID
    rev: int
    person: Person
    role: str
    permissions: tuple[str, ...]
    waiting: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """A person left, or was ``removed``: their feed of this room ends."""

    room_id: UUID
    rev: int
    user_id: UUID
    removed: bool = False


@dataclass(frozen=True, slots=True)
class JoinRequestsChanged:
    """Others wait at the door than before. Told to those who may let them in."""

    room_id: UUID
    keepers: tuple[UUID, ...]
    waiting: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A person who waited at the door is not let in. Told to them alone."""

    room_id: UUID
    room_name: str
    user_id: UUID


@dataclass(frozen=True, slots=True)
class RoomRead:
    """A person has read up to ``seq``. Told to that person's own tabs only."""

    room_id: UUID
    user_id: UUID
    seq: int


@dataclass(frozen=True, slots=True)
class InvitationEnded:
    """An invitation was accepted, declined or cancelled."""

    id: UUID
    room_id: UUID
    user_id: UUID
