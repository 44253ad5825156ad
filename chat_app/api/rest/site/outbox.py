"""Read the outbox, as the site's admin."""

from dataclasses import asdict
from typing import Literal, cast

from fastapi import APIRouter
from typing_extensions import TypedDict

from chat_app.api.auth import Parts, Reading
from chat_app.api.cursors import whole
from chat_app.core.kernel.wire import Timestamp
from chat_app.core.mail.queries import outbox, view_mail

router = APIRouter(tags=["site"])


class MailOut(TypedDict):
    """A mail. Subject and text are present only where the site has no mail server."""

    id: str
    at: Timestamp
    address: str
    kind: str
    state: Literal["waiting", "sent", "given_up"]
    attempts: int
    subject: str
    text: str


class OutboxOut(TypedDict):
    """The newest mails, and whether the site sends mail. There is no `next` page."""

    items: list[MailOut]
    next: str
    delivers: bool


@router.get("/outbox")
async def read_outbox(ctx: Reading, parts: Parts) -> OutboxOut:
    """List the latest mails. For the site's admin only; other people get not found."""
    mailer, word = parts.mails.mailer, parts.mails.word
    mails = [cast(MailOut, asdict(view_mail(mail, mailer, word))) for mail in await outbox(ctx)]
    return {**whole(mails), "delivers": mailer.delivers}
