"""The outbox, for the site's admin."""

from dataclasses import asdict
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel

from chat_app.api.auth import Parts, SignedIn
from chat_app.api.shapes import Moment
from chat_app.core.mail.queries import outbox, view_mail

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
    mailer, word = parts.mails.mailer, parts.mails.word
    return {"delivers": mailer.delivers, "mails": [asdict(view_mail(mail, mailer, word)) for mail in await outbox(ctx)]}
