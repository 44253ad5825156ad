"""The ports through which mail leaves: its words, and its way out."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from chat_app.core.mail.tables import Mail


class MailRefused(Exception):
    """The mail will never be taken: no such address, for one."""


class MailUnavailable(Exception):
    """The mail could not be handed over now."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in words. ``id`` is the same at every attempt, so that a receiver can tell a repetition."""

    id: UUID
    kind: str
    address: str
    subject: str
    text: str


class Wording(Protocol):
    """Puts mail into words."""

    def __call__(self, mail: Mail) -> Letter:
        """Return the mail as its receiver will read it."""


class Mailer(Protocol):
    """Hands letters over. ``delivers`` is false where they go nowhere and are kept to be looked at."""

    delivers: bool

    async def send(self, letter: Letter) -> None:
        """Hand one over, once it is accepted; raises :class:`MailRefused` or :class:`MailUnavailable`."""
