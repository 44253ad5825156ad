"""Suspend and restore people, as moderators."""

from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.site import SitePermission, SiteRole, access_site, site_can
from chat_app.core.accounts.errors import InvalidField, UserNotFound
from chat_app.core.accounts.tables import User
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.auth.sessions.commands import revoke_all_sessions
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotAllowed
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.texts.cleaning import clean_text
from chat_app.core.mail.commands import queue_mail
from chat_app.core.mail.tables import MailKind
from chat_app.core.safety.errors import ReportNotFound

REASON_MAX: Final = 500


async def suspend_user(ctx: Context, user_id: AnyId, reason: str) -> None:
    """Suspend a person until they are restored: all their sessions end, and they receive the reason by mail.

    Raises ``UserNotFound``, ``InvalidField`` for a missing or long reason, or ``NotAllowed`` for an admin, and for any
    member of the staff if the actor may not manage people.
    """
    access_site(ctx, SitePermission.MODERATE, ReportNotFound)
    reason = clean_text(reason)
    if not 0 < len(reason) <= REASON_MAX:
        raise InvalidField("reason_required" if not reason else "reason_long", "reason", maximum=REASON_MAX)
    user = await lock_user(ctx, parse_id(user_id, UserNotFound))
    if user.suspended_at is None:
        await suspend(ctx, user)
        record(ctx, Action.SUSPEND_USER, user_id=user.id, reason=reason)
        await queue_mail(ctx, user.email, MailKind.ACCOUNT_SUSPENDED, locale=user.locale, name=user.name, reason=reason)


async def restore_user(ctx: Context, user_id: AnyId) -> None:
    """Restore a suspended person, and notify them by mail; do nothing if they are not suspended."""
    access_site(ctx, SitePermission.MODERATE, ReportNotFound)
    user = await lock_user(ctx, parse_id(user_id, UserNotFound))
    if user.site_roles:
        access_site(ctx, SitePermission.MANAGE_PEOPLE, NotAllowed)
    if user.suspended_at is not None:
        user.suspended_at = None
        record(ctx, Action.RESTORE_USER, user_id=user.id)
        await queue_mail(ctx, user.email, MailKind.ACCOUNT_RESTORED, locale=user.locale, name=user.name)


async def suspend(ctx: Context, user: User) -> None:
    """Suspend a locked person whom the actor may suspend, and end their sessions. Raises ``NotAllowed``."""
    manages = site_can(ctx.me.site_roles, SitePermission.MANAGE_PEOPLE)
    if user.site_roles and (SiteRole.ADMIN in user.site_roles or not manages):
        raise NotAllowed()
    user.suspended_at = user.suspended_at or ctx.now
    await revoke_all_sessions(ctx, user.id)


async def lock_user(ctx: Context, user_id: UUID | None) -> User:
    """Lock and return a person who has an account. Raises ``UserNotFound``."""
    there = (col(User.id) == user_id, col(User.deleted_at).is_(None))
    statement = select(User).where(*there).with_for_update(key_share=True)
    user: User | None = (await ctx.db.scalars(statement, execution_options={"populate_existing": True})).first()
    if user is None:
        raise UserNotFound()
    return user
