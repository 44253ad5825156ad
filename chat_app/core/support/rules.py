"""Rules about requests for help."""

from typing import Final

from chat_app.core.kernel.texts.cleaning import clean_text
from chat_app.core.rooms.tables import AiRule, RoomKind
from chat_app.core.support.errors import InvalidHelp

REASON_MAX: Final = 500
NOTE_MAX: Final = 500

WITHOUT_HELP: Final = frozenset({RoomKind.DIRECT, RoomKind.ASIDE})
"""The rooms that no supporter enters: direct chats and asides."""


def check_reason(text: str) -> str:
    """Return the reason of a request, cleaned. Raises :class:`InvalidHelp` if it is too long."""
    return _check(text, "reason", REASON_MAX)


def check_note(text: str) -> str:
    """Return the note of a supporter, cleaned. Raises :class:`InvalidHelp` if it is too long."""
    return _check(text, "note", NOTE_MAX)


def _check(text: str, field: str, maximum: int) -> str:
    cleaned = clean_text(text)
    if len(cleaned) > maximum:
        raise InvalidHelp(field=field, maximum=maximum)
    return cleaned


def has_ai(kind: str, ai_rule: str) -> bool:
    """Return whether a room is a conversation with an AI into which support may come."""
    return kind not in WITHOUT_HELP and ai_rule != AiRule.NEVER
