"""Describe why a job failed for the site's staff, without contents and secrets. Pure."""

import re
from traceback import walk_tb
from typing import Final

from chat_app.core.kernel.texts.cleaning import cut

KIND_MAX: Final = 120
MESSAGE_MAX: Final = 300
READ_MAX: Final = 2000
"""The maximum letters of a text to examine: the search for secrets takes quadratic time."""
CAUSES_MAX: Final = 3
HIDDEN: Final = "•••"

_OURS: Final = "chat_app"
_ID: Final = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_SECRETS: Final = (
    re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE),  # its user, path and query
    re.compile(r"\S+@\S+"),
    re.compile(r"\b(?:bearer|basic)\s+\S+", re.IGNORECASE),
    re.compile(r"\b\w*(?:secret|token|passw|key|code)\w*\s*[=:]\s*\S+", re.IGNORECASE),
    re.compile(rf"(?!\b{_ID}\b)(?<![\w-])[\w+/=.-]{{24,}}", re.IGNORECASE | re.ASCII),
)


def describe_failure(error: BaseException) -> tuple[str, str]:
    """Return the kinds of an error and its causes, and the details that may be logged, in one short line.

    These are the texts of Parley's own errors and of system errors, whose wording is known, and the place where it was
    raised. Errors of libraries and of Python repeat their input, which people may have written, so their texts are left
    out.
    """
    kinds = " ← ".join(type(each).__name__ for each in _chain(error))
    parts = (_message(error), _place(error))
    return cut(kinds, KIND_MAX), cut(" · ".join(filter(None, parts)), MESSAGE_MAX)


def _chain(error: BaseException) -> list[BaseException]:
    found = [error]
    while len(found) < CAUSES_MAX and (cause := found[-1].__cause__):
        found.append(cause)
    return found


def _message(error: BaseException) -> str:
    if type(error).__module__.partition(".")[0] == _OURS:
        said = str(error)
    else:
        said = (error.strerror or "") if isinstance(error, OSError) else ""
    said = " ".join(said.split())
    if len(said) > READ_MAX:
        said = said[:READ_MAX].rpartition(" ")[0]  # no part of a secret, which would look like none
    for secret in _SECRETS:
        said = secret.sub(HIDDEN, said)
    return said


def _place(error: BaseException) -> str:
    """Return the last line of Parley's code that was run, as `chat_app/worker/mails.py:36`."""
    lines = [(frame.f_code.co_filename, number) for frame, number in walk_tb(error.__traceback__)]
    ours = [(name.rpartition(f"/{_OURS}/")[2], number) for name, number in lines if f"/{_OURS}/" in name]
    return f"{_OURS}/{ours[-1][0]}:{ours[-1][1]}" if ours else ""
