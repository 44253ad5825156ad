"""Texts that grow while a model writes, and how much of them their room has received."""

import time
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from chat_app.core.kernel.texts.cleaning import storable, utf16_length
from chat_app.core.kernel.work.written import Reasoning

REASONING_MAX: Final = 20_000
"""The maximum characters of reasoning to store: longer ones are not useful."""

_MORE: Final = "…"


class Published(NamedTuple):
    """The next published part of a text, from ``offset`` UTF-16 units on; ``anew``: it replaces all previous parts."""

    offset: int
    text: str
    anew: bool


@dataclass(slots=True)
class Growth:
    """A text of at most ``maximum`` characters. ``published`` and ``_units`` count what the room has received."""

    maximum: int
    text: str = ""
    published: int = 0
    anew: bool = False
    _units: int = 0

    def begin_with(self, text: str) -> None:
        """Begin with a text that the room has."""
        self.text, self.published, self._units = text, len(text), utf16_length(text)

    def add(self, more: str) -> None:
        """Add a piece, as far as there is space."""
        self.text = (self.text + storable(more))[: self.maximum]

    def restart(self, text: str = "") -> None:
        """Replace the text, for the room too."""
        self.anew = self.anew or self.published > 0
        self.text, self.published, self._units = text, 0, 0

    def take(self) -> Published | None:
        """Return the text that the room lacks, which is then published; nothing if it has all."""
        more = self.text[self.published :]
        if not more and not self.anew:
            return None
        found = Published(self._units, more, self.anew)
        self.published, self.anew = len(self.text), False
        self._units += utf16_length(more)
        return found

    def received(self) -> str:
        """Return the text that the room has received."""
        return self.text[: self.published]


@dataclass(slots=True)
class Thinking:
    """The reasoning of an answer, and its time: from the question, or from the last text, to its last piece."""

    growth: Growth = field(default_factory=lambda: Growth(REASONING_MAX))
    _before: Reasoning | None = None
    _spent: float = 0.0
    _since: float = field(default_factory=time.monotonic)

    def begin_with(self, before: Reasoning | None) -> None:
        """Begin with the reasoning of an answer that is continued."""
        self._before = before
        if before:
            self.growth.begin_with(before.text)

    def begin_round(self) -> None:
        """Note that the model continues with results of tools: the wait for them does not count as reasoning."""
        self._before = Reasoning(self.growth.text, self.seconds) if self.growth.text else None
        self._spent, self._since = 0.0, time.monotonic()

    def add(self, more: str) -> None:
        """Add a piece of reasoning."""
        now = time.monotonic()
        self._spent, self._since = self._spent + now - self._since, now
        growth = self.growth
        if self._before and len(growth.text) == len(self._before.text):
            more = f"\n\n{more.lstrip()}"
        elif not growth.text:
            more = more.lstrip()
        if len(growth.text) + len(more) > growth.maximum > len(growth.text):
            more = more[: growth.maximum - len(growth.text) - len(_MORE)] + _MORE
        growth.add(more)

    def pause(self) -> None:
        """Note that the model writes its answer."""
        self._since = time.monotonic()

    def restart(self) -> None:
        """Discard the reasoning of this run."""
        if self.growth.text:
            self.growth.restart(self._before.text if self._before else "")
        self._spent, self._since = 0.0, time.monotonic()

    @property
    def seconds(self) -> int:
        """Return the seconds so far, at least one of each time that it reasoned."""
        if self._before is None:
            return max(1, round(self._spent))
        return self._before.seconds + (max(1, round(self._spent)) if self._spent else 0)

    def received(self) -> Reasoning | None:
        """Return the reasoning that the room has received."""
        return Reasoning(text, self.seconds) if (text := self.growth.received()) else None

    def whole(self) -> Reasoning | None:
        """Return all of the reasoning."""
        return Reasoning(text, self.seconds) if (text := self.growth.text.rstrip()) else None
