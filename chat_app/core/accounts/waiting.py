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
    """Return what a new account waits for: proof that its address is of an allowed domain (``proven``), or approval.

    Without a mail server, addresses cannot be proven.
    """
    if ctx.policy.sign_up_domains and ctx.policy.mail_leaves and not proven:
        return ADDRESS
    return APPROVAL if ctx.policy.sign_up_approval else None


async def count_waiting(ctx: Context) -> int:
    """Return the number of accounts that wait for approval. The caller has checked the permission."""
    return await ctx.db.scalar(select(func.count()).where(*WAITING)) or 0


async def publish_waiting(ctx: Context) -> None:
    """Publish the number of waiting accounts, which this transaction has changed, to the people who approve them."""
    await ctx.db.flush()
    await ctx.lock_key("sign-ups")  # of two concurrent transactions, the second counts with the changes of the first
    ctx.emit(SignUpsWaiting(await staff_ids(ctx, SitePermission.MANAGE_PEOPLE), await count_waiting(ctx)))
