"""What of a found message is shown: the place where it says what was looked for. Pure."""

import re
from dataclasses import dataclass
from typing import Final

from chat_app.core.kernel.plain import plain_text
from chat_app.core.kernel.text import clean_line

AROUND: Final = 90
"""Characters shown on either side of the first word that was found."""

_LOOKED_THROUGH: Final = 20_000
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
    line = clean_line(plain_text(text[:_LOOKED_THROUGH]))
    words = sorted(_WORD.findall(query), key=len, reverse=True)
    wanted = re.compile("|".join(map(_pattern, words)) or r"(?!)", re.IGNORECASE)
    first = wanted.search(line)
    begin = max(0, first.start() - AROUND) if first else 0
    end = (first.end() if first else begin + AROUND) + AROUND
    parts = _parts(line[begin:end], wanted)
    return [Part("…", False)] * (begin > 0) + parts + [Part("…", False)] * (end < len(line))


def _pattern(word: str) -> str:
    """Words are found by their beginnings, but where scripts put no spaces between them."""
    return (r"(?<![^\W_])" if word.isascii() else "") + re.escape(word)


def _parts(line: str, wanted: re.Pattern[str]) -> list[Part]:
    parts, at = [], 0
    for found in wanted.finditer(line):
        parts += [Part(line[at : found.start()], False), Part(found[0], True)]
        at = found.end()
    return [part for part in [*parts, Part(line[at:], False)] if part.text]
