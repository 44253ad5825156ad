"""Invite a whole group."""

from chat_app.core.access.permissions import Permission, Role
from chat_app.core.groups.queries import group_users
from chat_app.core.invitations.asking import ASKED, AskedPerson, ask_people, inviting_room
from chat_app.core.kernel.context import Context
from chat_app.core.rooms.access import access_room


async def invite_group(
    ctx: Context, room_id: object, group_id: object, *, role: str = Role.MEMBER
) -> list[AskedPerson]:
    """Invite everybody in one of the actor's groups. Returns the outcome for each."""
    await access_room(ctx, room_id, Permission.INVITE)
    users = [user for user in await group_users(ctx, group_id) if user.id != ctx.me.user_id]
    await ctx.limit(ASKED, str(ctx.me.user_id), count=len(users) or 1)
    return await ask_people(ctx, await inviting_room(ctx, room_id, role), users, role)
