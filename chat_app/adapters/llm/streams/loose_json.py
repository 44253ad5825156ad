"""Read values of vendors' JSON: one of an unexpected type is treated as absent."""

from collections.abc import Iterable
from typing import Any

MAX_TOKENS = 2**31 - 1  # the maximum of the database's column

Data = dict[str, Any]


def as_place(index: object) -> int | None:
    """Return the place of a call; None if the vendor gives none that can be one."""
    return next(iter(_plausible([index])), None)


def as_name(value: object) -> str:
    """Return a name or an id."""
    return value if isinstance(value, str) else ""


def as_dict(value: object) -> Data:
    """Return an object."""
    return value if isinstance(value, dict) else {}


def as_dicts(value: object) -> list[Data]:
    """Return the objects in a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def first_choice(choices: object) -> Data:
    """Return the first of parallel answers."""
    for choice in choices if isinstance(choices, list) else ():
        if isinstance(choice, dict) and choice.get("index") in (0, None):
            return choice
    return {}


def as_text(value: object) -> str:
    """Return content as text: plain text, or the text parts of a list."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list):
        return "".join(each if isinstance(each, str) else _part(each) for each in value)
    if isinstance(value, dict):
        return _part(value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _part(part: object) -> str:
    part = as_dict(part)
    kind = part.get("type", "text")
    text = part.get("refusal" if kind == "refusal" else "text") if kind in ("text", "output_text", "refusal") else ""
    return text if isinstance(text, str) else ""


def as_thought(value: object) -> str:
    """Return reasoning as text: plain text, or the parts of a list that are reasoning."""
    if not isinstance(value, list):
        return as_text(value)
    thoughts = (part.get("thinking") or part.get("reasoning") for part in as_dicts(value))
    return "".join(as_text(thought) for thought in thoughts)


def has_part(parts: object, *kinds: str) -> bool:
    """Return whether there is a part whose type begins with one of `kinds`."""
    return not isinstance(parts, str) and any(str(part.get("type", "")).startswith(kinds) for part in as_dicts(parts))


def as_reason(value: object) -> str | None:
    """Return the finish reason. Some servers send an empty one in every event."""
    if isinstance(value, str):
        return value.lower() if value.lower() not in ("", "null", "none") else None
    return "stop" if value else None


def as_tokens(*counts: object) -> int:
    """Return the sum of the provider's counts; 0, which means unknown, if one is not a valid number."""
    total = sum(_plausible(counts))
    return total if total <= MAX_TOKENS else 0


def _plausible(counts: Iterable[object]) -> Iterable[int]:
    for count in counts:
        if isinstance(count, int | float) and not isinstance(count, bool) and 0 <= count <= MAX_TOKENS:
            yield int(count)
