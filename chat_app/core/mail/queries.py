"""Read the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.kernel.context import Context
from chat_app.core.mail.ports import Mailer, Wording
from chat_app.core.mail.tables import Mail

NEWEST: Final = 50


@dataclass(frozen=True, slots=True)
class MailView:
    """A mail as the admin sees it. Subject and text are present only if no mail server is configured."""

    id: str
    at: str
    address: str
    kind: str
    state: str
    attempts: int
    subject: str
    text: str


async def outbox(ctx: Context) -> Sequence[Mail]:
    """Return the newest mails, for the site's admin; raises ``NotFound`` for everybody else."""
    access_site(ctx, SitePermission.MANAGE_SITE)
    return (await ctx.db.scalars(select(Mail).order_by(col(Mail.created_at).desc()).limit(NEWEST))).all()


def view_mail(mail: Mail, mailer: Mailer, word: Wording) -> MailView:
    """Return the admin's view of a mail, without its text where mail reaches people."""
    letter = None if mailer.delivers or mail.given_up_at else word(mail)
    return MailView(
        id=str(mail.id),
        at=mail.created_at.isoformat(timespec="milliseconds"),
        address=mail.address,
        kind=mail.kind,
        state="sent" if mail.sent_at else "given_up" if mail.given_up_at else "waiting",
        attempts=mail.attempts,
        subject=letter.subject if letter else "",
        text=letter.text if letter else "",
    )
