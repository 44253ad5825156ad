"""The admins' views of reports, and their shapes in REST."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from typing_extensions import TypedDict

from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.wire import PersonJson, Timestamp, one_of, timestamp
from chat_app.core.safety.tables import Reason, Resolution


class ReportJson(TypedDict):
    """A report as admins see it; `text` is the message's text when it was reported.

    `room` and `message` are its place, for an admin who is a member there.
    """

    id: str
    at: Timestamp
    reporter: PersonJson | None
    person: PersonJson | None
    suspended: bool
    reason: Annotated[str, one_of(Reason)]
    note: str
    text: str
    is_message: bool
    can_delete: bool
    room_name: str
    room: str | None
    message: str | None
    resolution: Annotated[str, one_of(Resolution)] | None
    resolved_by: PersonJson | None


class SuspendedJson(TypedDict):
    """A suspended person, the time, and the admin who did it."""

    person: PersonJson
    at: Timestamp
    actor: PersonJson | None


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report as admins see it. An admin who is not a member of its room sees only the room's name."""

    id: UUID
    at: datetime
    reporter: Person | None
    person: Person | None
    suspended: bool
    reason: str
    note: str
    text: str
    is_message: bool
    can_delete: bool
    room_name: str
    room: UUID | None
    message: UUID | None
    resolution: str | None
    resolved_by: Person | None

    def as_json(self) -> ReportJson:
        """Return the shape in REST."""
        return {
            "id": str(self.id),
            "at": timestamp(self.at),
            "reporter": self.reporter.as_json() if self.reporter else None,
            "person": self.person.as_json() if self.person else None,
            "suspended": self.suspended,
            "reason": self.reason,
            "note": self.note,
            "text": self.text,
            "is_message": self.is_message,
            "can_delete": self.can_delete,
            "room_name": self.room_name,
            "room": str(self.room) if self.room else None,
            "message": str(self.message) if self.message else None,
            "resolution": self.resolution,
            "resolved_by": self.resolved_by.as_json() if self.resolved_by else None,
        }


@dataclass(frozen=True, slots=True)
class SuspendedView:
    """A suspended person, the time, and the admin who did it."""

    person: Person
    at: datetime
    actor: Person | None

    def as_json(self) -> SuspendedJson:
        """Return the shape in REST."""
        return {
            "person": self.person.as_json(),
            "at": timestamp(self.at),
            "actor": self.actor.as_json() if self.actor else None,
        }
