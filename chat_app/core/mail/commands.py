"""Write mail down, and what the worker does with it: each in a transaction of its own."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlmodel import col

from chat_app.core.kernel.context import Context
from chat_app.core.mail.events import MailQueued
from chat_app.core.mail.tables import Mail, MailKind

LEASE: Final = timedelta(minutes=2)
"""How long a mail that is being sent is left alone: longer than an attempt can take."""

FIRST_PAUSE: Final = timedelta(minutes=1)
"""After the first attempt; twice as long after each further one."""

ATTEMPTS_MAX: Final = 10
"""About seventeen hours."""

KEPT: Final = timedelta(days=7)


async def queue_mail(ctx: Context, address: str, kind: MailKind, *, locale: str = "en", **details: str) -> None:
    """Have a mail sent once the transaction has committed.

    ``details`` are what its words name; a ``path`` on this site becomes the whole address ``link``.
    """
    mail = Mail(address=address, kind=kind, locale=locale, details=details, created_at=ctx.now, next_at=ctx.now)
    ctx.db.add(mail)
    ctx.emit(MailQueued())


async def claim_mails(ctx: Context, limit: int) -> Sequence[Mail]:
    """Take the mails that are due and that nobody else takes. Waits for nothing."""
    due = (
        select(Mail)
        .where(col(Mail.sent_at).is_(None), col(Mail.given_up_at).is_(None), col(Mail.next_at) <= ctx.now)
        .order_by(col(Mail.next_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    mails = (await ctx.db.scalars(due)).all()
    for mail in mails:
        mail.attempts += 1
        mail.next_at = ctx.now + LEASE
    return mails


async def note_sent(ctx: Context, mail_id: UUID, *, keep: bool) -> None:
    """Strike a mail off; ``keep`` its content for the outbox's page, where that is all that becomes of it."""
    mail = await ctx.db.get(Mail, mail_id)
    if mail is None:  # gone with its reader's account
        return
    mail.sent_at = ctx.now
    if not keep:
        mail.details = {}


async def note_failed(ctx: Context, mail_id: UUID, *, forever: bool) -> None:
    """Have a mail tried again later; or give it up, when it was refused ``forever`` or has been tried for long."""
    mail = await ctx.db.get(Mail, mail_id)
    if mail is None:
        return
    if forever or mail.attempts >= ATTEMPTS_MAX:
        mail.given_up_at, mail.details = ctx.now, {}
    else:
        mail.next_at = ctx.now + FIRST_PAUSE * 2 ** (mail.attempts - 1)


async def forget_mails_to(ctx: Context, address: str) -> None:
    """Delete all mail to an address, sent or not."""
    await ctx.db.execute(delete(Mail).where(col(Mail.address) == address))


async def forget_mails(ctx: Context) -> None:
    """Delete what was done with a while ago."""
    done_at = func.coalesce(col(Mail.sent_at), col(Mail.given_up_at))
    await ctx.db.execute(delete(Mail).where(done_at < ctx.now - KEPT))
