"""Cut texts into parts that vendors take. Pure."""

import re
from collections.abc import Iterator
from typing import Final

from chat_app.core.ai.ports.speech import UTTERANCE_MAX

_ENDS: Final = (re.compile(r"\n+"), re.compile(r"[.!?。!?…]+\s*"), re.compile(r"\s+"))
"""Where a text is cut, the best first: after paragraphs, sentences, words."""


def parts_of(text: str, longest: int = UTTERANCE_MAX) -> Iterator[str]:
    """Return a text in non-empty parts of at most so many characters, cut at natural pauses."""
    at = 0
    while at < len(text):
        end = _end(text, at, at + longest)
        if part := text[at:end].strip():
            yield part
        at = end


def _end(text: str, start: int, end: int) -> int:
    """Return the end of a part: after a pause in its second half, if there is one."""
    if end >= len(text):
        return len(text)
    for pattern in _ENDS:
        ends = [found.end() for found in pattern.finditer(text, (start + end) // 2, end)]
        if ends:
            return ends[-1]
    return end
