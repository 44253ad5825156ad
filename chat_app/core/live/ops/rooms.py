"""The ops about a visible room, with their keys. ``t`` is the type."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from chat_app.core.kernel.wire import PersonJson, Timestamp
from chat_app.core.live.shapes import TyperJson
from chat_app.core.messages.wire.messages import MessageJson, RatingsJson, ReceiptCountsJson
from chat_app.core.rooms.wire import MemberJson, MyRoomJson, PermissionName, RoleName, RoomJson


class MessagesOp(TypedDict):
    """Messages of a room in order of `seq`, which of them you have `starred`, and whether there are `more`.

    `rated`: your own ratings of answers among them, by message and number of the text; absent without any.
    """

    room: str
    messages: list[MessageJson]
    starred: list[str]
    rated: NotRequired[RatingsJson]
    more: bool


class RoomStateOp(MessagesOp):
    """The room as you see it, in addition to messages; `seen` says how far each person has read and received messages,
    and is null in a large room. `stars` are all your starred messages, and `ratings` all your ratings, for a tab that
    reconnects. If there are many `people`, `members` are the first: yourself, the highest roles, then by name.
    """

    rev: int
    my: MyRoomJson
    can: list[PermissionName]
    members: list[MemberJson]
    people: int
    requests: list[PersonJson]
    seen: dict[str, list[int]] | None
    stars: list[str] | None
    ratings: RatingsJson | None


class MessageOp(TypedDict):
    """`message`: add this message, or replace its older version."""

    t: Literal["message"]
    room: str
    m: MessageJson


class PassedOp(TypedDict):
    """`passed`: something has changed that does not exist for you; the room has this `rev` now."""

    t: Literal["passed"]
    room: str
    rev: int


class PersonOp(TypedDict):
    """`person`: a person appears so from now on."""

    t: Literal["person"]
    who: PersonJson


class SeenOp(TypedDict):
    """`seen`: up to which `seq` a person has `read` and received (`got`) messages."""

    t: Literal["seen"]
    room: str
    user: str
    read: int
    got: int


class UnseenOp(TypedDict):
    """`unseen`: a person has stopped sharing how far they have read."""

    t: Literal["unseen"]
    room: str
    user: str


class TypingOp(TypedDict):
    """`typing`: a person is typing."""

    t: Literal["typing"]
    room: str
    who: TyperJson


class RoomOp(TypedDict):
    """`room`: the room is now so, and each role may do this there."""

    t: Literal["room"]
    room: str
    rev: int
    r: RoomJson
    can: dict[RoleName, list[PermissionName]]


class MembersOp(TypedDict):
    """`members`: all who are in the room."""

    t: Literal["members"]
    room: str
    rev: int
    members: list[MemberJson]


class MemberOp(TypedDict):
    """`member`: a member's present state; `joined` for a new member."""

    t: Literal["member"]
    room: str
    rev: int
    m: MemberJson
    joined: NotRequired[Literal[True]]


class MemberLeftOp(TypedDict):
    """`member_left`: a person has left the room."""

    t: Literal["member_left"]
    room: str
    rev: int
    user: str


class GoneOp(TypedDict):
    """`gone`: the room was deleted."""

    t: Literal["gone"]
    room: str


class NewsOp(TypedDict):
    """`news`: a message was sent, edited or deleted in a room that is not open; or it is a `line` about the room."""

    t: Literal["news"]
    room: str
    seq: int
    at: Timestamp
    author: str | None
    deleted: NotRequired[Literal[True]]
    line: NotRequired[Literal[True]]
    mentions: NotRequired[list[str]]
    mentions_all: NotRequired[Literal[True]]


class RevOp(TypedDict):
    """`rev`: the room's revision; a tab with an older one has missed something."""

    t: Literal["rev"]
    room: str
    rev: int


class EnteredOp(RoomStateOp):
    """`entered`: the present state of a room, its newest messages, and your permissions there."""

    t: Literal["entered"]


class SyncOp(RoomStateOp):
    """`sync`: what changed in a room since you looked, and its live answers."""

    t: Literal["sync"]


class OlderOp(MessagesOp):
    """`older`: the page of messages before the place `before`."""

    t: Literal["older"]
    before: int


class NewerOp(MessagesOp):
    """`newer`: the page of messages after the place `after`."""

    t: Literal["newer"]
    after: int


class AroundOp(MessagesOp):
    """`around`: a message, and those before and after it."""

    t: Literal["around"]
    message: str


class InvitedOp(TypedDict):
    """`invited`: the pending invitations of the room have changed."""

    t: Literal["invited"]
    room: str


class PinsOp(TypedDict):
    """`pins`: the room's pinned messages, the newest pin first."""

    t: Literal["pins"]
    room: str
    pins: list[MessageJson]


class ReceiptsOp(ReceiptCountsJson):
    """`receipts`: how many have read a message."""

    t: Literal["receipts"]
    room: str
    message: str


AnyRoomOp = (
    MessageOp
    | PassedOp
    | PersonOp
    | SeenOp
    | UnseenOp
    | TypingOp
    | RoomOp
    | MembersOp
    | MemberOp
    | MemberLeftOp
    | GoneOp
    | NewsOp
    | RevOp
    | EnteredOp
    | SyncOp
    | OlderOp
    | NewerOp
    | AroundOp
    | InvitedOp
    | PinsOp
    | ReceiptsOp
)
