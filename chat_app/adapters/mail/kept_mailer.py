"""No way out: a site without a mail server keeps its mail, and says so in the log."""

import structlog

from chat_app.core.mail.ports import Letter

log = structlog.get_logger()


class KeptMailer:
    """Letters stay in the outbox, which the site's admin can read at ``/outbox``."""

    delivers = False

    async def send(self, letter: Letter) -> None:
        """Tell the log that there is one; not to whom, nor what it says, which may be a secret."""
        log.warning("mail_kept", kind=letter.kind, mail=str(letter.id), read_at="/outbox")
