"""Keep mail in the outbox of a site without a mail server, and log that mail waits."""

import structlog

from chat_app.core.mail.ports import Letter

log = structlog.get_logger()


class KeptMailer:
    """Keeps letters in the outbox, which the site's admin can read at ``/admin/outbox``."""

    delivers = False

    async def send(self, letter: Letter) -> None:
        """Log that there is a mail, without its receiver or text, which may be secret."""
        log.warning("mail_kept", kind=letter.kind, mail=str(letter.id), read_at="/admin/outbox")
