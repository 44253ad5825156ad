"""Events of invitations."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from typing_extensions import TypedDict

from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.wire import PersonJson, Timestamp, timestamp
from chat_app.core.rooms.wire import RoleName, RoomBriefJson


class InvitationJson(TypedDict):
    """A person who is invited to a room."""

    id: str
    room: RoomBriefJson
    role: RoleName
    person: PersonJson
    inviter: PersonJson | None
    at: Timestamp


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation, as the invited person and people who may invite see it."""

    id: UUID
    room_id: UUID
    room_name: str
    description: str
    role: str
    person: Person
    inviter: Person | None
    at: datetime

    def as_json(self) -> InvitationJson:
        """Return the shape in which REST and the live feed give an invitation."""
        return {
            "id": str(self.id),
            "room": {"id": str(self.room_id), "name": self.room_name, "description": self.description},
            "role": self.role,
            "person": self.person.as_json(),
            "inviter": self.inviter.as_json() if self.inviter else None,
            "at": timestamp(self.at),
        }


@dataclass(frozen=True, slots=True)
class InvitationsSent:
    """People were invited to a room; by mail where ``invitations`` is empty. The ``unnotified`` do not see theirs."""

    room_id: UUID
    invitations: tuple[Invited, ...]
    unnotified: frozenset[UUID] = frozenset()
