"""Accept, decline and cancel invitations."""

from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.invitations.errors import InvitationNotFound
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.rooms.access import access_room, lock_room
from chat_app.core.rooms.errors import RoomNotFound
from chat_app.core.rooms.events import InvitationEnded
from chat_app.core.rooms.membership.joining import admit, given_role
from chat_app.core.rooms.tables import InvitationStatus, Member, Room, RoomInvitation


async def cancel_invitation(ctx: Context, room_id: AnyId, invitation_id: AnyId) -> None:
    """Cancel an invitation."""
    access = await access_room(ctx, room_id, Permission.INVITE, lock=True)
    invitation = await _lock_invitation(ctx, invitation_id)
    if invitation.room_id != access.room.id:
        raise InvitationNotFound()
    _end(ctx, invitation, InvitationStatus.CANCELLED)


async def decline_invitation(ctx: Context, invitation_id: AnyId) -> None:
    """Decline an invitation."""
    await _lock_room_of(ctx, invitation_id)
    _end(ctx, await _lock_own(ctx, invitation_id), InvitationStatus.DECLINED)


async def accept_invitation(ctx: Context, invitation_id: AnyId) -> Room:
    """Accept an invitation and join the room. Accepting again changes nothing; a member keeps their role."""
    room = await _lock_room_of(ctx, invitation_id)
    invitation = await _lock_own(ctx, invitation_id)
    member = await ctx.db.get(Member, (room.id, ctx.me.user_id))
    if member and invitation.status == InvitationStatus.ACCEPTED:
        return room
    _end(ctx, invitation, InvitationStatus.ACCEPTED)
    await admit(ctx, room, ctx.me.person, await given_role(ctx, room.id, invitation.role, invitation.invited_by))
    return room


async def _lock_room_of(ctx: Context, invitation_id: AnyId) -> Room:
    """Lock and return the room of one of the actor's invitations. The room is always locked first."""
    wanted = parse_id(invitation_id, InvitationNotFound)
    mine = (col(RoomInvitation.id) == wanted, col(RoomInvitation.user_id) == ctx.me.user_id)
    room_id: UUID | None = await ctx.db.scalar(select(col(RoomInvitation.room_id)).where(*mine))
    if room_id is None:
        raise InvitationNotFound()
    room = await lock_room(ctx, room_id)
    if room.deleted_at is not None:
        raise RoomNotFound()
    return room


async def _lock_invitation(ctx: Context, invitation_id: AnyId) -> RoomInvitation:
    wanted = parse_id(invitation_id, InvitationNotFound)
    invitation = await ctx.db.get(RoomInvitation, wanted, with_for_update=True, populate_existing=True)
    if invitation is None:
        raise InvitationNotFound()
    return invitation


async def _lock_own(ctx: Context, invitation_id: AnyId) -> RoomInvitation:
    invitation = await _lock_invitation(ctx, invitation_id)
    if invitation.user_id != ctx.me.user_id:
        raise InvitationNotFound()
    return invitation


def _end(ctx: Context, invitation: RoomInvitation, status: InvitationStatus) -> None:
    if invitation.status != InvitationStatus.PENDING:
        raise InvitationNotFound()
    invitation.status, invitation.answered_at = status, ctx.now
    ctx.emit(InvitationEnded(invitation.id, invitation.room_id, invitation.user_id))
