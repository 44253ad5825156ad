"""The outbox, for the site's admin."""

from typing import Literal

from fastapi import APIRouter
from typing_extensions import TypedDict

from chat_app.api.auth import Parts, Reading
from chat_app.api.cursors import whole
from chat_app.bootstrap import Runtime
from chat_app.core.kernel.wire import Moment, moment
from chat_app.core.mail.queries import outbox
from chat_app.core.mail.tables import Mail

router = APIRouter(tags=["site"])


class MailOut(TypedDict):
    """A mail. Subject and text are only there where it is kept, because the site has no mail server."""

    id: str
    at: Moment
    address: str
    kind: str
    state: Literal["waiting", "sent", "given_up"]
    attempts: int
    subject: str
    text: str


class OutboxOut(TypedDict):
    """The newest mails, and whether mail leaves the site at all. There is no `next` page."""

    items: list[MailOut]
    next: str
    delivers: bool


@router.get("/outbox")
async def read_outbox(ctx: Reading, parts: Parts) -> OutboxOut:
    """What the site has mailed lately. Nobody but its admin finds it."""
    mails = [mail_json(mail, parts) for mail in await outbox(ctx)]
    return {**whole(mails), "delivers": parts.mails.mailer.delivers}


def mail_json(mail: Mail, parts: Runtime) -> MailOut:
    """A mail as the admin sees it: what was written to people is theirs, where it reaches them."""
    letter = None if parts.mails.mailer.delivers or mail.given_up_at else parts.mails.word(mail)
    return {
        "id": str(mail.id),
        "at": moment(mail.created_at),
        "address": mail.address,
        "kind": mail.kind,
        "state": "sent" if mail.sent_at else "given_up" if mail.given_up_at else "waiting",
        "attempts": mail.attempts,
        "subject": letter.subject if letter else "",
        "text": letter.text if letter else "",
    }
