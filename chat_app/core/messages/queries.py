"""Read messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Integer,
    Row,
    Select,
    Uuid,
    bindparam,
    case,
    cast,
    column,
    func,
    null,
    select,
    union_all,
)
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.database.columns import table_of
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.messages.answer_tables import Rating
from chat_app.core.messages.errors import MessageNotFound
from chat_app.core.messages.tables import Message, Star
from chat_app.core.messages.views.messages import MessageView, view_messages, view_messages_now
from chat_app.core.messages.wire.messages import RatingsJson, StarJson
from chat_app.core.rooms.access import RoomAccess, access_room
from chat_app.core.rooms.tables import Member, Room

PAGE_MAX = 100
SYNC_MAX = 300
_LAST: Final = 2**62

_MESSAGES, _STARS, _RATINGS = table_of(Message).c, table_of(Star).c, table_of(Rating).c
# Built once, and read as columns: every tab that arrives in a room goes through them.
_IN_ROOM: Select[Any] = select(
    *_MESSAGES,
    select(_STARS.message_id)
    .where(_STARS.user_id == bindparam("actor"), _STARS.message_id == _MESSAGES.id)
    .exists()
    .label("starred"),
    case(
        (
            _MESSAGES.is_ai,
            select(func.jsonb_object_agg(_RATINGS.n, _RATINGS.value))
            .where(_RATINGS.user_id == bindparam("actor"), _RATINGS.message_id == _MESSAGES.id)
            .scalar_subquery(),
        )
    ).label("rated"),
).where(_MESSAGES.room_id == bindparam("room"), _MESSAGES.seq > bindparam("start", type_=BigInteger))
_NEWEST = (
    _IN_ROOM.where(_MESSAGES.seq < bindparam("before", type_=BigInteger))
    .order_by(_MESSAGES.seq.desc())
    .limit(bindparam("most", type_=Integer))
)
_MARKS_MAX: Final = 1000
_MARKED = union_all(
    *(
        select(marks.message_id, n.label("n"), value.label("value"))
        .join(table_of(Message), _MESSAGES.id == marks.message_id)
        .where(marks.user_id == bindparam("actor"), _MESSAGES.room_id == bindparam("room"))
        .where(_MESSAGES.seq > bindparam("start", type_=BigInteger))
        .order_by(marks.created_at.desc())
        .limit(_MARKS_MAX)
        .subquery()
        .select()
        for marks, n, value in ((_STARS, cast(null(), Integer), null()), (_RATINGS, _RATINGS.n, _RATINGS.value))
    )
)
_ONE = _IN_ROOM.where(_MESSAGES.id == bindparam("which"))
_CHANGED = (
    _IN_ROOM.where(_MESSAGES.rev > bindparam("since", type_=BigInteger)).order_by(_MESSAGES.rev).limit(SYNC_MAX + 1)
)
_FOLLOWING = (
    _IN_ROOM.where(_MESSAGES.seq > bindparam("after", type_=BigInteger))
    .order_by(_MESSAGES.seq)
    .limit(bindparam("most", type_=Integer))
)


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Messages in order of ``seq``; ``more`` says that there are older ones; for a page after a place, that there are
    newer ones; for a sync, that there are further changes.
    """

    messages: list[MessageView]
    more: bool
    rev: int
    """The room's revision that the page has at least."""
    starred: list[UUID]
    """The messages among them that the actor has marked."""
    rated: RatingsJson = field(default_factory=dict)
    """The actor's ratings of these messages."""
    is_private: bool = False
    """The room is an aside."""


async def history(
    ctx: Context, room_id: AnyId | RoomAccess, *, before: int | None = None, limit: int = 50
) -> MessagePage:
    """Return the newest ``limit`` messages, or those just before the place ``before``."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    limit = max(1, min(limit, PAGE_MAX))
    wanted = {**_here(access), "before": _LAST if before is None else max(0, min(before, _LAST)), "most": limit + 1}
    found = (await ctx.db.execute(_NEWEST, wanted)).all()
    return await _page(ctx, found[limit - 1 :: -1], len(found) > limit, access.room)


async def history_after(ctx: Context, room_id: AnyId | RoomAccess, after: int, *, limit: int = 50) -> MessagePage:
    """Return the messages that follow the place ``after``."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    limit = max(1, min(limit, PAGE_MAX))
    wanted = {**_here(access), "after": max(0, min(after, _LAST)), "most": limit + 1}
    found = (await ctx.db.execute(_FOLLOWING, wanted)).all()
    return await _page(ctx, found[:limit], len(found) > limit, access.room)


async def history_around(ctx: Context, room_id: AnyId, message_id: AnyId, *, limit: int = 50) -> MessagePage:
    """Return the message with those before and after it; ``more`` means that there are older ones.

    Raises :class:`MessageNotFound` when it is not in the room.
    """
    access = await access_room(ctx, room_id, Permission.VIEW)
    half, here = max(1, min(limit, PAGE_MAX) // 2), _here(access)
    sought = (await ctx.db.execute(_ONE, here | {"which": parse_id(message_id, MessageNotFound)})).first()
    if sought is None:
        raise MessageNotFound()
    before = (await ctx.db.execute(_NEWEST, here | {"before": sought.seq, "most": half + 1})).all()
    after = (await ctx.db.execute(_FOLLOWING, here | {"after": sought.seq, "most": half})).all()
    return await _page(ctx, [*before[half - 1 :: -1], sought, *after], len(before) > half, access.room)


async def marked_in(ctx: Context, room_id: AnyId | RoomAccess) -> tuple[list[UUID], RatingsJson]:
    """Return which messages of the room the actor has starred, and how they have rated its answers.

    Where they are very many, it returns the newest.
    """
    access = await access_room(ctx, room_id, Permission.VIEW)
    starred: list[UUID] = []
    rated: RatingsJson = {}
    for message_id, n, value in await ctx.db.execute(_MARKED, _here(access)):
        if n is None:
            starred.append(message_id)
        else:
            rated.setdefault(str(message_id), {})[str(n)] = value
    return starred, rated


async def changes_since(ctx: Context, room_id: AnyId | RoomAccess, rev: int) -> MessagePage:
    """Return the messages that changed after the room's revision ``rev``, for a client that was disconnected.

    ``more`` means that it missed too much for one response, and should begin with the newest page.
    """
    access = await access_room(ctx, room_id, Permission.VIEW)
    if rev >= access.room.rev:
        return MessagePage([], False, access.room.rev, [], is_private=bool(access.room.parent_id))
    found = sorted(await ctx.db.execute(_CHANGED, {**_here(access), "since": max(-1, rev)}), key=lambda row: row.seq)
    return await _page(ctx, found[:SYNC_MAX], len(found) > SYNC_MAX, access.room)


async def missed_messages(ctx: Context, since: Mapping[UUID, int]) -> list[MessageView]:
    """Return the messages that changed after each room's revision, in order; at most as many as a sync may have."""
    rooms = bindparam("rooms", list(since), ARRAY(Uuid))
    revs = bindparam("revs", list(since.values()), ARRAY(BigInteger))
    missed = func.unnest(rooms, revs).table_valued(column("room_id", Uuid), column("rev", BigInteger)).render_derived()
    statement = (
        select(Message)
        .join(missed, (col(Message.room_id) == missed.c.room_id) & (col(Message.rev) > missed.c.rev))
        .order_by(col(Message.rev))
        .limit(SYNC_MAX)
    )
    return await view_messages(ctx, list(await ctx.db.scalars(statement)))


async def pinned_messages(ctx: Context, room_id: AnyId) -> list[MessageView]:
    """Return the room's pinned messages, the newest pin first."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    start = access.member.sees_after
    statement = (
        select(Message)
        .where(col(Message.room_id) == access.room.id, col(Message.pinned_at).is_not(None), col(Message.seq) > start)
        .order_by(col(Message.pinned_at).desc(), col(Message.seq).desc())
    )
    return await view_messages_now(ctx, list(await ctx.db.scalars(statement)))


@dataclass(frozen=True, slots=True)
class Starred:
    """A message that the actor has marked, in its room."""

    message: MessageView
    room_name: str
    at: datetime
    """When it was marked."""

    def as_json(self) -> StarJson:
        """Return the shape in which REST and the live feed give a mark."""
        return {
            "message": self.message.as_json(),
            "room": str(self.message.room_id),
            "room_name": self.room_name,
            "at": self.at.isoformat(),  # exact: the next page of marks begins there
        }


async def starred_messages(
    ctx: Context, *, before: datetime | None = None, limit: int = 50
) -> tuple[list[Starred], bool]:
    """Return the messages that the actor has marked in their rooms, the newest mark first; and if there are more."""
    limit = max(1, min(limit, PAGE_MAX))
    statement = (
        select(Message, col(Room.name), col(Star.created_at), col(Member.sees_after))
        .join(Star, col(Star.message_id) == col(Message.id))
        .join(Room, col(Room.id) == col(Message.room_id))
        .join(Member, (col(Member.room_id) == col(Message.room_id)) & (col(Member.user_id) == col(Star.user_id)))
        .where(col(Star.user_id) == ctx.me.user_id, col(Room.deleted_at).is_(None), col(Message.deleted_at).is_(None))
        .where(col(Message.seq) > col(Member.sees_after))
        .order_by(col(Star.created_at).desc(), col(Star.message_id).desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(col(Star.created_at) < before)
    found = (await ctx.db.execute(statement)).all()
    ctx.starts.update((message.room_id, start) for message, *_, start in found if start)
    views = await view_messages_now(ctx, [message for message, *_ in found[:limit]])
    stars = [Starred(view, name, at) for view, (_, name, at, _) in zip(views, found, strict=False)]
    return stars, len(found) > limit


def _here(access: RoomAccess) -> dict[str, Any]:
    """Return the parameters of a room's statements: the messages that exist for the actor."""
    return {"room": access.room.id, "actor": access.member.user_id, "start": access.member.sees_after}


async def _page(ctx: Context, rows: Sequence[Row[Any]], more: bool, room: Room) -> MessagePage:
    starred, rated = [row.id for row in rows if row.starred], {str(row.id): row.rated for row in rows if row.rated}
    return MessagePage(await view_messages_now(ctx, rows), more, room.rev, starred, rated, bool(room.parent_id))
