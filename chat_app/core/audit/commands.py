"""Delete expired entries of the log of the staff's actions."""

from datetime import timedelta

from sqlalchemy import and_, delete, select
from sqlmodel import col

from chat_app.core.accounts.tables import User
from chat_app.core.audit.tables import Action, AuditEntry
from chat_app.core.kernel.context import Context


async def forget_audit(ctx: Context) -> None:
    """Delete expired entries of the log, except those of active suspensions.

    By these it is known that the staff suspended a person, so that no directory lifts the suspension.
    """
    old = col(AuditEntry.at) < ctx.now - timedelta(days=ctx.policy.audit_days)
    theirs = (col(User.id) == col(AuditEntry.user_id), col(User.deleted_at).is_(None))
    lasts = select(col(User.id)).where(*theirs, col(User.suspended_at) <= col(AuditEntry.at)).exists()
    await ctx.db.execute(delete(AuditEntry).where(old, ~and_(col(AuditEntry.action) == Action.SUSPEND_USER, lasts)))
