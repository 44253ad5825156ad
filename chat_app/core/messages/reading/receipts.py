"""Store how far people have read and received messages; publish it for those who share their receipts.

In a small room everybody sees how far each person has read. In a large room that would be hundreds of packets for every
message, so only the authors of the read messages receive it, as a number.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, BindParameter, Uuid, bindparam, case, column, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningUpdate
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.messages.access import access_message
from chat_app.core.messages.events import Seen
from chat_app.core.messages.marks.commands import MARKS
from chat_app.core.messages.tables import Message
from chat_app.core.messages.wire.messages import ReceiptCountsJson
from chat_app.core.people.blocks import blocked_among, blocks_of
from chat_app.core.people.tables import Block
from chat_app.core.rooms.access import access_room, member_ids
from chat_app.core.rooms.errors import RoomNotFound
from chat_app.core.rooms.events import RoomRead
from chat_app.core.rooms.queries import MemberView
from chat_app.core.rooms.tables import Member, Room

FACES_MAX: Final = 12
"""The largest number of members with which a room publishes each member's position to all."""
DELIVERED_MAX: Final = 50
"""The rooms in one report of a tab about received messages."""
_AUTHORS_FROM: Final = 200
"""When much is read at once, only the authors of so many of the newest messages are notified."""


def few_in(room_id: Any) -> Any:
    """Return whether a room publishes each member's position to all, as a subquery."""
    each = aliased(Member)
    beyond = select(col(each.user_id)).where(col(each.room_id) == room_id).offset(FACES_MAX)
    return ~beyond.correlate_except(each).exists()


_WANTED: BindParameter[UUID] = bindparam("wanted_room", type_=Uuid)
_READER: BindParameter[UUID] = bindparam("reader", type_=Uuid)
_SEQ = bindparam("seq", type_=BigInteger)
_HERE = aliased(Member)
_BLOCKER, _BLOCKED = col(Block.blocker_id), col(Block.blocked_id)
_READ = (
    update(Member)
    .where(col(Member.room_id) == _WANTED, col(Member.user_id) == _READER, col(Member.last_read_seq) < _SEQ)
    .values(last_read_seq=_SEQ, last_delivered_seq=func.greatest(col(Member.last_delivered_seq), _SEQ))
    .returning(
        select(col(User.receipts)).where(col(User.id) == _READER).scalar_subquery(),
        few_in(_WANTED),
        select(func.array_agg(col(Message.author_id).distinct()))
        .where(
            col(Message.room_id) == _WANTED,
            col(Message.seq) > bindparam("before", type_=BigInteger),
            col(Message.seq) <= _SEQ,
            col(Message.event).is_(None),
            col(Message.author_id).in_(select(col(_HERE.user_id)).where(col(_HERE.room_id) == _WANTED)),
        )
        .scalar_subquery(),
        select(func.array_agg(case((_BLOCKER == _READER, _BLOCKED), else_=_BLOCKER)))
        .where((_BLOCKER == _READER) | (_BLOCKED == _READER))
        .scalar_subquery(),
    )
)


async def mark_read(ctx: Context, room_id: AnyId, seq: int) -> None:
    """Remember that the actor has read up to the message ``seq``; never goes back."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    before, me = access.member.last_read_seq, ctx.me.user_id
    seq = max(before, min(seq, access.room.last_seq))
    if seq == before:
        return
    places = {"seq": seq, "before": max(before, seq - _AUTHORS_FROM)}
    row = (await ctx.db.execute(_READ, {"wanted_room": access.room.id, "reader": me, **places})).first()
    if row is None:  # another tab has read further
        return
    shown, few, authors, apart = row
    ctx.emit(RoomRead(access.room.id, me, seq))
    if shown:
        recipients = await _recipients(ctx, access.room.id, apart) if few else set(authors or ()) - {me, *(apart or ())}
        ctx.emit(Seen(access.room.id, me, seq, seq, None if recipients is None else tuple(recipients)))


async def _recipients(ctx: Context, room_id: UUID, apart: Collection[UUID] | None) -> set[UUID] | None:
    """Return which members of a small room receive the actor's position; ``None`` for all.

    People who have blocked the actor, or whom the actor has blocked, do not.
    """
    members = set(await member_ids(ctx, room_id)) if apart else set()
    return members - set(apart) if apart and not members.isdisjoint(apart) else None


async def mark_read_to(ctx: Context, message_id: AnyId) -> None:
    """Remember that the actor has read up to a message."""
    access = await access_message(ctx, message_id, Permission.VIEW, lock=False, lines=True)
    await mark_read(ctx, access.room.room.id, access.message.seq)


async def mark_unread(ctx: Context, message_id: AnyId) -> None:
    """Mark a message and those after it as unread for the actor. Others keep seeing the earlier receipt until they load
    the room again.
    """
    await ctx.limit(MARKS, str(ctx.me.user_id))
    access = await access_message(ctx, message_id, Permission.VIEW, lock=False, lines=True)
    room_id, seq = access.room.room.id, access.message.seq - 1
    mine = (col(Member.room_id) == room_id, col(Member.user_id) == ctx.me.user_id)
    await ctx.db.execute(update(Member).where(*mine, col(Member.last_read_seq) > seq).values(last_read_seq=seq))
    ctx.emit(RoomRead(room_id, ctx.me.user_id, min(seq, access.room.member.last_read_seq), unread=True))


async def mark_delivered(ctx: Context, places: Mapping[str, object]) -> None:
    """Store up to which message of some rooms a device of the actor has received messages.

    Of rooms that are large, or that the actor is not in, nothing is remembered.
    """
    wanted = _known_places(places)
    if not wanted:
        return
    me = ctx.me.user_id
    brought = [row for row in (await ctx.db.execute(_bring(me, wanted))).all() if row.receipts]
    apart = (await blocks_of(ctx, [me])).get(me) if brought else None
    for room_id, read, got, _ in brought:
        recipients = await _recipients(ctx, room_id, apart)
        ctx.emit(Seen(room_id, me, read, got, None if recipients is None else tuple(recipients)))


def _bring(me: UUID, wanted: Mapping[UUID, int]) -> ReturningUpdate[Any]:
    """Return the statement that moves a person's receipts forward and returns the moved ones."""
    rooms = bindparam("rooms", list(wanted), type_=ARRAY(Uuid))
    seqs = bindparam("seqs", list(wanted.values()), type_=ARRAY(BigInteger))
    unnested = func.unnest(rooms, seqs).table_valued(column("room_id", Uuid), column("seq", BigInteger), name="given")
    given = unnested.render_derived()
    place = func.least(given.c.seq, col(Room.last_seq))
    # Without a fixed order between tabs of one person: a row that one of them has locked is skipped.
    behind = (
        select(col(Member.room_id), place.label("seq"), col(User.receipts))
        .join(given, given.c.room_id == col(Member.room_id))
        .join(Room, col(Room.id) == col(Member.room_id))
        .join(User, col(User.id) == col(Member.user_id))
        .where(
            col(Member.user_id) == me,
            col(Room.deleted_at).is_(None),
            place > func.greatest(col(Member.last_delivered_seq), col(Member.last_read_seq)),
            few_in(col(given.c.room_id)),
        )
        .with_for_update(of=Member, skip_locked=True)
        .cte("behind")
    )
    return (
        update(Member)
        .where(col(Member.user_id) == me, col(Member.room_id) == behind.c.room_id)
        .values(last_delivered_seq=behind.c.seq)
        .returning(col(Member.room_id), col(Member.last_read_seq), col(Member.last_delivered_seq), behind.c.receipts)
    )


def _known_places(places: Mapping[str, object]) -> dict[UUID, int]:
    wanted: dict[UUID, int] = {}
    for room_id, place in list(places.items())[:DELIVERED_MAX]:
        if isinstance(place, int) and 0 < place < 2**53:
            try:
                wanted[parse_id(room_id, RoomNotFound)] = place
            except DomainError:
                continue
    return wanted


@dataclass(frozen=True, slots=True)
class Receipts:
    """The people who have read a message, and those who have only received it, if they share their receipts.

    ``of`` is the number of people in the room without the author. In a large room there are only counts, and none of
    received messages.
    """

    read: int
    got: int
    of: int
    readers: tuple[UUID, ...]
    receivers: tuple[UUID, ...]

    def counts(self) -> ReceiptCountsJson:
        """Return the numbers in the shape of REST and the live feed."""
        return {"read": self.read, "got": self.got, "of": self.of}


async def message_receipts(ctx: Context, message_id: AnyId) -> tuple[Message, Receipts]:
    """Return the receipts of a message."""
    access = await access_message(ctx, message_id, Permission.VIEW, lock=False)
    message = access.message
    statement = (
        select(col(Member.user_id), col(Member.last_read_seq), col(Member.last_delivered_seq), col(User.receipts))
        .join(User, col(User.id) == col(Member.user_id))
        .where(col(Member.room_id) == message.room_id, col(Member.sees_after) < message.seq)
        # Without an order they come in the order of their last update, which would reveal private actions.
        .order_by(col(Member.joined_at), col(Member.user_id))
    )
    people = [row for row in await ctx.db.execute(statement) if row.user_id != message.author_id]
    apart = await blocked_among(ctx, [row.user_id for row in people])
    shown = [row for row in people if row.receipts and row.user_id not in apart]
    readers = tuple(row.user_id for row in shown if row.last_read_seq >= message.seq)
    receivers = tuple(row.user_id for row in shown if row.last_read_seq < message.seq <= row.last_delivered_seq)
    small = len(people) < FACES_MAX or (message.author_id is None and len(people) == FACES_MAX)
    return message, Receipts(
        len(readers), len(receivers), len(people), readers if small else (), receivers if small else ()
    )


def places_seen(members: Sequence[MemberView]) -> dict[str, list[int]] | None:
    """Return read and received positions by id, of members who share them; ``None`` in a large room."""
    if len(members) > FACES_MAX:
        return None
    return {str(each.person.id): [each.read, max(each.read, each.got)] for each in members if each.receipts}
