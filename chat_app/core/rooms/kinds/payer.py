"""Who pays for what models do in a room."""

from enum import StrEnum


class Payer(StrEnum):
    """Name who pays for what models do in a room."""

    OWNER = "owner"
    """The room's master; whoever asks where there is none, and in asides."""
    ASKER = "asker"
    SITE = "site"
