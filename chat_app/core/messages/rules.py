"""What a message's text may be. Pure."""

from typing import Final

from chat_app.core.kernel.plain import plain_text
from chat_app.core.kernel.text import clean_line, clean_text
from chat_app.core.messages.errors import MessageEmpty, MessageTooLong

EXCERPT_CHARS: Final = 140


def check_text(value: str, maximum: int) -> str:
    """The text as it will be kept; raises :class:`MessageEmpty` or :class:`MessageTooLong`."""
    text = clean_text(value)
    if not text:
        raise MessageEmpty(field="text")
    if len(text) > maximum:
        raise MessageTooLong(field="text", maximum=maximum, length=len(text))
    return text


def excerpt(text: str) -> str:
    """The beginning of a text on one line and without Markdown's marks, for a quotation of it."""
    line = clean_line(plain_text(text[: EXCERPT_CHARS * 2]))
    return line if len(line) <= EXCERPT_CHARS else line[: EXCERPT_CHARS - 1] + "…"
