"""Analyse a text before its message is written: all that takes time, and so is never done under a lock."""

import asyncio
from dataclasses import dataclass
from typing import Final

from chat_app.core.messages.texts.calls import called_names
from chat_app.core.messages.texts.words import words_of

AT_ONCE: Final = 500
"""The maximum characters of a text that is parsed in the event loop; a longer one is parsed in a thread."""


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A text as it will be kept, the words by which it is found, and the names that it calls, in its order."""

    text: str = ""
    words: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()


async def parse_text(text: str) -> ParsedText:
    """Return the words, mentions and other properties of a checked text. Call it before any row is locked."""
    return _read(text) if len(text) <= AT_ONCE else await asyncio.to_thread(_read, text)


def _read(text: str) -> ParsedText:
    return ParsedText(text, tuple(words_of(text)), called_names(text))
