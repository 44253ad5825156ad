"""Reading rooms."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from chat_app.core.access.permissions import Permission, Role
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.rooms.access import RoomAccess, access_room
from chat_app.core.rooms.tables import Member, Room


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member as the others see them."""

    person: Person
    role: Role

    def as_json(self) -> dict[str, object]:
        """The shape in which REST and the live feed give a member."""
        return {**self.person.as_json(), "role": self.role.value}


async def my_rooms(ctx: Context) -> list[RoomAccess]:
    """The actor's rooms, the most lately active first."""
    statement = (
        select(Room, Member)
        .join(Member, Member.room_id == Room.id)
        .where(Member.user_id == ctx.me.user_id, Room.deleted_at.is_(None))
        .order_by(Room.last_activity_at.desc())
    )
    return [RoomAccess(room, member) for room, member in await ctx.db.execute(statement)]


async def room_ids_of(ctx: Context, user_id: UUID) -> list[UUID]:
    """The ids of the rooms in which a person is."""
    statement = (
        select(Member.room_id)
        .join(Room, Room.id == Member.room_id)
        .where(Member.user_id == user_id, Room.deleted_at.is_(None))
    )
    return list(await ctx.db.scalars(statement))


async def room_members(ctx: Context, room_id: object) -> list[MemberView]:
    """Who is in the room: the highest role first, then by name."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    statement = (
        select(User, Member.role).join(Member, Member.user_id == User.id).where(Member.room_id == access.room.id)
    )
    members = [MemberView(user.person(), Role(role)) for user, role in await ctx.db.execute(statement)]
    return sorted(members, key=lambda member: (-member.role.rank, member.person.name.casefold()))
