"""Check the fields of a room. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from chat_app.core.access.permissions import AI_RIGHTS, Permission, Role
from chat_app.core.kernel.errors import Invalid
from chat_app.core.kernel.texts.cleaning import clean_name, clean_text, cut
from chat_app.core.kernel.texts.plain import plain_text
from chat_app.core.rooms.errors import InvalidRoom
from chat_app.core.rooms.tables import Effort

NAME_MAX: Final = 80
DESCRIPTION_MAX: Final = 500
INSTRUCTIONS_MAX: Final = 4_000
AUTO_NAME_MAX: Final = 48
TEMPERATURE_MAX: Final = 2
TOKENS_LEAST: Final = 16
TOKENS_MOST: Final = 200_000
SLOW_SECONDS: Final = (0, 10, 30, 60, 300, 900, 3600)
"""The choices of slow mode: seconds between two messages of a person."""
KEEPS_DAYS: Final = (0, 1, 7, 30, 90, 180, 365)
"""The choices of retention: days after which messages are deleted, 0 for the site's."""
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
    """Return the instructions of a room for models: up to 4,000 characters."""
    instructions = clean_text(value)
    if len(instructions) > INSTRUCTIONS_MAX:
        raise InvalidRoom("instructions_long", "instructions", maximum=INSTRUCTIONS_MAX)
    return instructions


def check_parameters(changes: Mapping[str, object], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return a room's parameters after ``changes``, where None removes a parameter."""
    changed: dict[str, Any] = dict(before)
    for name, value in changes.items():
        if name not in PARAMETERS:
            raise InvalidRoom("choice_invalid", name)
        changed.pop(name, None)
        if value is not None:
            changed[name] = PARAMETERS[name](value)
    return changed


def _check_temperature(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= TEMPERATURE_MAX:
        raise InvalidRoom("number_out_of_range", "temperature", minimum=0, maximum=TEMPERATURE_MAX)
    return round(float(value), 2)


def _check_max_tokens(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not TOKENS_LEAST <= value <= TOKENS_MOST:
        raise InvalidRoom("number_out_of_range", "max_tokens", minimum=TOKENS_LEAST, maximum=TOKENS_MOST)
    return value


def _check_effort(value: object) -> str:
    if value not in {each.value for each in Effort}:
        raise InvalidRoom("choice_invalid", "reasoning_effort")
    return str(value)


PARAMETERS: Final[Mapping[str, Callable[[object], float | str]]] = {
    "temperature": _check_temperature,
    "max_tokens": _check_max_tokens,
    "reasoning_effort": _check_effort,
}
"""The parameters that a room sets for its answers, and the check of each."""


def check_keeps(days: int, most: int) -> int:
    """Return one of :data:`KEEPS_DAYS`, below ``most``, the days of the site, where that is not 0."""
    if days not in KEEPS_DAYS:
        raise Invalid("choice_invalid", field="days")
    if most and days > most:
        raise Invalid("number_out_of_range", field="days", minimum=0, maximum=most)
    return days


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
