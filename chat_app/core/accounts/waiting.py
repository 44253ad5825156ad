"""New accounts that wait for approval, or for proof of their address."""

from typing import Final

from sqlalchemy import func, select
from sqlmodel import col

from chat_app.core.access.site import SitePermission
from chat_app.core.accounts.events import SignUpsWaiting
from chat_app.core.accounts.queries import staff_ids
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.context import Context

ADDRESS: Final = "address"
APPROVAL: Final = "approval"
WAITING: Final = (col(User.waits_for) == APPROVAL, col(User.deleted_at).is_(None))


def wait_of(ctx: Context, *, proven: bool) -> str | None:
    """Return what a new account waits for: that its address is ``proven`` to be of an allowed domain, or approval.

    Without a mail server nobody could prove an address.
    """
    if ctx.policy.sign_up_domains and ctx.policy.mail_leaves and not proven:
        return ADDRESS
    return APPROVAL if ctx.policy.sign_up_approval else None


async def count_waiting(ctx: Context) -> int:
    """Return the number of accounts that wait for approval. For those whom the caller has checked."""
    return await ctx.db.scalar(select(func.count()).where(*WAITING)) or 0


async def publish_waiting(ctx: Context) -> None:
    """Publish to those who approve how many accounts wait, which this transaction has changed."""
    await ctx.db.flush()
    await ctx.lock_key("sign-ups")  # of two transactions, the second counts what the first has written
    ctx.emit(SignUpsWaiting(await staff_ids(ctx, SitePermission.MANAGE_PEOPLE), await count_waiting(ctx)))
