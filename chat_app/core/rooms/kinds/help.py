"""The states of support's help in a room, and the reasons why it ends."""

from enum import StrEnum


class HelpState(StrEnum):
    """The state of support's help in a room."""

    NONE = "none"
    REQUESTED = "requested"
    TAKEN = "taken"
    """A supporter has taken the room over."""


class HelpEnd(StrEnum):
    """The reason why a request for help has ended."""

    WITHDRAWN = "withdrawn"
    RELEASED = "released"
    AWAY = "away"
    """The supporter was disconnected for too long."""
    LEFT = "left"
    """The supporter has left the room, or is not a supporter any more."""
    CLOSED = "closed"
    """The room was archived or deleted, or the asker has left it."""
