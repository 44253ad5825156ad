"""Text that people typed: made storable without changing what they meant."""

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SPACE = re.compile(r"\s+")
_MARKS_MAX = 30  # on one letter; UAX #15 finds that no language needs more


def storable(value: str) -> str:
    """The text without what PostgreSQL and JSON cannot carry: control characters and lone surrogates."""
    return _CONTROL.sub("", value.encode("utf-16", "surrogatepass").decode("utf-16", "ignore"))


def clean_text(value: str) -> str:
    """Text of several lines, storable: line ends made ``\\n``, outer blank space cut."""
    text = storable(value.replace("\r\n", "\n").replace("\r", "\n"))
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", _without_piles(text))
    return text.strip()


def _without_piles(text: str) -> str:
    """The text without marks that no letter needs: to bring them in order takes the square of their number."""
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MARKS_MAX:
            kept.append(character)
    return "".join(kept)


def clean_line(value: str) -> str:
    """Text of one line, such as a name: as :func:`clean_text`, with every run of blank space made one space."""
    return _SPACE.sub(" ", clean_text(value))


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units: what a browser's ``string.length`` gives."""
    return len(text) + sum(character > "\uffff" for character in text)
