"""The state of the page ``/admin/outbox``."""

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.mail.queries import MailView, outbox, view_mail
from chat_app.ui.page_state import PageState, loading


class OutboxState(PageState, rx.State):
    """The latest mails, and whether mail leaves the site."""

    delivers: bool = False
    mails: list[MailView] = []

    @rx.event
    async def load(self) -> None:
        """List the newest mails, for the site's admin."""
        self.mails = []
        async with loading(self) as ctx:
            mailer, word = runtime().mails.mailer, runtime().mails.word
            self.mails = [view_mail(mail, mailer, word) for mail in await outbox(ctx)]
            self.delivers = mailer.delivers
