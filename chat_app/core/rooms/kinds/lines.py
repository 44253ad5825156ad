"""The kinds of lines about a room."""

from enum import StrEnum


class LineKind(StrEnum):
    """The kind of a line in a room's history."""

    JOINED = "joined"
    LEFT = "left"
    REMOVED = "removed"
    RENAMED = "renamed"
    ROLE = "role"
    OWNER = "owner"
    HELP_ASKED = "help_asked"
    HELP_WITHDRAWN = "help_withdrawn"
    HELP_TAKEN = "help_taken"
    """A supporter joined."""
    HELP_RELEASED = "help_released"
    ASKERS_PAY = "askers_pay"
    """A new owner has not agreed yet to pay what others ask."""
    OWNER_PAYS = "owner_pays"
    KEEPS = "keeps"
    """The days after which messages are deleted here have changed; 0 for the site's."""
    AI_SILENT = "ai_silent"
    """A person asked the AI while a supporter was in the room."""
