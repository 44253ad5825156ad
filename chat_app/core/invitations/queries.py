"""Read pending invitations."""

from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.accounts.tables import User
from chat_app.core.invitations.events import Invited
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId
from chat_app.core.people.tables import Block
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.tables import InvitationStatus, Room, RoomInvitation

_INVITER = aliased(User)
PENDING_SHOWN: Final = 200
"""The number of pending invitations shown at once, the newest first."""


async def pending_invitations(ctx: Context, room_id: AnyId) -> list[Invited]:
    """Return the room's unanswered invitations, newest first, for people who may invite."""
    access = await access_room(ctx, room_id, Permission.INVITE)
    return await _pending(ctx, col(RoomInvitation.room_id) == access.room.id)


async def my_invitations(ctx: Context) -> list[Invited]:
    """Return the actor's pending invitations, newest first, except those by people they have blocked."""
    blocked = select(col(Block.blocked_id)).where(col(Block.blocker_id) == ctx.me.user_id)
    wanted = or_(col(RoomInvitation.invited_by).is_(None), col(RoomInvitation.invited_by).not_in(blocked))
    return await _pending(ctx, and_(col(RoomInvitation.user_id) == ctx.me.user_id, wanted))


async def _pending(ctx: Context, which: ColumnElement[bool]) -> list[Invited]:
    statement = (
        select(RoomInvitation, Room, User, _INVITER)
        .join(Room, col(Room.id) == col(RoomInvitation.room_id))
        .join(User, col(User.id) == col(RoomInvitation.user_id))
        .join(_INVITER, col(_INVITER.id) == col(RoomInvitation.invited_by), isouter=True)
        .where(which, col(RoomInvitation.status) == InvitationStatus.PENDING, col(Room.deleted_at).is_(None))
        .order_by(col(RoomInvitation.created_at).desc(), col(RoomInvitation.id).desc())
        .limit(PENDING_SHOWN)
    )
    return [
        Invited(
            invitation.id,
            room.id,
            room.name,
            room.description,
            invitation.role,
            user.person(),
            inviter.person() if inviter else None,
            invitation.created_at,
        )
        for invitation, room, user, inviter in await ctx.db.execute(statement)
    ]
