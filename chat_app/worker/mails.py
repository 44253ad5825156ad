"""Send the mail of the outbox."""

from dataclasses import dataclass
from uuid import UUID

import structlog

from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.persistence import persist
from chat_app.core.kernel.work.jobs import JobAttempt
from chat_app.core.mail.commands import claim_mail, note_failed, note_sent
from chat_app.core.mail.ports import Mailer, MailRefused, MailUnavailable, Wording

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class MailSender:
    """Renders and sends mail. A mail that a dying process was sending is sent again, perhaps twice."""

    work: UnitOfWork
    mailer: Mailer
    word: Wording

    async def send(self, attempt: JobAttempt, *, mail: str) -> None:
        """Send a mail and record the result, however long the database takes."""
        async with self.work.begin() as ctx:
            taken = await claim_mail(ctx, UUID(mail))
        if taken is None:
            return
        try:
            await self.mailer.send(self.word(taken))
        except MailRefused as error:
            log.warning("mail_refused", kind=taken.kind, mail=mail, error=str(error))
            await persist(self.work, note_failed, taken.id, refused=True, last=True)
        except MailUnavailable:
            await persist(self.work, note_failed, taken.id, refused=False, last=attempt.last)
            raise
        else:
            await persist(self.work, note_sent, taken.id, keep=not self.mailer.delivers)
