"""Ports for mail: rendering its text, and sending it."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from chat_app.core.mail.tables import Mail


class MailRefused(Exception):
    """The mail will never be accepted, for example because the address does not exist."""


class MailUnavailable(Exception):
    """The mail could not be handed over now."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A rendered mail. ``id`` is the same at every attempt, so that a receiver recognises a repetition.

    With an ``html`` it has the same words in two forms.
    """

    id: UUID
    kind: str
    address: str
    subject: str
    text: str
    html: str = ""


class Wording(Protocol):
    """Renders mail."""

    def __call__(self, mail: Mail) -> Letter:
        """Return the mail as its receiver will read it."""


class Mailer(Protocol):
    """Sends letters. ``delivers`` is false if letters are only kept for inspection."""

    delivers: bool

    async def send(self, letter: Letter) -> None:
        """Send a letter; return once it is accepted. Raises :class:`MailRefused` or :class:`MailUnavailable`."""
