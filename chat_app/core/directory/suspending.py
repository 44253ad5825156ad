"""Suspend and restore people in the name of a directory."""

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.site import SiteRole
from chat_app.core.accounts.tables import User
from chat_app.core.audit.tables import Action, AuditEntry
from chat_app.core.auth.sessions.commands import revoke_all_sessions
from chat_app.core.directory.errors import DirectoryRefused
from chat_app.core.directory.following import is_last_admin
from chat_app.core.directory.recording import note_restored, note_suspended
from chat_app.core.kernel.context import Context


async def suspend_person(ctx: Context, user: User, source: str) -> None:
    """Suspend a person and end their sessions, in the name of a directory, which is the ``source`` in the log. Raises
    :class:`DirectoryRefused` for the last admin, and for people who may always sign in by password.
    """
    if user.suspended_at is not None:
        return
    if user.username in ctx.policy.break_glass:
        raise DirectoryRefused()
    if SiteRole.ADMIN in user.site_roles and await is_last_admin(ctx, user):
        raise DirectoryRefused()
    user.suspended_at = ctx.now
    await revoke_all_sessions(ctx, user.id)
    await note_suspended(ctx, user, source)


async def restore_person(ctx: Context, user: User, source: str) -> None:
    """Lift a suspension in the name of a directory."""
    user.suspended_at = None
    await note_restored(ctx, user, source)


async def suspended_by(ctx: Context, user: User) -> set[str | None]:
    """Return the author of a person's suspension: a directory's name, or ``None`` for the staff."""
    source = col(AuditEntry.details)["source"].astext
    theirs = (col(AuditEntry.user_id) == user.id, col(AuditEntry.action) == Action.SUSPEND_USER)
    return set(await ctx.db.scalars(select(source).where(*theirs, col(AuditEntry.at) >= user.suspended_at)))
