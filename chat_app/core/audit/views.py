"""The view of an entry of the log, and its shape in REST."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from typing_extensions import TypedDict

from chat_app.core.audit.tables import Action
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.wire import PersonJson, Timestamp, one_of, timestamp


class AuditEntryJson(TypedDict):
    """An action of the staff, with the affected `person`, if there is one; `suspended` says whether that person is
    suspended now. `details` are short values about the change; without an actor, their `source` names the directory.

    `room_name` and `group_name` are the present names: null for what is deleted, empty if the staff see none.
    """

    id: str
    at: Timestamp
    actor: PersonJson | None
    action: Annotated[str, one_of(Action)]
    person: PersonJson | None
    suspended: bool
    room: str | None
    message: str | None
    report: str | None
    details: dict[str, Any]
    room_name: str | None
    group: str | None
    group_name: str | None


@dataclass(frozen=True, slots=True)
class AuditView:
    """An action of the staff; ``suspended`` says whether the person is suspended now."""

    id: UUID
    at: datetime
    actor: Person | None
    action: str
    person: Person | None
    suspended: bool
    room: UUID | None
    room_kind: str | None
    """``None`` for a room that is deleted."""
    room_name: str
    group: UUID | None
    group_name: str | None
    """``None`` for a group that is deleted."""
    message: UUID | None
    report: UUID | None
    details: Mapping[str, Any]

    def as_json(self) -> AuditEntryJson:
        """Return the shape in REST."""
        return {
            "id": str(self.id),
            "at": timestamp(self.at),
            "actor": self.actor.as_json() if self.actor else None,
            "action": self.action,
            "person": self.person.as_json() if self.person else None,
            "suspended": self.suspended,
            "room": str(self.room) if self.room else None,
            "message": str(self.message) if self.message else None,
            "report": str(self.report) if self.report else None,
            "details": dict(self.details),
            "room_name": self.room_name if self.room_kind else None,
            "group": str(self.group) if self.group else None,
            "group_name": self.group_name,
        }
