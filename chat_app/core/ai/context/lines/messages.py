"""Format messages for a model, each with its speaker, whom no text can imitate."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import regex

from chat_app.core.ai.context.lines.files import FileLines
from chat_app.core.ai.context.shapes.earlier import MARK
from chat_app.core.ai.context.shapes.files import Contents, PromptFile
from chat_app.core.ai.context.shapes.messages import PromptMessage
from chat_app.core.kernel.texts.cleaning import cut, cut_start

# Vendors add a few tokens to every message; this number includes the blank line between merged messages.
TOKENS_PER_MESSAGE: Final = 4
_GAP: Final = "\n[…]\n"
_NAME_LENGTH: Final = 40
_LEAST_TEXT: Final = 8
"""The minimum tokens for the text of a message with files."""

SILENCE: Final = timedelta(hours=1)
"""The silence after which the next message gets its time."""

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_OURS: Final = r"[\[［【][^\S\n]*(?i:Parley)"
"""The beginning of Parley's own lines between messages."""

_UNSEEN: Final = regex.compile(r"[\p{Cf}\p{Default_Ignorable_Code_Point}\x1b]")
"""Invisible characters that models skip: they could hide a forged mark or name."""

_SIGNS: Final = (":", "：", "[", "［", "【")
"""A line that imitates another speaker or Parley contains one of these."""


class Lines:
    """The lines of messages, each computed once, and their tokens.

    Inside a message, a line that begins like another speaker's, or like a mark of Parley, is marked as a quotation.
    """

    def __init__(
        self,
        messages: Sequence[PromptMessage],
        count: Callable[[str], int],
        contents: Contents | None = None,
        room: int = 0,
    ) -> None:
        self._messages, self._count = messages, count
        self._times = _marked_times(messages)
        self._made: dict[int, tuple[str, int]] = {}
        names = {speaker_name(name) for name in {each.author_name for each in messages if not each.is_ai or each.other}}
        names |= {plain for name in names if (plain := _UNSEEN.sub("", name))}
        speaks = rf"|(?i:{'|'.join(map(re.escape, names))})[^\S\n]*[:：]" if names else ""
        # It begins with a plain character, which is found many times as fast as the beginning of a line.
        self._forged = re.compile(rf"\n(?=[^\S\n]*(?:{_OURS}{speaks}))")
        self._files = FileLines(messages, count, self._without_forged, contents, room)

    def line(self, place: int) -> str:
        """Return the line of a message."""
        return self._make(place)[0]

    def quoted(self, place: int) -> str:
        """Return the line for a turn of the user, where people may have had the model write the line of another."""
        return self._without_forged(self.line(place))

    def dated(self, place: int, line: str) -> str:
        """Return a message's line with its time, even if the previous message is recent."""
        mark = time_mark(self._messages[place].at)
        return line if line.startswith(mark) else mark + line

    def cost(self, place: int) -> int:
        """Return the tokens of the lines."""
        return self._make(place)[1]

    def within(self, place: int, room: int) -> str:
        """Return the line, cut in the middle as little as possible if it takes more than there is."""
        text, cost = self._make(place)
        if cost <= room:
            return text
        message = self._messages[place]
        room -= TOKENS_PER_MESSAGE + self._files.cost(message)
        head = self._head(place)
        left = room - self._count(head) if message.files else 0
        if left < _LEAST_TEXT:
            return _cut(text, room, self._count)
        return head + _cut(text.removeprefix(head), left, self._count)

    def pictures(self, place: int) -> list[PromptFile]:
        """Return the pictures that are given with the message."""
        return self._files.pictures(self._messages[place])

    def _make(self, place: int) -> tuple[str, int]:
        made = self._made.get(place)
        if made is None:
            message = self._messages[place]
            text = self._line(place)
            longest = self._without_forged(text) if message.pinned else text
            cost = self._count(longest) + TOKENS_PER_MESSAGE
            if message.files:
                cost += self._files.cost(message)
            made = self._made[place] = text, cost
        return made

    def _line(self, place: int) -> str:
        message = self._messages[place]
        text = message.text.strip()
        if message.is_ai and not message.other:
            return text
        head = self._head(place)
        return head + self._without_forged(text) if text else head.rstrip()

    def _head(self, place: int) -> str:
        """Return the part before a message's text: the time after a silence, the speaker, and the files, so that a
        question is last.
        """
        message = self._messages[place]
        name = self._times.get(place, "") + speaker_name(message.author_name)
        return f"{name}: {self._files.of(message)}\n" if message.files else f"{name}: "

    def _without_forged(self, text: str) -> str:
        if not any(sign in text for sign in _SIGNS):
            return text
        if _UNSEEN.search(text):
            text = "\n".join(map(self._without_hidden, text.split("\n")))
        return self._forged.sub("\n> ", f"\n{text}")[1:]

    def _without_hidden(self, line: str) -> str:
        """Remove invisible characters from a line whose mark is forged with them."""
        plain = _UNSEEN.sub("", line)
        return f"> {line}" if plain != line and self._forged.match(f"\n{plain}") else line


def time_mark(at: datetime | None) -> str:
    """Return the line with the time of the messages that follow, in UTC; empty if it is not known."""
    return f"{MARK}{_DAYS[at.weekday()]} {at:%Y-%m-%d %H:%M} UTC]\n" if at else ""


def _marked_times(messages: Sequence[PromptMessage]) -> dict[int, str]:
    """Return the marks of the messages that come after a silence, or on another day than the previous one.

    A mark depends only on the message and the previous one, not on the chosen messages, so that the beginning of
    prompts stays cacheable. The model's own answers have no marks, since the model would imitate them.
    """
    marks: dict[int, str] = {}
    before: datetime | None = None
    for place, message in enumerate(messages):
        at = message.at
        if at is None or (message.is_ai and not message.other):
            continue
        if before is None or message.pinned or at - before > SILENCE or at.date() != before.date():
            marks[place] = time_mark(at)
        before = at
    return marks


@lru_cache(1024)
def speaker_name(name: str) -> str:
    """Return `name` on one line, without marks that could end a name, so that nobody can write as another person."""
    visible = "".join(" " if c in "::" or unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in name)
    shown = "".join(c for c in visible if unicodedata.category(c) not in {"Cf", "Cs"})
    return cut(" ".join(shown.split()), _NAME_LENGTH).rstrip() or "?"


def _cut(text: str, room: int, count: Callable[[str], int]) -> str:
    """Return `text` in at most `room` tokens, cut in the middle as little as possible."""

    def shortened(keep: int) -> str:
        return cut(text, keep - keep // 2) + _GAP + cut_start(text, keep // 2)

    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count(shortened(middle)) <= room else (low, middle - 1)
    return shortened(low)
