"""Ask for help in a conversation, and withdraw that."""

from typing import Final

from limits import RateLimitItemPerHour

from chat_app.core.access.permissions import Permission
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotAllowed
from chat_app.core.kernel.ids import AnyId, new_id
from chat_app.core.rooms.access import RoomAccess, access_room
from chat_app.core.rooms.help.commands import end_help, open_request, set_help
from chat_app.core.rooms.help.tables import HelpRequest
from chat_app.core.rooms.kinds.help import HelpEnd, HelpState
from chat_app.core.rooms.kinds.lines import LineKind
from chat_app.core.rooms.lines.writing import write_line
from chat_app.core.support.alerts import enqueue_alerts
from chat_app.core.support.errors import NoHelpHere
from chat_app.core.support.rules import check_reason, has_ai

HELP: Final = RateLimitItemPerHour(10, namespace="help_requests")


async def ask_for_help(ctx: Context, room_id: AnyId, reason: str = "") -> RoomAccess:
    """Ask the site's support for help in a room with an AI: they may then see it and join.

    A repeated request has no effect. Raises ``NotAllowed`` in a direct chat, :class:`NoHelpHere`, :class:`InvalidHelp`
    or ``RateLimited``.
    """
    reason = check_reason(reason)
    await ctx.limit(HELP, str(ctx.me.user_id))
    access = await access_room(ctx, room_id, Permission.SEND, lock=True)
    room = access.room
    if room.pair:
        raise NotAllowed()
    if not has_ai(room.kind, room.ai_rule):
        raise NoHelpHere()
    if room.help_state != HelpState.NONE:
        return access
    request = HelpRequest(id=new_id(), room_id=room.id, asked_by_id=ctx.me.user_id, reason=reason, asked_at=ctx.now)
    ctx.db.add(request)
    await enqueue_alerts(ctx, request)
    await write_line(ctx, room, LineKind.HELP_ASKED, ctx.me.person)
    await set_help(ctx, room, HelpState.REQUESTED, ctx.me.user_id)
    return access


async def withdraw_help(ctx: Context, room_id: AnyId) -> RoomAccess:
    """Withdraw a request for help, or end the help of a supporter: the actor's own request, or any as a person who
    manages members. Does nothing without a request. Raises ``NotAllowed`` for others.
    """
    access = await access_room(ctx, room_id, Permission.SEND, lock=True)
    request = await open_request(ctx, access.room.id)
    if request is None:
        return access
    if request.asked_by_id != ctx.me.user_id and not access.allows(Permission.MANAGE_MEMBERS):
        raise NotAllowed()
    await end_help(ctx, access.room, HelpEnd.WITHDRAWN, by=ctx.me.person if not request.taken_at else None)
    return access
