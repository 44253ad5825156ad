"""What a tab is told of its person when it arrives: who they are, and their rooms."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Result, Row, Select, Uuid, bindparam, case, func, select
from sqlalchemy import cast as sql_cast
from sqlmodel import col

from chat_app.core.accounts.queries import PERSON
from chat_app.core.accounts.tables import User
from chat_app.core.auth.sessions import of_live_session
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.columns import table_of
from chat_app.core.kernel.context import Context
from chat_app.core.live.ops import blocked_op, me_op, presence_op
from chat_app.core.live.own_ops import PresenceOp, RoomsOp
from chat_app.core.live.shapes import ListedRoomJson
from chat_app.core.live.snapshots import inbox_op
from chat_app.core.live.wire import AnyOp
from chat_app.core.messages.unread import NOTES
from chat_app.core.people.events import PresenceView
from chat_app.core.people.tables import Block, Presence
from chat_app.core.rooms.access import RoomAccess
from chat_app.core.rooms.tables import InvitationStatus, Member, Room, RoomInvitation

_ACTOR = bindparam("actor", type_=Uuid)
_ROOM, _MEMBER, _USER, _SEEN = (table_of(each).c for each in (Room, Member, User, Presence))

# Built once: every tab that arrives goes through them.
_MYSELF = of_live_session(
    col(User.locale),
    col(User.theme),
    func.array(select(col(Block.blocked_id)).where(col(Block.blocker_id) == col(User.id)).scalar_subquery()),
    select(col(RoomInvitation.id))
    .where(col(RoomInvitation.user_id) == col(User.id), col(RoomInvitation.status) == InvitationStatus.PENDING)
    .exists(),
)
_PAIR = _ROOM.pair
_ONE, _OTHER = (sql_cast(func.split_part(_PAIR, ":", place), Uuid) for place in (1, 2))
_ROOMS: Select[Any] = (
    select(
        *_ROOM,
        _MEMBER.role,
        _MEMBER.last_read_seq,
        _MEMBER.last_delivered_seq,
        *NOTES,
        *(each.label(f"peer_{each.name}") for each in PERSON),
        _SEEN.state,
        _SEEN.seen_at,
    )
    .join(table_of(Member), _MEMBER.room_id == _ROOM.id)
    .join(
        table_of(User),
        _PAIR.is_not(None) & (_USER.id == case((_ONE == _ACTOR, _OTHER), else_=_ONE)),
        isouter=True,
    )
    .join(
        table_of(Presence),
        (_SEEN.user_id == _USER.id) & ~_ROOM.closed & (_ROOM.last_seq > 0),
        isouter=True,
    )
    .where(_MEMBER.user_id == _ACTOR, _ROOM.deleted_at.is_(None))
    .order_by(_ROOM.last_activity_at.desc())
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a tab is told, and the rooms in which its person is: also those that are not shown."""

    ops: list[AnyOp]
    room_ids: Collection[UUID]


async def arrival(ctx: Context) -> Arrival | None:
    """Return ``me``, ``blocked``, ``presence`` (of the people of direct chats), ``rooms`` (whole: what is not in it is
    gone) and ``inbox``; ``None`` where the session has ended since it was recognised.
    """
    found = await ctx.db.execute(_MYSELF, {"which": ctx.me.session_id, "now": ctx.clock()})
    myself = found.first()
    if myself is None:
        return None
    locale, theme, blocked, is_asked = myself
    rows = await read_rooms(ctx)
    ops: list[AnyOp] = [me_op(ctx.me.person, locale, theme), blocked_op(blocked), *rooms_ops(ctx, rows)]
    ops.append(await inbox_op(ctx) if is_asked else {"t": "inbox", "invitations": []})
    return Arrival(ops, [row.id for row in rows])


async def read_rooms(ctx: Context) -> Sequence[Row[Any]]:
    """Return the actor's rooms with what the list of rooms says of each, the most lately active first."""
    found: Result[Any] = await ctx.db.execute(_ROOMS, {"actor": ctx.me.user_id})
    return found.all()


def rooms_ops(ctx: Context, rows: Collection[Row[Any]]) -> tuple[PresenceOp, RoomsOp]:
    """Return ``presence`` and ``rooms``, without direct chats in which another person has said nothing so far."""
    shown = [row for row in rows if row.pair is None or row.last_seq > 0 or row.created_by == ctx.me.user_id]
    seen = [PresenceView(row.peer_id, row.state, row.seen_at) for row in shown if row.state]
    return presence_op(seen), {"t": "rooms", "rooms": [_listed(row) for row in shown]}


def _listed(row: Row[Any]) -> ListedRoomJson:
    peer = Person(row.peer_id, row.peer_username, row.peer_name, row.peer_color, row.peer_avatar)
    access = RoomAccess(cast(Room, row), cast(Member, row))  # of columns that have their names
    return {
        **access.as_json(peer if row.peer_id else None),
        "mentions": sorted(row.mentions or []),
        "deleted": sorted(row.deleted),
        "small": row.small,
        "got": row.last_delivered_seq,
    }
