"""Errors that stop the start of Parley, as one line for its operator."""

import re
from collections.abc import Callable
from typing import Final, TypeVar

from pydantic import ValidationError

T = TypeVar("T")
_WORDS: Final = (
    (re.compile("^Value error, "), ""),
    (
        re.compile(r"^Value should have at least (\d+) items? after validation, not (\d+)$"),
        r"has \2 characters, of at least \1",
    ),
    (re.compile("^Input should be a valid dictionary$"), 'not a table in JSON: {"there": "here"}'),
    (re.compile(r", unable to (parse|interpret) .*$"), ""),
)
"""Pydantic's messages about values, and plain replacements."""


class LaunchError(Exception):
    """One line with the problem and its solution; printed without a traceback."""


def raise_together(*checks: Callable[[T], None]) -> Callable[[T], None]:
    """Return a check that does all of these, and raises one `LaunchError` with all of their messages."""

    def check(what: T) -> None:
        said: list[str] = []
        for each in checks:
            try:
                each(what)
            except LaunchError as error:
                said.append(str(error))
        if said:
            raise LaunchError("; ".join(said))

    return check


def wrong_settings(error: ValidationError) -> str:
    """Return which settings are wrong, and why."""
    return "; ".join(f"{_name(each['loc'])}{_plain(each['msg'])}" for each in error.errors())


def _name(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)).upper() + (": " if location else "")


def _plain(message: str) -> str:
    for theirs, ours in _WORDS:
        message = theirs.sub(ours, message)
    return message
