"""The ops for one person or one tab, with their keys. ``t`` is the type."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from chat_app.core.invitations.events import InvitationJson
from chat_app.core.invitations.inviting import InviteOutcomeJson
from chat_app.core.invitations.links import LinkJson
from chat_app.core.kernel.wire import PersonJson
from chat_app.core.live.ops.billing import BalanceOp, BudgetOp
from chat_app.core.live.ops.models import FavoriteModelsOp, ModelsOp
from chat_app.core.live.ops.site import DismissedOp, HelpOp, PolicyOp, ReportsOp, SignUpsOp, SiteOp
from chat_app.core.live.shapes import GroupSizeJson, ListedRoomJson, MyselfJson
from chat_app.core.messages.wire.messages import StarJson
from chat_app.core.people.events import PresenceJson
from chat_app.core.rooms.wire import PermissionName, RoleName


class RoleOp(TypedDict):
    """`role`: your role, your permissions, and the join requests if you may approve them."""

    t: Literal["role"]
    room: str
    rev: int
    role: RoleName
    can: list[PermissionName]
    requests: list[PersonJson]


class RequestsOp(TypedDict):
    """`requests`: these wait to be let into the room."""

    t: Literal["requests"]
    room: str
    people: list[PersonJson]


class BansOp(TypedDict):
    """`bans`: the people who are banned from the room."""

    t: Literal["bans"]
    room: str
    people: list[PersonJson]


class JoinDeclinedOp(TypedDict):
    """`join_declined`: your join request was declined."""

    t: Literal["join_declined"]
    room: str
    name: str


class KeptOp(TypedDict):
    """`kept`: the message that you sent with this `nonce` has this id; the message itself follows."""

    t: Literal["kept"]
    id: str
    nonce: str


class JoinedOp(TypedDict):
    """`joined`: you are in a room, where messages up to the `seq` `sees_after` do not exist for you."""

    t: Literal["joined"]
    room: str
    sees_after: int


class LeftOp(TypedDict):
    """`left`: you are in a room no more."""

    t: Literal["left"]
    room: str
    removed: NotRequired[Literal[True]]


class ReadOp(TypedDict):
    """`read`: you read up to here; or, as `unread`, no further, by your own wish."""

    t: Literal["read"]
    room: str
    seq: int
    unread: NotRequired[Literal[True]]


class StarOp(TypedDict):
    """`star`: you marked a message, or took the mark off."""

    t: Literal["star"]
    room: str
    message: str
    on: bool


class FavoriteOp(TypedDict):
    """`favorite`: you marked a room as a favorite, or removed the mark."""

    t: Literal["favorite"]
    room: str
    on: bool


class MeOp(TypedDict):
    """`me`: your profile, as other people see it."""

    t: Literal["me"]
    me: MyselfJson


class BlockedOp(TypedDict):
    """`blocked`: exactly the people whom you block."""

    t: Literal["blocked"]
    users: list[str]


class PresenceOp(TypedDict):
    """`presence`: these people are now so present."""

    t: Literal["presence"]
    people: list[PresenceJson]


class SignedOutOp(TypedDict):
    """`signed_out`: the session has ended."""

    t: Literal["signed_out"]


class ResyncOp(TypedDict):
    """`resync`: ops may be missing; the tab requests everything again, within two seconds."""

    t: Literal["resync"]


class RoomsOp(TypedDict):
    """`rooms`: your rooms. Without `more`, the tab drops the others."""

    t: Literal["rooms"]
    rooms: list[ListedRoomJson]
    more: bool


class ListedOp(TypedDict):
    """`listed`: these are among your rooms too."""

    t: Literal["listed"]
    rooms: list[ListedRoomJson]


class LinksOp(TypedDict):
    """`links`: the room's invite links, and the one that you have just created."""

    t: Literal["links"]
    room: str
    links: list[LinkJson]
    made: str


class InboxOp(TypedDict):
    """`inbox`: the rooms into which you are asked."""

    t: Literal["inbox"]
    invitations: list[InvitationJson]


class InvitationOp(TypedDict):
    """`invitation`: you are asked into a room."""

    t: Literal["invitation"]
    i: InvitationJson


class InvitationEndedOp(TypedDict):
    """`invitation_ended`: an invitation was answered or taken back."""

    t: Literal["invitation_ended"]
    id: str


class InvitationsOp(TypedDict):
    """`invitations`: the pending invitations of a room, and the groups that you could invite."""

    t: Literal["invitations"]
    room: str
    pending: list[InvitationJson]
    groups: list[GroupSizeJson]


class InviteOutcomesOp(TypedDict):
    """`invite_outcomes`: the outcomes of inviting people to a room."""

    t: Literal["invite_outcomes"]
    room: str
    asked: list[InviteOutcomeJson]


class StarsOp(TypedDict):
    """`stars`: what you have marked, the newest mark first."""

    t: Literal["stars"]
    stars: list[StarJson]


AnyOwnOp = (
    RoleOp
    | RequestsOp
    | BansOp
    | JoinDeclinedOp
    | KeptOp
    | JoinedOp
    | LeftOp
    | ReadOp
    | ReportsOp
    | SiteOp
    | HelpOp
    | BalanceOp
    | BudgetOp
    | SignUpsOp
    | PolicyOp
    | DismissedOp
    | StarOp
    | FavoriteOp
    | MeOp
    | BlockedOp
    | PresenceOp
    | SignedOutOp
    | ResyncOp
    | RoomsOp
    | ListedOp
    | ModelsOp
    | FavoriteModelsOp
    | LinksOp
    | InboxOp
    | InvitationOp
    | InvitationEndedOp
    | InvitationsOp
    | InviteOutcomesOp
    | StarsOp
)
