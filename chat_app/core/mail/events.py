"""What the worker is told about mail."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MailQueued:
    """There is mail to send."""
