"""What changed about invitations. Published after the commit."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chat_app.core.kernel.actor import Person


@dataclass(frozen=True, slots=True)
class Invited:
    """A person asked into a room, as they and those see it who may invite."""

    id: UUID
    room_id: UUID
    room_name: str
    description: str
    role: str
    person: Person
    inviter: Person | None
    at: datetime

    def as_json(self) -> dict[str, object]:
        """Return the shape in which REST and the live feed give an invitation."""
        return {
            "id": str(self.id),
            "room": {"id": str(self.room_id), "name": self.room_name, "description": self.description},
            "role": self.role,
            "person": self.person.as_json(),
            "inviter": self.inviter.as_json() if self.inviter else None,
            "at": self.at.isoformat(timespec="milliseconds"),
        }


@dataclass(frozen=True, slots=True)
class InvitationsSent:
    """People were asked into a room; by mail where ``invitations`` is empty. The ``untold`` are not shown theirs."""

    room_id: UUID
    invitations: tuple[Invited, ...]
    untold: frozenset[UUID] = frozenset()
