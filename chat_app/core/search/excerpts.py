"""Cut excerpts from found messages, around the match. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import regex
from typing_extensions import TypedDict

from chat_app.core.kernel.texts.cleaning import clean_line, cut, cut_start
from chat_app.core.kernel.texts.folding import LONG, fold
from chat_app.core.kernel.texts.plain import plain_text
from chat_app.core.messages.texts.words import JOINT, LETTER, TOKEN

AROUND: Final = 90
"""The number of characters shown on either side of the first match."""

_NEAR: Final = 2 * AROUND
"""The characters on either side that are parsed as Markdown, whose cost can grow by the square of their number."""

_LETTERS: Final = regex.compile(r"[\u1100-\u11ff]+|.[\p{M}\p{Default_Ignorable_Code_Point}\uff9e\uff9f]*", regex.DOTALL)
"""Matches what is folded together: a letter with its marks, or the parts of Hangul syllables."""


class PartJson(TypedDict):
    """A part of an excerpt; `hit` if it matches the query."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an excerpt; ``hit`` if it matches the query."""

    text: str
    hit: bool

    def as_json(self) -> PartJson:
        """Return the shape in REST."""
        return {"text": self.text, "hit": self.hit}


def excerpt_around(text: str, query: str, *, typed: bool = False) -> list[Part]:
    """Return one line of a message around the first match of ``query``, cut into parts; else its beginning.

    ``typed`` by a person: see :func:`plain_text`.
    """
    wanted = _pattern(query)
    found = next(_places(text, wanted), (0, 0))
    near = _around(text, found, _NEAR)
    line = clean_line(plain_text(near.text, typed=typed))
    hits = list(_places(line, wanted))
    shown = _around(line, hits[0] if hits else (0, 0), AROUND)
    before, after = near.before or shown.before, near.after or shown.after
    start, end = shown.start, shown.start + len(shown.text)
    inside = [(at, to) for at, to in hits if start <= at and to <= end]
    parts = _parts(line, start, inside, end)
    return [Part("…", False)] * before + parts + [Part("…", False)] * after


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a text, its start, and whether there is text before and after it."""

    text: str
    start: int
    before: bool
    after: bool


def _around(text: str, place: tuple[int, int], reach: int) -> _Piece:
    """Return the text around an index: so many characters on either side, without splitting composed ones."""
    at, to = place
    if to == 0:
        to = reach
    head, tail = cut_start(text[:at], reach), cut(text[at:], to - at + reach)
    start = at - len(head)
    return _Piece(head + tail, start, start > 0, at + len(tail) < len(text))


@lru_cache(maxsize=256)
def _pattern(query: str) -> "regex.Pattern[str]":
    """Return the pattern of the query's words in folded text: a word's beginning, if the script has spaces."""
    tokens = sorted(TOKEN.findall(fold(query)), key=lambda token: sum(map(len, token)), reverse=True)
    return regex.compile("|".join(map(_wanted, tokens)) or "(?!)", regex.V1)


def _wanted(token: tuple[str, str, str]) -> str:
    run, word, sign = token
    if run:
        letters = [regex.escape(letter) for letter in run if letter != LONG]
        return f"{LONG}*+".join(letters) or f"{LONG}++"
    if not word:
        return str(regex.escape(sign))
    numbers = "[.,:/-]".join(map(regex.escape, JOINT.split(word)))
    return rf"(?<!\d){numbers}" if word[0].isdigit() else rf"(?<!{LETTER}){numbers}"


def _places(text: str, wanted: "regex.Pattern[str]") -> Iterator[tuple[int, int]]:
    """Return the ranges of the text that match."""
    folded, places = _folded(text)
    return ((places[found.start()], places[found.end()]) for found in wanted.finditer(folded))


def _folded(text: str) -> tuple[str, "range | list[int]"]:
    """Return the text folded letter by letter, and the index in the text of each folded letter."""
    if text.isascii():
        return text.lower(), range(len(text) + 1)
    folded, places = [], []
    for letters in _LETTERS.finditer(text):
        letter = _fold(letters[0])
        folded.append(letter)
        places += [letters.start()] * len(letter)
    return "".join(folded), [*places, len(text)]


_fold = lru_cache(maxsize=8192)(fold)


def _parts(line: str, start: int, hits: list[tuple[int, int]], end: int) -> list[Part]:
    parts, at = [], start
    for begins, ends in hits:
        parts += [Part(line[at:begins], False), Part(line[begins:ends], True)]
        at = ends
    return [part for part in [*parts, Part(line[at:end], False)] if part.text]
