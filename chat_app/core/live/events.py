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
    """A person's profile has changed; published in their rooms."""

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
    """A person has stopped sharing how far they have read; published in their rooms."""

    user_id: UUID
    room_ids: tuple[UUID, ...]
