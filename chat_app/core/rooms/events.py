"""Events of rooms. Published after the commit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.wire import timestamp_or_none
from chat_app.core.rooms.kinds.lines import LineKind
from chat_app.core.rooms.kinds.payer import Payer
from chat_app.core.rooms.tables import NewcomersSee
from chat_app.core.rooms.wire import AiParametersJson, AiRightsJson, RoomAssistantJson, RoomJson


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
    """The lowest role for each right that a room decides about."""
    slow_seconds: int
    join_approval: bool
    kind: str = "room"
    closed: bool = False
    ai_context_cutoff_at: datetime | None = None
    parent_id: UUID | None = None
    ai_fallback_model: str | None = None
    ai_parameters: Mapping[str, Any] = field(default_factory=dict)
    ai_tools: tuple[str, ...] = ()
    ai_summary_seq: int | None = None
    ai_assistant: tuple[UUID, str] | None = None
    """The id and name of the assistant that answers here."""
    newcomers_see: str = NewcomersSee.EVERYTHING
    help_state: str = "none"
    help_by_id: UUID | None = None
    assisted: bool = False
    payer: str = Payer.OWNER
    keeps_days: int = 0

    def as_json(self) -> RoomJson:
        """Return the shape in which REST and the live feed give a room."""
        return {
            "id": str(self.id),
            "name": self.name,
            "description": self.description,
            "ai_model": self.ai_model,
            "ai_fallback_model": self.ai_fallback_model,
            "ai_assistant": _assistant_json(*self.ai_assistant) if self.ai_assistant else None,
            "ai_parameters": cast(AiParametersJson, dict(self.ai_parameters)),
            "ai_tools": list(self.ai_tools),
            "ai_rule": self.ai_rule,
            "archived": self.archived,
            "ai_rights": cast(AiRightsJson, dict(self.ai_rights)),
            "ai_context_cutoff_at": timestamp_or_none(self.ai_context_cutoff_at),
            "ai_summary_seq": self.ai_summary_seq,
            "slow_seconds": self.slow_seconds,
            "join_approval": self.join_approval,
            "newcomers_see": str(self.newcomers_see),
            "kind": self.kind,
            "closed": self.closed,
            "parent": str(self.parent_id) if self.parent_id else None,
            "help": self.help_state,
            "help_by": str(self.help_by_id) if self.help_by_id else None,
            "assisted": self.assisted,
            "payer": str(self.payer),
            "keeps_days": self.keeps_days,
        }


def _assistant_json(assistant_id: UUID, name: str) -> RoomAssistantJson:
    return {"id": str(assistant_id), "name": name}


@dataclass(frozen=True, slots=True)
class RoomChanged:
    """The room's name, description, settings or archive state has changed, and perhaps its members' permissions."""

    room: RoomView
    can: Mapping[str, tuple[str, ...]]
    """The permissions by role."""


@dataclass(frozen=True, slots=True)
class RoomDeleted:
    """The room was deleted for everybody."""

    room_id: UUID


@dataclass(frozen=True, slots=True)
class HelpChanged:
    """The state of support's help in a room has changed.

    Published to the ``staff`` who see it, with the number of waiting requests.
    """

    room_id: UUID
    staff: tuple[UUID, ...]
    waiting: int


@dataclass(frozen=True, slots=True)
class FavoriteMarked:
    """A person has marked a room as a favorite, or removed the mark."""

    user_id: UUID
    room_id: UUID
    on: bool


@dataclass(frozen=True, slots=True)
class MemberJoined:
    """A person joined."""

    room_id: UUID
    rev: int
    person: Person
    role: str
    sees_after: int = 0
    """The ``seq`` after which they see messages."""


@dataclass(frozen=True, slots=True)
class RoleChanged:
    """A member's role and permissions changed; ``waiting`` are the join requests, which some roles may see."""

    room_id: UUID
    rev: int
    person: Person
    role: str
    permissions: tuple[str, ...]
    waiting: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """A person left or was ``removed``: they no longer receive the room's ops."""

    room_id: UUID
    rev: int
    user_id: UUID
    removed: bool = False


@dataclass(frozen=True, slots=True)
class JoinRequestsChanged:
    """The join requests have changed. Published to the people who may approve them."""

    room_id: UUID
    keepers: tuple[UUID, ...]
    waiting: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class JoinRequestDeclined:
    """A person's join request was declined. Published to them only."""

    room_id: UUID
    room_name: str
    user_id: UUID


@dataclass(frozen=True, slots=True)
class LineWritten:
    """A line was added to the room's history: what ``by`` did, or did to ``about``."""

    id: UUID
    room_id: UUID
    seq: int
    rev: int
    at: datetime
    by: Person
    kind: LineKind
    about: tuple[Person, ...] = ()
    name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class RoomRead:
    """A person has read up to ``seq``, or no further (``unread``). Published to that person's tabs only."""

    room_id: UUID
    user_id: UUID
    seq: int
    unread: bool = False


@dataclass(frozen=True, slots=True)
class InvitationEnded:
    """An invitation was accepted, declined or cancelled."""

    id: UUID
    room_id: UUID
    user_id: UUID
