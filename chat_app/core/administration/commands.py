"""Change people's accounts, as the site's admins. The log records every change."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlmodel import col

from chat_app.core.access.site import SitePermission, SiteRole, access_site
from chat_app.core.accounts.errors import InvalidField, UserNotFound
from chat_app.core.accounts.events import SiteRolesChanged
from chat_app.core.accounts.tables import User
from chat_app.core.administration.errors import InvalidRole, IsAdmin, NotOnOneself
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.auth.sessions.commands import revoke_all_sessions
from chat_app.core.auth.tables import Authenticator, RecoveryCode
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.mail.commands import queue_mail
from chat_app.core.mail.tables import MailKind
from chat_app.core.personal.commands import end_account
from chat_app.core.personal.errors import LastAdmin
from chat_app.core.safety.suspending import lock_user

_IN_ORDER: Final = [role.value for role in SiteRole]


async def set_site_roles(ctx: Context, user_id: AnyId, roles: Collection[str]) -> User:
    """Set a person's roles in running the site to exactly these, and notify them by mail.

    Raises ``UserNotFound``, :class:`InvalidRole`, :class:`NotOnOneself` if an admin gives themselves a role, or
    ``LastAdmin``.
    """
    access_site(ctx, SitePermission.MANAGE_PEOPLE)
    if not set(roles) <= set(SiteRole):
        raise InvalidRole()
    user = await lock_user(ctx, parse_id(user_id, UserNotFound))
    before, after = set(user.site_roles), set(roles)
    if user.id == ctx.me.user_id and after - before:
        raise NotOnOneself()
    if before == after:
        return user
    if SiteRole.ADMIN in before - after:
        await _check_other_admins(ctx, user.id)
    user.site_roles = [role for role in _IN_ORDER if role in after]
    given, taken = sorted(after - before), sorted(before - after)
    record(ctx, Action.CHANGE_ROLES, user_id=user.id, given=given, taken=taken)
    ctx.emit(SiteRolesChanged(user.id, tuple(user.site_roles)))
    await queue_mail(ctx, user.email, MailKind.ROLES_CHANGED, locale=user.locale, name=user.name)
    return user


async def sign_out_user(ctx: Context, user_id: AnyId) -> int:
    """End all sessions of a person; return how many there were. Raises ``UserNotFound``."""
    access_site(ctx, SitePermission.MANAGE_PEOPLE)
    user = await lock_user(ctx, parse_id(user_id, UserNotFound))
    ended = await revoke_all_sessions(ctx, user.id)
    record(ctx, Action.SIGN_OUT_USER, user_id=user.id, sessions=len(ended))
    return len(ended)


async def reset_second_factor(ctx: Context, user_id: AnyId) -> None:
    """Turn off the second factor of a person who has lost it, and notify them by mail.

    Raises ``UserNotFound``, or :class:`NotOnOneself`: turning off the actor's own second factor needs its code.
    """
    access_site(ctx, SitePermission.MANAGE_PEOPLE)
    user = await lock_user(ctx, parse_id(user_id, UserNotFound))
    _check_other(ctx, user)
    was = await ctx.db.scalars(
        delete(Authenticator).where(col(Authenticator.user_id) == user.id).returning(col(Authenticator.confirmed_at))
    )
    await ctx.db.execute(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user.id))
    if any(was):
        record(ctx, Action.RESET_SECOND_FACTOR, user_id=user.id)
        await queue_mail(ctx, user.email, MailKind.TWO_FACTOR_OFF, locale=user.locale, name=user.name)


async def delete_user(ctx: Context, user_id: AnyId, username: str) -> None:
    """Delete a person's account, as the person could.

    Other members become masters of their rooms. The ``username`` confirms the person, to prevent mistakes. Raises
    ``UserNotFound``, ``InvalidField`` for another name, :class:`NotOnOneself`, :class:`IsAdmin`, or ``RoomsChanged``.
    """
    access_site(ctx, SitePermission.MANAGE_PEOPLE)
    user = await ctx.db.get(User, parse_id(user_id, UserNotFound))  # `end_account` locks it, after its rooms
    if user is None or user.deleted_at is not None:
        raise UserNotFound()
    _check_other(ctx, user)
    if SiteRole.ADMIN in user.site_roles:
        raise IsAdmin()
    if username.strip().removeprefix("@") != user.username:
        raise InvalidField("username_differs", "username")
    name, address, locale = user.name, user.email, user.locale
    await end_account(ctx, user.id, pass_rooms=True)
    record(ctx, Action.DELETE_USER, user_id=user.id, username=username.strip().removeprefix("@"))
    await queue_mail(ctx, address, MailKind.ACCOUNT_DELETED, locale=locale, name=name)


def _check_other(ctx: Context, user: User) -> None:
    if user.id == ctx.me.user_id:
        raise NotOnOneself()


async def _check_other_admins(ctx: Context, user_id: UUID) -> None:
    await ctx.lock_key("the last admin")  # of two concurrent changes, the second counts the rest of the first
    others = select(func.count()).where(
        col(User.id) != user_id,
        col(User.site_roles).contains([SiteRole.ADMIN]),
        col(User.deleted_at).is_(None),
        col(User.suspended_at).is_(None),
    )
    if not await ctx.db.scalar(others):
        raise LastAdmin()
