"""Check texts of messages and reactions. Pure."""

import re
from datetime import datetime
from functools import lru_cache
from math import ceil
from typing import Final

import regex

from chat_app.core.kernel.texts.cleaning import clean_line, clean_text, cut, is_visible
from chat_app.core.kernel.texts.plain import plain_text
from chat_app.core.messages.errors import InvalidReaction, MessageEmpty, MessageTooLong

EXCERPT_CHARS: Final = 140
EXCERPT_READ: Final = 2 * EXCERPT_CHARS

EMOJI_MAX: Final = 32
"""Characters of one emoji; the longest, a family with skin tones or a flag of a region, have about a dozen."""

_PICTURE: Final = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d"
    "\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]"
)
_TONE_OR_TAGS: Final = "[\ufe0e\ufe0f]?[\U0001f3fb-\U0001f3ff]?[\U000e0020-\U000e007f]*"
_EMOJI_PART: Final = f"(?:[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*][\ufe0e\ufe0f]?\u20e3|{_PICTURE}{_TONE_OR_TAGS})"
_SELECTORS: Final = re.compile("[\ufe0e\ufe0f]")
_UNQUALIFIED: Final = regex.compile(r"[\p{Emoji}--\p{Emoji_Presentation}](?!\p{Emoji_Modifier})", regex.V1)
_EMOJI: Final = re.compile(f"{_EMOJI_PART}(?:\u200d{_EMOJI_PART})*")


def check_text(value: str, maximum: int, *, may_be_empty: bool = False) -> str:
    """Return the text to store.

    Raises :class:`MessageEmpty` or :class:`MessageTooLong`. The text of a message with files ``may_be_empty``.
    """
    text = clean_text(value)
    if not is_visible(text):
        if may_be_empty:
            return ""
        raise MessageEmpty(field="text")
    if len(text) > maximum:
        raise MessageTooLong(field="text", maximum=maximum, length=len(text))
    return text


@lru_cache(maxsize=4096)
def excerpt(beginning: str, *, typed: bool) -> str:
    """Return a text's first :data:`EXCERPT_READ` characters on one line, without Markdown's marks, for a quotation.

    ``typed`` by a person: see :func:`plain_text`.

    Remembered, since it takes some milliseconds where there are many marks: a page can have hundreds of quotations.
    """
    line = clean_line(plain_text(cut(beginning, EXCERPT_READ - 1), typed=typed))
    return line if len(line) <= EXCERPT_CHARS else cut(line, EXCERPT_CHARS - 1) + "…"


def check_emoji(value: str) -> str:
    """Return the emoji in its canonical form (UTS #51). Raises :class:`InvalidReaction` unless it is exactly one."""
    if not isinstance(value, str) or len(value) > EMOJI_MAX or not _EMOJI.fullmatch(value):
        raise InvalidReaction(field="emoji")
    return canonical_emoji(value)


def canonical_emoji(emoji: str) -> str:
    """Return the emoji, fully qualified (UTS #51): ``❤`` and ``❤️`` are one.

    So does ``assets/canonical.js``.
    """
    return str(_UNQUALIFIED.sub("\\g<0>\ufe0f", _SELECTORS.sub("", emoji)))


def slow_wait(slow_seconds: int, last_sent_at: datetime | None, now: datetime) -> int:
    """Return the seconds that the author of the last message then has to wait in slow mode; 0 or less for none."""
    if not slow_seconds or last_sent_at is None:
        return 0
    return ceil((last_sent_at - now).total_seconds() + slow_seconds)
