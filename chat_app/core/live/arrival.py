"""Read the person and their rooms, for a tab that has connected."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Result, Row, Select, Uuid, and_, bindparam, case, func, or_, select
from sqlalchemy import cast as sql_cast
from sqlmodel import col

from chat_app.core.access.site import SitePermission, site_can
from chat_app.core.accounts.queries import PERSON
from chat_app.core.accounts.tables import User
from chat_app.core.accounts.waiting import count_waiting
from chat_app.core.auth.sessions.commands import of_live_session
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.database.columns import table_of
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.live.ops.own import ListedOp, PresenceOp, RoomsOp
from chat_app.core.live.ops.shared import blocked_op, me_op, policy_op, presence_op, site_op
from chat_app.core.live.shapes import UNSAID, ListedRoomJson
from chat_app.core.live.snapshots import inbox_op
from chat_app.core.live.wire import AnyOp
from chat_app.core.messages.reading.unread import NOTES
from chat_app.core.people.events import PresenceView
from chat_app.core.people.tables import Block, Presence
from chat_app.core.rooms.access import RoomAccess
from chat_app.core.rooms.errors import RoomNotFound
from chat_app.core.rooms.help.commands import waiting_requests
from chat_app.core.rooms.tables import InvitationStatus, Member, Room, RoomInvitation, RoomKind
from chat_app.core.safety.counting import pending_reports

LATEST: Final = {RoomKind.ROOM: 30, RoomKind.CHAT: 12, RoomKind.GROUP: 8, RoomKind.DIRECT: 12}
"""The number of a person's rooms of each kind that are sent at an arrival, the most lately active ones."""
LATEST_ARCHIVED: Final = 5
UNREAD_MOST: Final = 200
"""The maximum number of further rooms with unread messages."""
NAMES_MOST: Final = 6
"""The number of people by whom a group chat without a name is called."""

_ACTOR = bindparam("actor", type_=Uuid)
_HERE = bindparam("here", type_=Uuid)
_ROOM, _MEMBER, _USER, _SEEN = (table_of(each).c for each in (Room, Member, User, Presence))

# Built once: every tab that arrives goes through them.
_MYSELF = of_live_session(
    _USER.locale,
    _USER.theme,
    _USER.favorite_models,
    _USER.announcement_seen,
    func.array(select(col(Block.blocked_id)).where(col(Block.blocker_id) == _USER.id).scalar_subquery()),
    select(col(RoomInvitation.id))
    .where(col(RoomInvitation.user_id) == _USER.id, col(RoomInvitation.status) == InvitationStatus.PENDING)
    .exists(),
    func.array(
        select(_MEMBER.room_id)
        .join(table_of(Room), _ROOM.id == _MEMBER.room_id)
        .where(_MEMBER.user_id == _USER.id, _ROOM.deleted_at.is_(None))
        .scalar_subquery()
    ),
)
_PAIR = _ROOM.pair
# Without direct chats in which the other person has written nothing so far, and without asides except the visible one.
_SHOWN = and_(
    _MEMBER.user_id == _ACTOR,
    _ROOM.deleted_at.is_(None),
    _PAIR.is_(None) | (_ROOM.last_seq > 0) | (_ROOM.created_by == _ACTOR),
    (_ROOM.kind != RoomKind.ASIDE) | (_ROOM.id == _HERE),
)
_ONE, _OTHER = (sql_cast(func.split_part(_PAIR, ":", place), Uuid) for place in (1, 2))
_OTHERS, _THEIR = table_of(Member).alias(), table_of(User).alias()
_NAMES = case(
    (
        (_ROOM.kind == RoomKind.GROUP) & _ROOM.auto_named,
        func.array(
            select(_THEIR.c.name)
            .join(_OTHERS, _OTHERS.c.user_id == _THEIR.c.id)
            .where(_OTHERS.c.room_id == _ROOM.id, _THEIR.c.id != _ACTOR)
            .order_by(_OTHERS.c.joined_at, _THEIR.c.id)
            .limit(NAMES_MOST)
            .scalar_subquery()
        ),
    )
).label("names")
_ROOMS: Select[Any] = (
    select(
        *_ROOM,
        _MEMBER.role,
        _MEMBER.last_read_seq,
        _MEMBER.last_delivered_seq,
        _MEMBER.sees_after,
        _MEMBER.favorite,
        _NAMES,
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
    .where(_SHOWN)
    .order_by(_ROOM.last_activity_at.desc())
)
_ONE_ROOM = _ROOMS.where(_ROOM.id == bindparam("room"))
_UNREAD = _ROOM.last_seq > _MEMBER.last_read_seq
_PLACED = (
    select(
        _ROOM.id,
        _ROOM.kind,
        _MEMBER.favorite,
        _UNREAD.label("unread"),
        _ROOM.archived_at.is_not(None).label("archived"),
        func.row_number()
        .over(partition_by=(_ROOM.kind, _ROOM.archived_at.is_(None)), order_by=_ROOM.last_activity_at.desc())
        .label("place"),
        func.row_number().over(partition_by=_UNREAD, order_by=_ROOM.last_activity_at.desc()).label("turn"),
        func.count().over().label("total"),
    )
    .join(table_of(Member), _MEMBER.room_id == _ROOM.id)
    .where(_SHOWN)
    .subquery()
)
# Evaluated once, whatever the planner expects: without recent statistics it would evaluate this again for each room.
_CHOSEN = (
    select(_PLACED.c.id, _PLACED.c.total)
    .where(
        or_(
            _PLACED.c.place <= case((_PLACED.c.archived, LATEST_ARCHIVED), else_=case(LATEST, value=_PLACED.c.kind)),
            _PLACED.c.favorite,
            and_(_PLACED.c.unread, _PLACED.c.turn <= UNREAD_MOST),
            _PLACED.c.id == _HERE,
        )
    )
    .cte("chosen")
    .prefix_with("MATERIALIZED")
)
_FIRST_ROOMS = _ROOMS.add_columns(_CHOSEN.c.total).join(_CHOSEN, _CHOSEN.c.id == _ROOM.id)


@dataclass(frozen=True, slots=True)
class Arrival:
    """The ops for a tab, and the ids of all rooms of its person, including those that are not shown."""

    ops: list[AnyOp]
    room_ids: Collection[UUID]


async def arrival(ctx: Context, here: UUID | None = None) -> Arrival | None:
    """Return the ops for a tab that arrives, or ``None`` if the session has ended since it was recognised.

    These are ``me``, ``blocked``, ``presence`` (of the people of direct chats), ``rooms`` (the first ones, and that of
    the page, ``here``), ``inbox``, ``policy``, ``favorite_models`` if there are any, and for staff ``site``,
    ``reports``, ``help`` and ``sign_ups``, by their permissions.
    """
    found = await ctx.db.execute(_MYSELF, {"which": ctx.me.session_id, "now": ctx.clock()})
    myself = found.first()
    if myself is None:
        return None
    locale, theme, favorites, seen, blocked, is_asked, room_ids = myself
    rows = await _read(ctx, _FIRST_ROOMS, here=here)
    more = bool(rows) and rows[0].total > len(rows)
    ops: list[AnyOp] = [me_op(ctx.me.person, locale, theme), blocked_op(blocked), *_rooms_ops(rows, more=more)]
    ops.append(await inbox_op(ctx) if is_asked else {"t": "inbox", "invitations": []})
    ops.append(policy_op(ctx.policy, ctx.now, seen))
    if favorites:
        ops.append({"t": "favorite_models", "models": favorites})
    if ctx.me.site_roles:
        ops.append(site_op(ctx.me.site_roles))
    if site_can(ctx.me.site_roles, SitePermission.MODERATE):
        ops.append({"t": "reports", "pending": await pending_reports(ctx)})
    if site_can(ctx.me.site_roles, SitePermission.VIEW_SUPPORT):
        ops.append({"t": "help", "waiting": await waiting_requests(ctx)})
    if site_can(ctx.me.site_roles, SitePermission.MANAGE_PEOPLE):
        ops.append({"t": "sign_ups", "waiting": await count_waiting(ctx)})
    return Arrival(ops, room_ids)


async def all_rooms_ops(ctx: Context) -> tuple[PresenceOp, RoomsOp]:
    """Return ``presence`` and the complete ``rooms``: the tab drops rooms that are not in it."""
    return _rooms_ops(await _read(ctx, _ROOMS, here=None), more=False)


async def one_room_ops(ctx: Context, room_id: AnyId) -> tuple[PresenceOp, ListedOp]:
    """Return ``presence`` and ``listed`` of one room; of none if the actor is in no such room."""
    rows = await _read(ctx, _ONE_ROOM, here=None, room=parse_id(room_id, RoomNotFound))
    return _presence(rows), {"t": "listed", "rooms": [_listed(row) for row in rows]}


async def _read(ctx: Context, statement: Select[Any], **values: UUID | None) -> Sequence[Row[Any]]:
    found: Result[Any] = await ctx.db.execute(statement, {"actor": ctx.me.user_id, **values})
    return found.all()


def _rooms_ops(rows: Sequence[Row[Any]], *, more: bool) -> tuple[PresenceOp, RoomsOp]:
    return _presence(rows), {"t": "rooms", "rooms": [_listed(row) for row in rows], "more": more}


def _presence(rows: Sequence[Row[Any]]) -> PresenceOp:
    return presence_op(PresenceView(row.peer_id, row.state, row.seen_at) for row in rows if row.state)


def _listed(row: Row[Any]) -> ListedRoomJson:
    peer = Person(row.peer_id, row.peer_username, row.peer_name, row.peer_color, row.peer_avatar)
    access = RoomAccess(cast(Room, row), cast(Member, row))  # of columns that have their names
    listed = {
        **access.as_json(peer if row.peer_id else None),
        "mentions": sorted(row.mentions or []),
        "deleted": sorted(row.deleted),
        "older_deleted": row.older_deleted,
        "small": row.small,
        "got": row.last_delivered_seq,
        "favorite": row.favorite,
        "names": row.names or [],
    }
    said = {key: value for key, value in listed.items() if key not in UNSAID or value != UNSAID[key]}
    return cast(ListedRoomJson, said)
