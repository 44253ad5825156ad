"""What of a found message is shown: the place where it says what was looked for. Pure."""

import re
from dataclasses import dataclass
from typing import Final

from chat_app.core.kernel.plain import plain_text
from chat_app.core.kernel.text import clean_line

AROUND: Final = 90
"""Characters shown on either side of the first word that was found."""

_NEAR: Final = 2 * AROUND
"""Characters on either side that are read as Markdown: what that takes can grow by the square of their number."""

_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an excerpt; ``hit`` if it is what was looked for."""

    text: str
    hit: bool

    def as_json(self) -> dict[str, object]:
        """The shape in REST."""
        return {"text": self.text, "hit": self.hit}


def excerpt_around(text: str, query: str) -> list[Part]:
    """One line of the message around the first word of ``query`` in it, cut into its parts; else its beginning."""
    words = sorted(_WORD.findall(query), key=len, reverse=True)
    wanted = re.compile("|".join(map(_pattern, words)) or r"(?!)", re.IGNORECASE)
    cut = _around(text, wanted, _NEAR)
    line = clean_line(plain_text(text[cut]))
    shown = _around(line, wanted, AROUND)
    before, after = cut.start or shown.start, cut.stop < len(text) or shown.stop < len(line)
    return [Part("…", False)] * bool(before) + _parts(line[shown], wanted) + [Part("…", False)] * after


def _around(text: str, wanted: re.Pattern[str], reach: int) -> slice:
    """Where the first word that is wanted stands in the text, with what is around it; else its beginning."""
    first = wanted.search(text)
    return slice(max(0, first.start() - reach), first.end() + reach) if first else slice(0, 2 * reach)


def _pattern(word: str) -> str:
    """Words are found by their beginnings, but where scripts put no spaces between them."""
    return (r"(?<![^\W_])" if word.isascii() else "") + re.escape(word)


def _parts(line: str, wanted: re.Pattern[str]) -> list[Part]:
    parts, at = [], 0
    for found in wanted.finditer(line):
        parts += [Part(line[at : found.start()], False), Part(found[0], True)]
        at = found.end()
    return [part for part in [*parts, Part(line[at:], False)] if part.text]
