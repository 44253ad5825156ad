"""Check the fields of a room. Pure."""

from typing import Final

from chat_app.core.access.permissions import AI_RIGHTS, Permission, Role
from chat_app.core.kernel.errors import Invalid
from chat_app.core.kernel.plain import plain_text
from chat_app.core.kernel.text import clean_name, clean_text, cut
from chat_app.core.rooms.errors import InvalidRoom

NAME_MAX: Final = 80
DESCRIPTION_MAX: Final = 500
INSTRUCTIONS_MAX: Final = 4_000
AUTO_NAME_MAX: Final = 48
SLOW_SECONDS: Final = (0, 10, 30, 60, 300, 900, 3600)
"""The choices of slow mode: seconds between two messages of a person."""
_NAMING: Final = 1_000  # characters of a message in which its name is looked for


def check_name(value: str) -> str:
    """Return a room's name: one line of 1–80 characters, some of them visible."""
    name = clean_name(value)
    if not name:
        raise InvalidRoom("room_name_empty", "name")
    if len(name) > NAME_MAX:
        raise InvalidRoom("room_name_long", "name", maximum=NAME_MAX)
    return name


def check_description(value: str) -> str:
    """Return a room's description: up to 500 characters."""
    description = clean_text(value)
    if len(description) > DESCRIPTION_MAX:
        raise InvalidRoom("room_description_long", "description", maximum=DESCRIPTION_MAX)
    return description


def check_instructions(value: str) -> str:
    """Return what a room tells models: up to 4,000 characters."""
    instructions = clean_text(value)
    if len(instructions) > INSTRUCTIONS_MAX:
        raise InvalidRoom("instructions_long", "instructions", maximum=INSTRUCTIONS_MAX)
    return instructions


def check_slow(seconds: int) -> int:
    """Return one of :data:`SLOW_SECONDS`."""
    if seconds not in SLOW_SECONDS:
        raise Invalid("choice_invalid", field="slow_seconds")
    return seconds


def check_role(value: str, *, field: str = "role") -> Role:
    """Return a role that can be given: any but the master's, which is only transferred."""
    if value not in {role.value for role in Role} - {Role.MASTER}:
        raise Invalid("choice_invalid", field=field)
    return Role(value)


def check_ai_right(right: str, role: str) -> tuple[Permission, Role]:
    """Return a right that a room decides about, and its lowest role, which must be able to write."""
    if right not in {each.value for each in AI_RIGHTS}:
        raise Invalid("choice_invalid", field="right")
    if role not in {each.value for each in Role} - {Role.READER}:
        raise Invalid("choice_invalid", field=right)
    return Permission(right), Role(role)


def name_from_message(text: str) -> str:
    """Return a room's first name: the beginning of its first message, cut between words where there are any."""
    line = clean_name(clean_name(plain_text(cut(text, _NAMING), typed=True)).strip("#*>`-• "))
    if len(line) <= AUTO_NAME_MAX:
        return line or "…"
    head = cut(line, AUTO_NAME_MAX)
    words = head.rsplit(" ", 1)[0]
    return (words if len(words) > AUTO_NAME_MAX // 2 else head).rstrip(" ,.;:、。") + "…"
