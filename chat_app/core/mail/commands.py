"""Store mail, and record its sending, each in a separate transaction."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func
from sqlmodel import col

from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import Busy
from chat_app.core.kernel.secrets.keyring import Keyring
from chat_app.core.kernel.secrets.vault import seal, unseal
from chat_app.core.kernel.work.jobs import JobKind, Retry
from chat_app.core.mail.tables import Mail, MailKind

SEND_MAIL: Final = JobKind("send_mail", Retry(attempts=10, first=timedelta(minutes=1)))
"""Retries for about eight hours."""

SEAL: Final = "mail"

LEASE: Final = timedelta(minutes=2)
"""The lease of a mail that is being sent: longer than an attempt can take."""

LONGEST: Final = timedelta(days=30)
"""The longest that a mail may wait: longer than all attempts and manual retries take."""


async def queue_mail(
    ctx: Context, address: str, kind: MailKind, *, locale: str = "en", path: str = "", **details: str
) -> None:
    """Queue a mail, which is sent once the transaction has committed.

    ``details`` are the values in its text; a ``path`` on this site becomes the full address ``link``, which can be a
    credential.
    """
    mail = Mail(address=address, kind=kind, locale=locale, details=details, created_at=ctx.now, next_at=ctx.now)
    mail.sealed_path = seal(ctx.policy.keys, SEAL, path) if path else None
    ctx.db.add(mail)
    await ctx.enqueue(SEND_MAIL, mail=str(mail.id))


def path_of(mail: Mail, keys: Keyring) -> str:
    """Return the path of a mail's link; the site's own where it has none, or its key is lost.

    Mail that has waited since before links were sealed has it among its details.
    """
    return (unseal(keys, SEAL, mail.sealed_path) if mail.sealed_path else mail.details.get("path")) or "/"


async def claim_mail(ctx: Context, mail_id: UUID) -> Mail | None:
    """Claim a mail for sending; return ``None`` when there is nothing to do.

    Raises :class:`Busy` while another attempt has it: a process that seems dead may still be sending.
    """
    mail = await ctx.db.get(Mail, mail_id, with_for_update=True)
    if mail is None or mail.sent_at:  # the mail: it may have been deleted with its reader's account
        return None
    if mail.attempts and mail.next_at > ctx.now:
        raise Busy()
    mail.attempts += 1
    mail.next_at, mail.given_up_at = ctx.now + LEASE, None
    return mail


async def note_sent(ctx: Context, mail_id: UUID, *, keep: bool) -> None:
    """Record a mail as sent; ``keep`` its content for the outbox page, where no mail leaves."""
    mail = await ctx.db.get(Mail, mail_id)
    if mail is None:
        return
    mail.sent_at = ctx.now
    if not keep:
        mail.details, mail.sealed_path = {}, None


async def note_failed(ctx: Context, mail_id: UUID, *, refused: bool, last: bool) -> None:
    """Record a failed attempt, and give up when it was ``refused`` or the ``last`` one.

    After the last attempt the site's admins can retry the job, so the mail keeps its content.
    """
    mail = await ctx.db.get(Mail, mail_id)
    if mail is None:
        return
    mail.next_at = ctx.now
    if refused or last:
        mail.given_up_at = ctx.now
    if refused:
        mail.details, mail.sealed_path = {}, None


async def forget_mails_to(ctx: Context, address: str) -> None:
    """Delete all mail to an address, sent or not."""
    await ctx.db.execute(delete(Mail).where(col(Mail.address) == address))


async def forget_mails(ctx: Context) -> None:
    """Delete mail that was finished a while ago, and mail that has no job any more."""
    kept = timedelta(days=ctx.policy.mail_days)
    done_at = func.coalesce(col(Mail.sent_at), col(Mail.given_up_at))
    left = col(Mail.created_at) < ctx.now - max(kept, LONGEST)
    await ctx.db.execute(delete(Mail).where((done_at < ctx.now - kept) | left))
