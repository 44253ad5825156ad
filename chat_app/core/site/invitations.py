"""Invite people to the site, who then may make an account by a link that works once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from sqlalchemy import select
from sqlmodel import col
from typing_extensions import TypedDict

from chat_app.core.access.site import SitePermission, SiteRole, access_site
from chat_app.core.accounts.errors import InvalidField, Taken
from chat_app.core.accounts.queries import is_staff
from chat_app.core.accounts.rules import check_choice, check_email
from chat_app.core.accounts.tables import User
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.secrets.digests import digest, new_secret
from chat_app.core.kernel.wire import Timestamp, timestamp
from chat_app.core.mail.commands import queue_mail
from chat_app.core.mail.tables import MailKind
from chat_app.core.site.errors import SiteInvitationNotFound, TooManyInvitations
from chat_app.core.site.tables import SiteInvitation

PREFIX: Final = "site-"
"""The prefix of tokens, which distinguishes them from those of rooms' invite links."""
DAYS_MAX: Final = 90
OPEN_MAX: Final = 200
MADE: Final = RateLimitItemPerHour(100, namespace="site_invitations")
LOOKS: Final = RateLimitItemPerMinute(60, namespace="site_invitation_looks")
_BY_STAFF: Final = col(SiteInvitation.created_by).in_(
    select(col(User.id)).where(is_staff(SitePermission.MANAGE_PEOPLE), col(User.suspended_at).is_(None))
)
"""Whether its author may still invite: otherwise a former admin could return by their own invitation."""
_OPEN: Final = (col(SiteInvitation.used_at).is_(None), col(SiteInvitation.revoked_at).is_(None))


class SiteInvitationOut(TypedDict):
    """An open invitation to the site. Its link is shown once, to its creator."""

    id: str
    email: str
    roles: list[str]
    created_at: Timestamp
    expires_at: Timestamp


@dataclass(frozen=True, slots=True)
class MadeInvitation:
    """An invitation and its path on this site, which is known now only."""

    invitation: SiteInvitation
    path: str


def invitation_json(invitation: SiteInvitation) -> SiteInvitationOut:
    """Return the shape in which REST gives an invitation."""
    return {
        "id": str(invitation.id),
        "email": invitation.email,
        "roles": list(invitation.roles),
        "created_at": timestamp(invitation.created_at),
        "expires_at": timestamp(invitation.expires_at),
    }


async def invite_to_site(
    ctx: Context, *, email: str = "", roles: Collection[str] = (), days: int = 7, locale: str = "en"
) -> MadeInvitation:
    """Create an invitation for so many days, and mail it if there is an ``email``.

    It may give ``roles``. Raises ``NotFound`` without the permission, ``InvalidField``, ``Taken``, ``RateLimited`` or
    :class:`TooManyInvitations`.
    """
    access_site(ctx, SitePermission.MANAGE_PEOPLE)
    email = check_email(email) if email.strip() else ""
    if not 1 <= days <= DAYS_MAX:
        raise InvalidField("setting_number_invalid", "days", minimum=1, maximum=DAYS_MAX)
    given = [check_choice(role, tuple(SiteRole), "roles") for role in roles]
    await ctx.limit(MADE, str(ctx.me.user_id))
    if email and await ctx.db.scalar(select(col(User.id)).where(col(User.email) == email)):
        raise Taken("email")
    await ctx.lock_key("site-invitations")
    if len(await _open(ctx)) >= OPEN_MAX:
        raise TooManyInvitations(maximum=OPEN_MAX)
    token, expires_at = PREFIX + new_secret(), ctx.now + timedelta(days=days)
    invitation = SiteInvitation(
        token_hash=digest(token), email=email, roles=given, created_at=ctx.now, expires_at=expires_at
    )
    invitation.created_by = ctx.me.user_id
    ctx.db.add(invitation)
    await ctx.db.flush()
    record(ctx, Action.INVITE_USER, email=email, given=given, days=days)
    path = f"/join/{token}"
    if email:
        await queue_mail(ctx, email, MailKind.SITE_INVITATION, locale=locale, inviter=ctx.me.person.name, path=path)
    return MadeInvitation(invitation, path)


async def list_site_invitations(ctx: Context) -> list[SiteInvitation]:
    """Return the invitations that work, the latest first. Raises ``NotFound`` for who may not see them."""
    access_site(ctx, SitePermission.VIEW_SITE)
    return await _open(ctx)


async def revoke_site_invitation(ctx: Context, invitation_id: AnyId) -> None:
    """End an invitation. Raises ``NotFound``, or :class:`SiteInvitationNotFound` for one that does not work."""
    access_site(ctx, SitePermission.MANAGE_PEOPLE)
    which = parse_id(invitation_id, SiteInvitationNotFound)
    invitation = await ctx.db.get(SiteInvitation, which, with_for_update=True)
    if invitation is None or invitation.used_at or invitation.revoked_at:
        raise SiteInvitationNotFound()
    invitation.revoked_at = ctx.now
    record(ctx, Action.REVOKE_INVITATION, email=invitation.email)


def is_site_token(token: str) -> bool:
    """Return whether a token is of an invitation to the site, and not of a room's invite link."""
    return token.startswith(PREFIX)


async def preview_site_invitation(ctx: Context, token: str, *, address: str = "") -> SiteInvitation:
    """Return the invitation of a token, which is the right to see it. Raises :class:`SiteInvitationNotFound`."""
    await ctx.limit(LOOKS, address)
    return await _usable(ctx, token)


async def use_site_invitation(ctx: Context, token: str, user: User) -> None:
    """Use an invitation up for a new account: give its roles, and verify the address if it is the invited one.

    If two people use it at once, the second gets :class:`SiteInvitationNotFound`.
    """
    invitation = await _usable(ctx, token, lock=True)
    invitation.used_at, invitation.used_by = ctx.now, user.id
    user.site_roles = [role.value for role in SiteRole if role in {*user.site_roles, *invitation.roles}]
    if invitation.email and invitation.email == user.email:
        user.email_verified_at = user.email_verified_at or ctx.now


async def _usable(ctx: Context, token: str, *, lock: bool = False) -> SiteInvitation:
    works = (
        *_OPEN,
        _BY_STAFF,
        col(SiteInvitation.expires_at) > ctx.now,
        col(SiteInvitation.token_hash) == digest(token),
    )
    statement = select(SiteInvitation).where(*works)
    found: SiteInvitation | None = await ctx.db.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise SiteInvitationNotFound()
    return found


async def _open(ctx: Context) -> list[SiteInvitation]:
    statement = select(SiteInvitation).where(*_OPEN, _BY_STAFF, col(SiteInvitation.expires_at) > ctx.now)
    return list(await ctx.db.scalars(statement.order_by(col(SiteInvitation.created_at).desc())))
