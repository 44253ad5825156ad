"""The views of conversations that support sees: figures, no contents."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from typing_extensions import TypedDict

from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.wire import PersonJson, Timestamp, one_of, timestamp, timestamp_or_none
from chat_app.core.rooms.help.tables import HelpRequest
from chat_app.core.rooms.kinds.help import HelpEnd, HelpState
from chat_app.core.rooms.tables import Room, RoomKind


class HelpRequestJson(TypedDict):
    """A request for help and its outcome. It has no asker if the site's policy let support join."""

    id: str
    asked_by: PersonJson | None
    reason: str
    asked_at: Timestamp
    taken_by: PersonJson | None
    taken_at: Timestamp | None
    ended_at: Timestamp | None
    ended: Annotated[str, one_of(HelpEnd)] | None
    note: str


class SessionJson(TypedDict):
    """A conversation as support sees it: its figures, and no message.

    `first_ms` and `answer_ms` are the mean times to an answer's first words and to its end, `longest_ms` the longest
    time to its end; `cost` is in millionths of a US dollar, null if it is unknown. `request` is the newest request
    for help.
    """

    id: str
    kind: Annotated[str, one_of(RoomKind)]
    name: str
    owner: PersonJson | None
    people: int
    help: Annotated[str, one_of(HelpState)]
    assisted: bool
    request: HelpRequestJson | None
    started_at: Timestamp
    active_at: Timestamp
    messages: int
    answers: int
    tokens: int
    cost: int | None
    first_ms: int | None
    answer_ms: int | None
    longest_ms: int | None


class SessionDetailsJson(SessionJson):
    """A conversation with all its requests for help, the newest first."""

    history: list[HelpRequestJson]


@dataclass(frozen=True, slots=True)
class SessionFigures:
    """The figures of a conversation."""

    people: int
    messages: int
    answers: int
    tokens: int
    cost: int | None
    first_ms: int | None
    answer_ms: int | None
    longest_ms: int | None


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request for help, with its people."""

    request: HelpRequest
    asked_by: Person | None
    taken_by: Person | None

    def as_json(self) -> HelpRequestJson:
        """Return the shape in which REST gives it."""
        it = self.request
        return {
            "id": str(it.id),
            "asked_by": self.asked_by.as_json() if self.asked_by else None,
            "reason": it.reason,
            "asked_at": timestamp(it.asked_at),
            "taken_by": self.taken_by.as_json() if self.taken_by else None,
            "taken_at": timestamp_or_none(it.taken_at),
            "ended_at": timestamp_or_none(it.ended_at),
            "ended": it.ended,
            "note": it.note,
        }


@dataclass(frozen=True, slots=True)
class SessionView:
    """A conversation, with its figures and newest request."""

    room: Room
    owner: Person | None
    figures: SessionFigures
    requests: tuple[RequestView, ...]
    """The newest first."""

    @property
    def id(self) -> UUID:
        """Return the id, which is the room's."""
        return self.room.id

    @property
    def started_at(self) -> datetime:
        """Return the time at which it began."""
        return self.room.created_at

    def as_json(self) -> SessionJson:
        """Return the shape in which REST lists it."""
        figures = self.figures
        return {
            "id": str(self.room.id),
            "kind": self.room.kind,
            "name": self.room.name,
            "owner": self.owner.as_json() if self.owner else None,
            "people": figures.people,
            "help": self.room.help_state,
            "assisted": self.room.assisted,
            "request": self.requests[0].as_json() if self.requests else None,
            "started_at": timestamp(self.room.created_at),
            "active_at": timestamp(self.room.last_activity_at),
            "messages": figures.messages,
            "answers": figures.answers,
            "tokens": figures.tokens,
            "cost": figures.cost,
            "first_ms": figures.first_ms,
            "answer_ms": figures.answer_ms,
            "longest_ms": figures.longest_ms,
        }

    def details(self) -> SessionDetailsJson:
        """Return the shape in which REST gives it alone."""
        return {**self.as_json(), "history": [each.as_json() for each in self.requests]}
