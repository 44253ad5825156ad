"""What a room's fields may be. Pure."""

from typing import Final

from chat_app.core.kernel.plain import plain_text
from chat_app.core.kernel.text import clean_line, clean_text
from chat_app.core.rooms.errors import InvalidRoom

NAME_MAX: Final = 80
DESCRIPTION_MAX: Final = 500
AUTO_NAME_MAX: Final = 48
_NAMING: Final = 1_000  # characters of a message in which its name is looked for


def check_name(value: str) -> str:
    """A room's name: one line of 1–80 characters."""
    name = clean_line(value)
    if not name:
        raise InvalidRoom("room_name_empty", "name")
    if len(name) > NAME_MAX:
        raise InvalidRoom("room_name_long", "name", maximum=NAME_MAX)
    return name


def check_description(value: str) -> str:
    """A room's description: up to 500 characters."""
    description = clean_text(value)
    if len(description) > DESCRIPTION_MAX:
        raise InvalidRoom("room_description_long", "description", maximum=DESCRIPTION_MAX)
    return description


def name_from_message(text: str) -> str:
    """A room's first name: the beginning of its first message, cut at a word where there are words."""
    line = clean_line(plain_text(text[:_NAMING])).strip("#*>`-• ")
    if len(line) <= AUTO_NAME_MAX:
        return line or "…"
    head = line[:AUTO_NAME_MAX]
    words = head.rsplit(" ", 1)[0]
    return (words if len(words) > AUTO_NAME_MAX // 2 else head).rstrip(" ,.;:、。") + "…"
