"""Join the continuation of an answer to the text so far.

If an answer was cut, only its model knows whether the next text continues a word, and providers remove blank space at
the beginning of a turn. So the model is asked to repeat the last words first. The repetition is removed, and the rest
follows exactly.
"""

from dataclasses import dataclass
from typing import Final

REPEATED: Final = 60
"""Characters of the end that the model is asked to repeat, at most."""

_LOOKED_AT: Final = 240
_LEAST: Final = 8  # characters: a shorter match can be accidental


def last_words(text: str) -> str:
    """Return the end of a text, from the beginning of a word on, if there is one."""
    end = text.rstrip()[-REPEATED:]
    line = end.rsplit("\n", 1)[-1]
    end = line if len(line) >= _LEAST else end
    first = end.find(" ")
    return end[first + 1 :] if len(end) == REPEATED and 0 <= first < REPEATED // 2 else end


@dataclass(slots=True)
class Seam:
    """Removes the repeated words from the beginning of the text that follows ``before``, for any split into pieces."""

    before: str
    _begun: str = ""
    _joined: bool = False

    def add(self, more: str) -> str:
        """Return the text that the piece ``more`` adds; nothing while it may still be a repetition."""
        if self._joined:
            return more
        self._begun += more
        return self._join(last=False)

    def rest(self) -> str:
        """Return the text that was kept back, at the end of the stream."""
        return "" if self._joined else self._join(last=True)

    def _join(self, *, last: bool) -> str:
        repeated = self._repeated(last=last)
        if repeated is None:
            return ""
        more = self._begun[repeated:]
        if repeated:
            blank = self.before[len(self.before.rstrip()) :]
            if not last and blank.startswith(more):
                return ""
            more = more.removeprefix(blank)
        self._joined = True
        return more

    def _repeated(self, *, last: bool) -> int | None:
        """Return the number of characters that are a repetition; None while that is open."""
        said = self._begun.lstrip()
        skipped = len(self._begun) - len(said)
        end = self.before.rstrip()[-_LOOKED_AT:]
        if not said and not last:
            return None
        for start in range(max(1, len(end) - _LEAST + 1)):
            if said and said.startswith(end[start:]):
                return skipped + len(end) - start
            if not last and end.startswith(said, start):
                return None
        return 0
