"""Text that people typed: made storable without changing what they meant."""

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SPACE = re.compile(r"\s+")
# UAX #15 finds 30 marks on one letter more than any language needs; ordering many more takes the square of their number.
_MARK = "".join(filter(unicodedata.combining, map(chr, range(0x300, 0x20000))))
_TOO_MANY_MARKS = re.compile(f"(?<![{_MARK}])([{_MARK}]{{30}})[{_MARK}]+")


def storable(value: str) -> str:
    """The text without what PostgreSQL and JSON cannot carry: control characters and lone surrogates."""
    return _CONTROL.sub("", value.encode("utf-16", "surrogatepass").decode("utf-16", "ignore"))


def clean_text(value: str) -> str:
    """Text of several lines, storable: line ends made ``\\n``, outer blank space and piles of marks cut."""
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return _without_piles(unicodedata.normalize("NFC", _without_piles(storable(text)))).strip()


def _without_piles(text: str) -> str:
    return _TOO_MANY_MARKS.sub(r"\1", text)


def clean_line(value: str) -> str:
    """Text of one line, such as a name: as :func:`clean_text`, with every run of blank space made one space."""
    return _SPACE.sub(" ", clean_text(value))


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units: what a browser's ``string.length`` gives."""
    return len(text) + sum(character > "\uffff" for character in text)
