"""Load rooms with a permission check. Other code must not load them directly."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from chat_app.core.access.features import Feature, require_feature
from chat_app.core.access.permissions import (
    AI_RIGHTS,
    Permission,
    Role,
)
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.wire import timestamp
from chat_app.core.rooms.errors import AiIsOff, RoomNotFound
from chat_app.core.rooms.events import RoomChanged, RoomView
from chat_app.core.rooms.rights.permitting import may, refusal
from chat_app.core.rooms.tables import AiRule, Member, NewcomersSee, Room, RoomKind
from chat_app.core.rooms.wire import MyRoomJson


@dataclass(frozen=True, slots=True)
class RoomAccess:
    """A room and the actor's membership of it, with a permission already checked."""

    room: Room
    member: Member

    @property
    def role(self) -> Role:
        """Return the actor's role in the room."""
        return Role(self.member.role)

    def allows(self, permission: Permission) -> bool:
        """Return whether the actor has a further permission here."""
        return may(self.room, self.role, permission)

    def permissions(self) -> list[Permission]:
        """Return all permissions of the actor in the room."""
        return permissions_in(self.room, self.role)

    def require(self, permission: Permission) -> None:
        """Raise unless the actor has the permission: :class:`RoomArchived` or :class:`ChatClosed` if nothing else
        prevents it, else ``NotAllowed``.
        """
        if error := refusal(self.room, self.role, permission):
            raise error

    def sees(self, seq: int) -> bool:
        """Return whether the message of this number exists for the actor."""
        return seq > self.member.sees_after

    def view(self) -> RoomView:
        """Return the room as all its members see it."""
        return view_room(self.room)

    def as_json(self, peer: Person | None = None) -> MyRoomJson:
        """Return the shape in which REST and the live feed give a room to one of its members."""
        return {
            **self.view().as_json(),
            "rev": self.room.rev,
            "peer": peer.as_json() if peer else None,
            "role": self.role.value,
            "seq": self.room.last_seq,
            "read": self.member.last_read_seq,
            "sees_after": self.member.sees_after,
            "at": timestamp(self.room.last_activity_at),
        }


def view_room(room: Room) -> RoomView:
    """Return the room as all its members see it."""
    return RoomView(
        room.id,
        room.rev,
        room.name,
        room.description,
        room.ai_model,
        room.ai_rule,
        room.archived_at is not None,
        {right.value: room.ai_rights.get(right.value, role.value) for right, role in AI_RIGHTS.items()},
        room.slow_seconds,
        room.join_approval,
        room.kind,
        room.closed,
        room.ai_context_cutoff_at,
        room.parent_id,
        room.ai_fallback_model,
        dict(room.ai_parameters),
        tuple(room.ai_tools),
        room.ai_summary_seq,
        (room.ai_assistant_id, room.ai_assistant_name or "") if room.ai_assistant_id else None,
        newcomers_see(room),
        room.help_state,
        room.help_by_id,
        room.assisted,
        room.payer,
        room.keeps_days,
    )


def newcomers_see(room: Room) -> NewcomersSee:
    """Return which messages new members see. Without a choice, a private chat's messages remain private."""
    is_hidden = room.kind == RoomKind.CHAT if room.newcomers_after is None else room.newcomers_after > 0
    return NewcomersSee.FROM_HERE if is_hidden else NewcomersSee.EVERYTHING


def start_of_newcomers(room: Room) -> int:
    """Return the ``seq`` after which a person who now joins a locked room sees messages.

    If the room has no choice yet, store it.
    """
    if room.newcomers_after is None and room.kind == RoomKind.CHAT:
        room.newcomers_after = room.last_seq
    return room.newcomers_after or 0


def room_changed(room: Room) -> RoomChanged:
    """Return the event of a changed room, with each role's permissions."""
    can = {role.value: tuple(each.value for each in permissions_in(room, role)) for role in Role}
    return RoomChanged(view_room(room), can)


def permissions_in(room: Room, role: Role) -> list[Permission]:
    """Return all permissions of ``role`` in this room."""
    return [permission for permission in Permission if may(room, role, permission)]


# Built once: every use case in a room goes through them.
_SEEN = (
    select(Room, Member)
    .join(Member, col(Member.room_id) == col(Room.id))
    .where(
        col(Room.id) == bindparam("wanted_room"),
        col(Member.user_id) == bindparam("actor"),
        col(Room.deleted_at).is_(None),
    )
)
_HELD = _SEEN.with_for_update(of=[Room, Member]).execution_options(populate_existing=True)


async def access_room(
    ctx: Context, room_id: AnyId | RoomAccess | None, permission: Permission, *, lock: bool = False
) -> RoomAccess:
    """Return the room ``room_id``, if the actor is in it and has ``permission``.

    The result of an earlier access in the transaction can be passed in place of the id, and is not loaded again.
    ``lock`` locks the room's row, and the actor's membership, until the transaction ends. It is required for every
    change that members can see, for :func:`advance`. Raises :class:`RoomNotFound` when the room does not exist for the
    actor, and as :meth:`RoomAccess.require` does.
    """
    if isinstance(room_id, RoomAccess) and not lock:
        room_id.require(permission)
        return room_id
    wanted_room, actor = parse_id(room_id, RoomNotFound), ctx.me.user_id
    if lock:
        await ctx.take_turn(wanted_room)
    row = (await ctx.db.execute(_HELD if lock else _SEEN, {"wanted_room": wanted_room, "actor": actor})).first()
    if lock:
        ctx.now = ctx.clock()  # after the wait
    if row is None:
        raise RoomNotFound()
    access = RoomAccess(row[0], row[1])
    access.require(permission)
    if permission is Permission.ASK_AI:
        require_feature(ctx, Feature.AI)
    if permission is Permission.SEND and access.room.pair:  # editing and files too: they would reach nobody
        require_feature(ctx, Feature.DIRECT)
    if access.member.sees_after:
        ctx.starts[access.room.id] = access.member.sees_after
    if access.room.parent_id and (error := await parent_refusal(ctx, access.room.parent_id, actor, permission)):
        raise error
    return access


async def parent_refusal(ctx: Context, parent_id: UUID, user_id: UUID, permission: Permission) -> DomainError | None:
    """Return the error by which the parent prevents a permission in a person's aside, or nothing.

    An aside permits nothing without the permissions to see the parent and to ask the AI there, or if the parent's AI
    never speaks.
    """
    found = (await ctx.db.execute(_SEEN, {"wanted_room": parent_id, "actor": user_id})).first()
    if found is None:
        return RoomNotFound()
    parent, role = found[0], Role(found[1].role)
    if permission not in (Permission.SEND, Permission.ASK_AI):
        return refusal(parent, role, Permission.VIEW)
    if error := refusal(parent, role, Permission.ASK_AI, beside=True):
        return error
    return AiIsOff() if parent.ai_rule == AiRule.NEVER else None


async def lock_room(ctx: Context, room_id: UUID) -> Room:
    """Lock and return a room's row, for work without an actor (such as writing an answer)."""
    await ctx.take_turn(room_id)
    room = await ctx.db.get_one(Room, room_id, with_for_update=True, populate_existing=True)
    ctx.now = ctx.clock()
    return room


def advance(room: Room) -> int:
    """Take the next revision of a locked room."""
    room.rev += 1
    return room.rev


async def member_ids(ctx: Context, room_id: UUID) -> list[UUID]:
    """Return the ids of all members of the room."""
    return list(await ctx.db.scalars(select(col(Member.user_id)).where(col(Member.room_id) == room_id)))
