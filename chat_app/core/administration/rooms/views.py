"""The staff's view of a room, and its shapes in REST."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from typing_extensions import TypedDict

from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.wire import PersonJson, Timestamp, one_of, timestamp, timestamp_or_none
from chat_app.core.rooms.kinds.payer import Payer
from chat_app.core.rooms.staff_names import shown_name, typed_name
from chat_app.core.rooms.tables import AiRule, Room, RoomKind


class SiteRoomOut(TypedDict):
    """A room as the staff see it, without messages.

    `name` is empty if it was made from messages, or belongs to a private chat. `owner_gone` says that the room has no
    owner who can act: it has none, or the owner is suspended. `messages` counts the lines about the room too; `files`
    are bytes, `reports` the open ones, `links` the invite links that work.
    """

    id: str
    kind: Annotated[str, one_of(RoomKind)]
    name: str
    owner: PersonJson | None
    owner_gone: bool
    members: int
    messages: int
    files: int
    tokens: int
    reports: int
    links: int
    assisted: bool
    archived_at: Timestamp | None
    created_at: Timestamp
    last_activity_at: Timestamp


class SiteRoomDetailsOut(SiteRoomOut):
    """A room, its settings, and what was used: `cost` is in millionths of a US dollar, of what has a known price.

    `heirs` are the members who may be made its owner, empty while an owner is there; `confirm` is what is typed to
    delete it.
    """

    ai_rule: Annotated[str, one_of(AiRule)]
    ai_model: str | None
    payer: Annotated[str, one_of(Payer)]
    slow_seconds: int
    join_approval: bool
    answers: int
    cost: int
    file_count: int
    heirs: list[PersonJson]
    confirm: str


@dataclass(frozen=True, slots=True)
class RoomFigures:
    """The numbers of a room."""

    members: int = 0
    files: int = 0
    file_count: int = 0
    answers: int = 0
    tokens: int = 0
    cost: int = 0
    reports: int = 0
    links: int = 0


@dataclass(frozen=True, slots=True)
class SiteRoom:
    """A room as the staff see it, with its owner, who may be away."""

    room: Room
    owner: Person | None
    owner_gone: bool
    figures: RoomFigures
    heirs: Sequence[Person] = ()

    @property
    def id(self) -> UUID:
        """Return the room's id."""
        return self.room.id

    @property
    def archived_at(self) -> datetime | None:
        """Return the time at which it was archived."""
        return self.room.archived_at

    def as_json(self) -> SiteRoomOut:
        """Return the shape in which REST lists it."""
        room, figures = self.room, self.figures
        return {
            "id": str(room.id),
            "kind": room.kind,
            "name": shown_name(room),
            "owner": self.owner.as_json() if self.owner else None,
            "owner_gone": self.owner_gone,
            "members": figures.members,
            "messages": room.last_seq,
            "files": figures.files,
            "tokens": figures.tokens,
            "reports": figures.reports,
            "links": figures.links,
            "assisted": room.assisted,
            "archived_at": timestamp_or_none(room.archived_at),
            "created_at": timestamp(room.created_at),
            "last_activity_at": timestamp(room.last_activity_at),
        }

    def details(self) -> SiteRoomDetailsOut:
        """Return the shape in which REST gives it alone."""
        room, figures = self.room, self.figures
        return {
            **self.as_json(),
            "ai_rule": room.ai_rule,
            "ai_model": room.ai_model,
            "payer": room.payer,
            "slow_seconds": room.slow_seconds,
            "join_approval": room.join_approval,
            "answers": figures.answers,
            "cost": figures.cost,
            "file_count": figures.file_count,
            "heirs": [each.as_json() for each in self.heirs],
            "confirm": typed_name(room),
        }
