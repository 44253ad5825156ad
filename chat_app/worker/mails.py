"""Sends the mail that is in the outbox."""

import asyncio
from contextlib import suppress
from typing import Final

import structlog

from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import Unavailable
from chat_app.core.kernel.persistence import persist
from chat_app.core.mail.commands import claim_mails, forget_mails, note_failed, note_sent
from chat_app.core.mail.events import MailQueued
from chat_app.core.mail.ports import Mailer, MailRefused, MailUnavailable, Wording
from chat_app.core.mail.tables import Mail

POLL_SECONDS: Final = 10.0
"""How often the outbox is looked at without being told: for second attempts, and what other processes left behind."""

AT_ONCE: Final = 2

log = structlog.get_logger()


class MailWorker:
    """One per process. A mail that a dying process was sending is sent by another one, perhaps twice."""

    def __init__(self, work: UnitOfWork, mailer: Mailer, word: Wording) -> None:
        self.mailer, self.word = mailer, word
        self._work = work
        self._wake = asyncio.Event()

    async def on_event(self, event: object) -> None:
        """Hear that there is something to send."""
        if isinstance(event, MailQueued):
            self._wake.set()

    async def send_queued(self) -> None:
        """Send what is due, and what becomes due, until cancelled."""
        while True:
            self._wake.clear()
            try:
                await self.send_due()
            except Unavailable as error:
                # The database may be away for a while; the mail is still there when it is back. By then a claim may
                # have run out, whose process first notes what became of the mail.
                log.warning("mail_not_taken", code=error.code)
                await asyncio.sleep(POLL_SECONDS)
            except Exception:
                log.exception("mail_not_taken")
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._wake.wait()

    async def send_due(self) -> None:
        """Send all that is due."""
        async with self._work.begin() as ctx:
            await forget_mails(ctx)
        while mails := await self._claim():
            await asyncio.gather(*map(self._send, mails))

    async def _claim(self) -> list[Mail]:
        async with self._work.begin() as ctx:
            return list(await claim_mails(ctx, AT_ONCE))

    async def _send(self, mail: Mail) -> None:
        try:
            await self.mailer.send(self.word(mail))
        except (MailRefused, MailUnavailable) as error:
            log.warning("mail_not_sent", kind=mail.kind, mail=str(mail.id), attempt=mail.attempts, error=str(error))
            await persist(self._work, note_failed, mail.id, forever=isinstance(error, MailRefused))
        else:
            await persist(self._work, note_sent, mail.id, keep=not self.mailer.delivers)
