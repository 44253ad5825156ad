"""The shapes that only the live feed and REST know, not the features below."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, NotRequired

from typing_extensions import TypedDict

from chat_app.core.access.permissions import AI_RIGHTS
from chat_app.core.kernel.wire import PersonJson, Timestamp, one_of
from chat_app.core.rooms.kinds.help import HelpState
from chat_app.core.rooms.kinds.payer import Payer
from chat_app.core.rooms.tables import AiRule, NewcomersSee, RoomKind
from chat_app.core.rooms.wire import AiParametersJson, AiRightsJson, RoleName, RoomAssistantJson


class MyselfJson(PersonJson):
    """The person who asks, with their language and theme."""

    locale: str
    theme: str


class GroupSizeJson(TypedDict):
    """A group, and how many `people` are in it."""

    id: str
    name: str
    people: int


class ListedRoomJson(TypedDict):
    """A room in the person's list, with the places of unread `mentions` and of `deleted` unread messages.

    If there are many deleted ones, it has the places of the newest, and the number of the others, `older_deleted`. A
    `small` room shows its members' presence; `got` is the `seq` of the last message that the person has received. An
    unnamed group chat has the `names` of some of its people. Usual values are left out: the browser's `UNSAID` has
    them.
    """

    id: str
    name: str
    rev: int
    role: RoleName
    seq: int
    read: int
    at: Timestamp
    description: NotRequired[str]
    ai_model: NotRequired[str | None]
    ai_fallback_model: NotRequired[str | None]
    ai_assistant: NotRequired[RoomAssistantJson | None]
    ai_parameters: NotRequired[AiParametersJson]
    ai_tools: NotRequired[list[str]]
    ai_rule: NotRequired[Annotated[str, one_of(AiRule)]]
    archived: NotRequired[bool]
    ai_rights: NotRequired[AiRightsJson]
    ai_context_cutoff_at: NotRequired[Timestamp | None]
    ai_summary_seq: NotRequired[int | None]
    slow_seconds: NotRequired[int]
    keeps_days: NotRequired[int]
    join_approval: NotRequired[bool]
    newcomers_see: NotRequired[Annotated[str, one_of(NewcomersSee)]]
    sees_after: NotRequired[int]
    kind: NotRequired[Annotated[str, one_of(RoomKind)]]
    closed: NotRequired[bool]
    parent: NotRequired[str | None]
    help: NotRequired[Annotated[str, one_of(HelpState)]]
    help_by: NotRequired[str | None]
    assisted: NotRequired[bool]
    payer: NotRequired[Annotated[str, one_of(Payer)]]
    peer: NotRequired[PersonJson | None]
    mentions: NotRequired[list[int]]
    deleted: NotRequired[list[int]]
    older_deleted: NotRequired[int]
    small: NotRequired[bool]
    got: NotRequired[int]
    favorite: NotRequired[bool]
    names: NotRequired[list[str]]


UNSAID: Final[Mapping[str, Any]] = {
    "description": "",
    "ai_model": None,
    "ai_fallback_model": None,
    "ai_assistant": None,
    "ai_parameters": {},
    "ai_tools": [],
    "ai_rule": AiRule.MENTIONED.value,
    "archived": False,
    "ai_rights": {right.value: role.value for right, role in AI_RIGHTS.items()},
    "ai_context_cutoff_at": None,
    "ai_summary_seq": None,
    "slow_seconds": 0,
    "keeps_days": 0,
    "join_approval": False,
    "newcomers_see": NewcomersSee.EVERYTHING.value,
    "sees_after": 0,
    "kind": RoomKind.ROOM.value,
    "closed": False,
    "parent": None,
    "help": HelpState.NONE.value,
    "help_by": None,
    "assisted": False,
    "payer": Payer.OWNER.value,
    "peer": None,
    "mentions": [],
    "deleted": [],
    "older_deleted": 0,
    "small": False,
    "got": 0,
    "favorite": False,
    "names": [],
}
"""The usual values, which a room in the list leaves out."""


class TyperJson(TypedDict):
    """A person who is typing."""

    id: str
    name: str
