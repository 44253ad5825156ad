"""An answer while it is being written."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from chat_app.core.ai.beginning import ClaimedRun
from chat_app.core.ai.ports import Piece, Usage
from chat_app.core.ai.rules import ANSWER_MAX
from chat_app.core.kernel.text import storable
from chat_app.core.messages.tables import Status

SAVE_SECONDS: Final = 1.0
"""The interval at which a live answer is saved: a crash costs no more text than that."""

FIRST_SAVE_SECONDS: Final = 0.2
"""After its first words it is saved sooner: nobody is to see an answer vanish whole."""


@dataclass(slots=True)
class LiveAnswer:
    """An answer that this process is writing.

    ``told`` and ``told_units`` say how much of the text the room has, in characters and in UTF-16 code units; ``anew``:
    what it has is to be replaced.
    """

    claim: ClaimedRun
    text: str = ""
    told: int = 0
    told_units: int = 0
    anew: bool = False
    gap: float = 1.0
    """Seconds between its pieces, of late."""
    usage: Usage | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    grew: asyncio.Event = field(default_factory=asyncio.Event)
    reader: asyncio.Task[None] | None = None
    ending: tuple[Status, str | None] = (Status.COMPLETE, None)
    _last: float = field(default_factory=time.monotonic)

    def add(self, piece: Piece) -> None:
        """Take in the next piece, as far as an answer may go."""
        now = time.monotonic()
        self.gap, self._last = 0.8 * self.gap + 0.2 * (now - self._last), now
        if piece.anew:
            self.text, self.told, self.told_units, self.anew = "", 0, 0, True
        if piece.text:
            self.text = (self.text + storable(piece.text))[:ANSWER_MAX]
            self.begun.set()
            self.grew.set()

    def told_text(self) -> str:
        """Return what the room has been told."""
        return self.text[: self.told]

    def end_as(self, status: Status, error: str | None = None) -> None:
        """Stop reading; the answer ends with what it has, as ``status``."""
        self.ending = (status, error)
        if self.reader:
            self.reader.cancel()

    @property
    def is_full(self) -> bool:
        """Whether it has become as long as one may be."""
        return len(self.text) == ANSWER_MAX

    async def next_save(self, begun: bool) -> bool:
        """Wait until it is to be saved, if it had ``begun`` at the last time; return whether it has by now."""
        if begun:
            await asyncio.sleep(SAVE_SECONDS)
            return True
        with suppress(TimeoutError):
            async with asyncio.timeout(SAVE_SECONDS):
                await self.begun.wait()
                await asyncio.sleep(FIRST_SAVE_SECONDS)
        return self.begun.is_set()
