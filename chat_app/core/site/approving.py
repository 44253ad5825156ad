"""Approve or decline new accounts, as the site's admins."""

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.accounts.tables import User
from chat_app.core.accounts.waiting import publish_waiting
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.mail.commands import queue_mail
from chat_app.core.mail.tables import MailKind
from chat_app.core.site.errors import NotWaiting


async def approve_user(ctx: Context, user_id: AnyId) -> None:
    """Approve a new account, also one without a verified address; its person is notified by mail.

    Raises ``NotFound`` for who may not, ``UserNotFound``, or :class:`NotWaiting`.
    """
    user = await _waiting_user(ctx, user_id)
    user.waits_for = None
    record(ctx, Action.APPROVE_USER, user_id=user.id)
    await queue_mail(ctx, user.email, MailKind.ACCOUNT_APPROVED, locale=user.locale, name=user.name, path="/sign-in")
    await publish_waiting(ctx)


async def decline_user(ctx: Context, user_id: AnyId) -> None:
    """Decline a new account: delete it, and notify the person by mail. They may sign up again. Raises as
    :func:`approve_user` does.
    """
    user = await _waiting_user(ctx, user_id)
    record(ctx, Action.DECLINE_USER, username=user.username, email=user.email)
    await queue_mail(ctx, user.email, MailKind.ACCOUNT_DECLINED, locale=user.locale, name=user.name)
    await ctx.db.delete(user)
    await publish_waiting(ctx)


async def _waiting_user(ctx: Context, user_id: AnyId) -> User:
    access_site(ctx, SitePermission.MANAGE_PEOPLE)
    user = await ctx.db.get(User, parse_id(user_id, UserNotFound), with_for_update=True, populate_existing=True)
    if user is None or user.deleted_at is not None:
        raise UserNotFound()
    if user.waits_for is None:
        raise NotWaiting()
    return user
