"""Invite a person, by name or by email."""

from typing import Final

from limits import RateLimitItemPerDay, RateLimitItemPerHour

from chat_app.core.access.permissions import Permission, Role
from chat_app.core.accounts.errors import InvalidField, UserNotFound
from chat_app.core.accounts.queries import find_user, get_user
from chat_app.core.accounts.rules import check_email
from chat_app.core.invitations.events import InvitationsSent
from chat_app.core.invitations.inviting import ASKED, InviteOutcome, Outcome, invite_people, inviting_room
from chat_app.core.invitations.links import MADE, add_link, check_given_role, invite_links
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId
from chat_app.core.mail.commands import queue_mail
from chat_app.core.mail.tables import MailKind
from chat_app.core.rooms.access import access_room

MAILED = RateLimitItemPerHour(30, namespace="invitation_mails")
TO_ONE_STRANGER = RateLimitItemPerDay(10, namespace="invitations_to_address")
"""The limit of invitations to an address without an account, by all senders, which protects mailboxes from floods."""

MAIL_HOURS: Final = 7 * 24


async def invite(ctx: Context, room_id: AnyId, to: str, *, role: str = Role.MEMBER) -> InviteOutcome:
    """Invite the person of this username, email or id to the room; an email without an account gets an invite link.

    The role is at most the actor's own. Raises :class:`UserNotFound` if ``to`` is neither a person nor an email.
    """
    await ctx.limit(ASKED, str(ctx.me.user_id))
    check_given_role(await access_room(ctx, room_id, Permission.INVITE), role)
    if user := await find_user(ctx, to):
        return (await invite_people(ctx, await inviting_room(ctx, room_id, role), [user], role))[0]
    try:
        address = check_email(to)
    except InvalidField:
        raise UserNotFound(field="to") from None
    return await _mail(ctx, room_id, address, role)


async def _mail(ctx: Context, room_id: AnyId, address: str, role: str) -> InviteOutcome:
    already = InviteOutcome(Outcome.ALREADY_INVITED, address=address)
    if await _has_link(ctx, room_id, address):
        return already
    await ctx.limit(MADE, str(ctx.me.user_id))
    await ctx.limit(MAILED, str(ctx.me.user_id))
    await ctx.limit(TO_ONE_STRANGER, address)
    access = await inviting_room(ctx, room_id, role)
    if await _has_link(ctx, room_id, address):  # by a concurrent request
        return already
    link = add_link(ctx, access, role=role, hours=MAIL_HOURS, max_uses=1, sent_to=address)
    locale = (await get_user(ctx, ctx.me.user_id)).locale  # the inviter's: the receiver's is unknown
    words = {"inviter": ctx.me.person.name, "room": access.room.name, "path": f"/join/{link.token}"}
    ctx.emit(InvitationsSent(access.room.id, ()))
    await queue_mail(ctx, address, MailKind.INVITATION, locale=locale, **words)
    return InviteOutcome(Outcome.MAILED, address=address)


async def _has_link(ctx: Context, room_id: AnyId, address: str) -> bool:
    return any(link.sent_to == address for link in await invite_links(ctx, room_id))
