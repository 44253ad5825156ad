"""The port by which alerts leave the site."""

from dataclasses import dataclass
from typing import Protocol

from typing_extensions import TypedDict

from chat_app.core.kernel.texts.cleaning import cut


class AlertRefused(Exception):
    """The alert will never be accepted."""


class AlertUnavailable(Exception):
    """The alert could not be handed over now."""


class AlertJson(TypedDict):
    """An alert as webhooks get it."""

    session: str
    person: str
    reason: str
    at: str
    link: str


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert: the asker, the conversation, the reason and the time.

    ``id`` is the same at every attempt. A ``test`` is about no conversation, and was requested by the staff.
    """

    id: str
    session: str
    person: str
    reason: str
    at: str
    link: str
    test: bool = False

    def as_json(self) -> AlertJson:
        """Return the shape in which webhooks get it."""
        return {
            "session": self.session,
            "person": self.person,
            "reason": self.reason,
            "at": self.at,
            "link": self.link,
        }

    def text(self, maximum: int) -> str:
        """Return the alert as one short text."""
        facts = f" · {self.at[:16].replace('T', ' ')} UTC · {self.session} · {self.link}"
        if self.test:
            return cut(f"Parley: {self.person} tests the alerts", maximum)
        said = f"Parley: {self.person} asks for help" + (f": {self.reason}" if self.reason else "")
        return cut(said, max(0, maximum - len(facts))) + facts


class AlertChannel(Protocol):
    """Sends alerts in one way."""

    async def send(self, alert: Alert, to: str) -> None:
        """Send an alert; return once it is accepted. Raises :class:`AlertRefused` or :class:`AlertUnavailable`."""
