"""Delete what the log of the staff's actions keeps no longer."""

from datetime import timedelta

from sqlalchemy import and_, delete, select
from sqlmodel import col

from chat_app.core.accounts.tables import User
from chat_app.core.audit.tables import Action, AuditEntry
from chat_app.core.kernel.context import Context


async def forget_audit(ctx: Context) -> None:
    """Delete very old entries of the log, but not by whom somebody is suspended still: no directory lifts what the
    staff has decided.
    """
    old = col(AuditEntry.at) < ctx.now - timedelta(days=ctx.policy.audit_days)
    theirs = (col(User.id) == col(AuditEntry.user_id), col(User.deleted_at).is_(None))
    lasts = select(col(User.id)).where(*theirs, col(User.suspended_at) <= col(AuditEntry.at)).exists()
    await ctx.db.execute(delete(AuditEntry).where(old, ~and_(col(AuditEntry.action) == Action.SUSPEND_USER, lasts)))
