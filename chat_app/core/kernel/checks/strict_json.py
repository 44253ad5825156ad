"""Read and check JSON strictly: Python's own reader also accepts invalid JSON, such as ``NaN``."""

import json
import math
from typing import Any, NoReturn


def read_object(text: str) -> dict[str, Any]:
    """Return a JSON object. Raises ``ValueError`` for all else.

    So it does for one name twice, because who approves a call is to see what is called; for numbers that are too large
    for a double; and for halves of characters, which cannot be sent.
    """
    try:
        found = json.loads(text, object_pairs_hook=_once_each, parse_constant=_refuse, parse_float=_finite)
        size_of(found)
    except RecursionError as error:
        raise ValueError("it is too deep") from error
    if not isinstance(found, dict):
        raise ValueError("it is no object")
    return found


def size_of(value: object) -> int:
    """Return the length of a value as JSON, in characters. Raises ``ValueError`` if it is not valid JSON."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, RecursionError) as error:
        raise ValueError("it is too deep, or of a type that JSON does not have") from error
    text.encode()
    return len(text)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is there twice")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number
