"""Invite a whole group."""

from chat_app.core.access.permissions import Permission, Role
from chat_app.core.groups.queries import group_users
from chat_app.core.invitations.inviting import ASKED, InviteOutcome, invite_people, inviting_room
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId
from chat_app.core.rooms.access import access_room


async def invite_group(
    ctx: Context, room_id: AnyId, group_id: AnyId, *, role: str = Role.MEMBER
) -> list[InviteOutcome]:
    """Invite everybody in one of the actor's groups. Returns the outcome for each."""
    await access_room(ctx, room_id, Permission.INVITE)
    users = [user for user in await group_users(ctx, group_id) if user.id != ctx.me.user_id]
    await ctx.limit(ASKED, str(ctx.me.user_id), count=len(users) or 1)
    return await invite_people(ctx, await inviting_room(ctx, room_id, role), users, role)
