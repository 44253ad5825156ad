"""Events that are published live and never stored."""

from dataclasses import dataclass
from uuid import UUID

from chat_app.core.kernel.actor import Person
from chat_app.core.people.events import PresenceView


@dataclass(frozen=True, slots=True)
class Typing:
    """A person is writing in a room."""

    room_id: UUID
    person: Person


@dataclass(frozen=True, slots=True)
class PersonShown:
    """A person appears otherwise in the rooms where they are."""

    person: Person
    room_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class PresencesShown:
    """People are present otherwise: for a room (``to``), or where ``to_person`` for one person."""

    people: tuple[PresenceView, ...]
    to: UUID
    to_person: bool


@dataclass(frozen=True, slots=True)
class ReceiptsHidden:
    """A person lets others know no more how far they have read, in the rooms where they are."""

    user_id: UUID
    room_ids: tuple[UUID, ...]
