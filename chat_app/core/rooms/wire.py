"""The wire shapes of rooms and members."""

from typing import Annotated, NotRequired

from typing_extensions import TypedDict

from chat_app.core.access.permissions import Permission, Role
from chat_app.core.kernel.wire import PersonJson, Timestamp, one_of
from chat_app.core.people.events import PresenceJson
from chat_app.core.rooms.kinds.help import HelpState
from chat_app.core.rooms.kinds.lines import LineKind
from chat_app.core.rooms.kinds.payer import Payer
from chat_app.core.rooms.tables import AiRule, Effort, NewcomersSee, RoomKind

RoleName = Annotated[str, one_of(Role)]
PermissionName = Annotated[str, one_of(Permission)]


class AiRightsJson(TypedDict):
    """The lowest role that has each right that a room decides about."""

    ask_ai: RoleName
    choose_model: RoleName
    regenerate_any_answer: RoleName
    manage_ai: RoleName
    approve_tools: RoleName


class AiParametersJson(TypedDict):
    """The parameters of a room's answers; an absent one has the model's default.

    Only parameters that a model supports are sent to it. `max_tokens` is the maximum length of an answer.
    """

    temperature: NotRequired[float]
    max_tokens: NotRequired[int]
    reasoning_effort: NotRequired[Annotated[str, one_of(Effort)]]


class RoomNameJson(TypedDict):
    """A room's name."""

    id: str
    name: str


class RoomBriefJson(RoomNameJson):
    """A room as people see it before they join."""

    description: str


class RoomAssistantJson(TypedDict):
    """The assistant that answers in a room if a message names no other."""

    id: str
    name: str


class RoomJson(RoomBriefJson):
    """A room as all its members see it. A direct chat has no name; a block may have `closed` it.

    It answers as `ai_assistant`, if one is chosen. If the room's model cannot answer, `ai_fallback_model` does.
    `ai_tools` are the ids of the tools that models may call here. Models see no message from before
    `ai_context_cutoff_at`; a summary for them covers the messages up to the `seq` `ai_summary_seq`. An aside belongs to
    its `parent`. New members see `everything`, or the messages `from_here`: from the time of that choice. Support's
    `help` was requested by `help_by`; or the supporter `help_by` has taken the room over, and the AI is silent: the
    room stays `assisted` afterwards. `payer` pays for the use of models. Messages are deleted after `keeps_days`, if
    that is not 0.
    """

    ai_model: str | None
    ai_fallback_model: str | None
    ai_assistant: RoomAssistantJson | None
    ai_parameters: AiParametersJson
    ai_tools: list[str]
    ai_rule: Annotated[str, one_of(AiRule)]
    archived: bool
    ai_rights: AiRightsJson
    ai_context_cutoff_at: Timestamp | None
    ai_summary_seq: int | None
    slow_seconds: int
    keeps_days: int
    join_approval: bool
    newcomers_see: Annotated[str, one_of(NewcomersSee)]
    kind: Annotated[str, one_of(RoomKind)]
    closed: bool
    parent: str | None
    help: Annotated[str, one_of(HelpState)]
    help_by: str | None
    assisted: bool
    payer: Annotated[str, one_of(Payer)]


class MyRoomJson(RoomJson):
    """A room, with the person's role and read state.

    A direct chat has the `peer`, the other person, in place of a name. `seq` is the number of the last message, `read`
    that of the last one that the person has read, `at` the time of the last message. Messages up to `sees_after` do not
    exist for the person; it is 0 if they see everything.
    """

    rev: int
    peer: PersonJson | None
    role: RoleName
    seq: int
    read: int
    sees_after: int
    at: Timestamp


class MemberJson(PersonJson):
    """A member of a room."""

    role: RoleName


class LineJson(TypedDict):
    """The content of a line about the room.

    Its author has `joined`, `left` or `renamed` the room to `name`; or has `removed` a person of `people`, given them
    the `role`, or made them the `owner`; or has asked for help or withdrawn that, joined as support or handed back, or
    asked the AI while it is silent.
    """

    kind: Annotated[str, one_of(LineKind)]
    people: NotRequired[list[PersonJson]]
    name: NotRequired[str]
    role: NotRequired[RoleName]


class ProfileJson(PersonJson):
    """A person as the caller sees them: `rooms` are shared ones. `presence` may be hidden."""

    since: Timestamp
    contact: bool
    blocked: bool
    rooms: list[RoomNameJson]
    presence: PresenceJson | None
