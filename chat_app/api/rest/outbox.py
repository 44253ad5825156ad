"""The outbox, for the site's admin."""

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel

from chat_app.api.auth import Parts, SignedIn
from chat_app.api.shapes import Moment
from chat_app.bootstrap import Runtime
from chat_app.core.mail.queries import outbox
from chat_app.core.mail.tables import Mail

router = APIRouter(tags=["site"])


class MailOut(BaseModel):
    """A mail. Subject and text are only there where it is kept, because the site has no mail server."""

    id: str
    at: Moment
    address: str
    kind: str
    state: Literal["waiting", "sent", "given_up"]
    attempts: int
    subject: str
    text: str


class OutboxOut(BaseModel):
    """The newest mails, and whether mail leaves the site at all."""

    delivers: bool
    mails: list[MailOut]


@router.get("/outbox", response_model=OutboxOut)
async def read_outbox(ctx: SignedIn, parts: Parts) -> Any:
    """What the site has mailed lately. Nobody but its admin finds it."""
    return {
        "delivers": parts.mails.mailer.delivers,
        "mails": [mail_json(mail, parts) for mail in await outbox(ctx)],
    }


def mail_json(mail: Mail, parts: Runtime) -> dict[str, object]:
    """A mail as the admin sees it: what was written to people is theirs, where it reaches them."""
    letter = None if parts.mails.mailer.delivers or mail.given_up_at else parts.mails.word(mail)
    return {
        "id": str(mail.id),
        "at": mail.created_at.isoformat(timespec="milliseconds"),
        "address": mail.address,
        "kind": mail.kind,
        "state": "sent" if mail.sent_at else "given_up" if mail.given_up_at else "waiting",
        "attempts": mail.attempts,
        "subject": letter.subject if letter else "",
        "text": letter.text if letter else "",
    }
