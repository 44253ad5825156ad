"""Who pays for what models do in a room."""

from enum import StrEnum


class Payer(StrEnum):
    """Name who pays for what models do in a room."""

    OWNER = "owner"
    """The room's master; the person who asks if there is no master, and in asides."""
    ASKER = "asker"
    SITE = "site"
