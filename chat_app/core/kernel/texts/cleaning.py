"""Make typed text storable without changing its meaning."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

import regex

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SPACE = re.compile(r"\s+")
_NOTHING: Final = regex.compile(
    r"[\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{M}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}"
    "\u2800\ufffc\U00013441\U00013442\U0001d159]*"
)
_DIRECTIONS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CLUSTER: Final = regex.compile(r"\X")
_NEAR: Final = 64  # characters: no language needs more for one that readers see
_MARKS_MAX = 30  # on one letter; UAX #15 finds that no language needs more


def storable(value: str) -> str:
    """Return the text without control characters and lone surrogates, which PostgreSQL or JSON cannot store."""
    return _CONTROL.sub("", value.encode("utf-16", "surrogatepass").decode("utf-16", "ignore"))


def clean_text(value: str) -> str:
    """Return text of several lines in storable form: line ends as ``
    ``, outer blank space removed.
    """
    text = storable(value.replace("\r\n", "\n").replace("\r", "\n"))
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", _without_piles(text))
    return text.strip()


def _without_piles(text: str) -> str:
    """Remove excess combining marks, whose ordering takes the square of their number."""
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MARKS_MAX:
            kept.append(character)
    return "".join(kept)


def clean_line(value: str) -> str:
    """Return text of one line, such as a name: as :func:`clean_text`, each run of blank space made one space."""
    return _SPACE.sub(" ", clean_text(value))


def is_visible(text: str) -> bool:
    """Return whether the text has visible characters: more than blanks, marks and format characters."""
    return _NOTHING.fullmatch(text) is None


def clean_name(value: str) -> str:
    """Return a name as :func:`clean_line` does: empty if nothing is visible, and without changes of direction."""
    name = clean_line(_DIRECTIONS.sub("", value))
    return name if is_visible(name) else ""


def cut(text: str, maximum: int) -> str:
    """Return the beginning of a text, at most this many code points, without splitting a character."""
    if len(text) <= maximum:
        return text
    ends = [end for end in _borders(text, maximum) if end <= maximum]
    return text[: ends[-1] if ends else maximum]


def cut_start(text: str, maximum: int) -> str:
    """Return the end of a text, at most this many code points, without splitting a character."""
    least = len(text) - maximum
    return text if least <= 0 else text[next((end for end in _borders(text, least) if end >= least), least) :]


def _borders(text: str, around: int) -> Iterator[int]:
    """Return the ends of characters near an index. A flag is two letters of what may be a long row."""
    start = row = max(0, around - _NEAR)
    while row and "🇦" <= text[row - 1] <= "🇿":
        row -= 1
    start -= (start - row) % 2
    return (start + cluster.end() for cluster in _CLUSTER.finditer(text[start : around + _NEAR]))


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 code units, as a browser's ``string.length`` does."""
    return len(text) + sum(character > "\uffff" for character in text)
