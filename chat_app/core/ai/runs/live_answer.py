"""An answer while it is being written."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from chat_app.core.ai.claimed import ClaimedRun
from chat_app.core.ai.context.prompt import Prompt, estimate_tokens
from chat_app.core.ai.context.seam import Seam
from chat_app.core.ai.costs.prices import cost_of
from chat_app.core.ai.drawing.painter import DrawnFile
from chat_app.core.ai.ports.gateway import LlmMessage, ModelInfo, Piece
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.ai.rules import ANSWER_MAX
from chat_app.core.ai.runs.growth import Growth, Thinking
from chat_app.core.kernel.work.written import Written
from chat_app.core.messages.tables import Status

SAVE_SECONDS: Final = 0.8
"""The interval at which a live answer is saved, and up to a tick more: a crash costs no more text than that."""

FIRST_SAVE_SECONDS: Final = 0.1
"""The seconds after which the first words are saved: an answer that people have seen must not disappear."""

GAP_MAX: Final = 0.05
"""The longest pause, in seconds, that counts for an answer's pace. The wait before its first words does not count."""

TICK: Final = 0.2
"""The seconds between the moments at which answers are saved, so that many are saved together."""


@dataclass(slots=True)
class LiveAnswer:
    """An answer that this process is writing."""

    claim: ClaimedRun
    said: Growth = field(default_factory=lambda: Growth(ANSWER_MAX))
    thinking: Thinking = field(default_factory=Thinking)
    gap: float = GAP_MAX
    """Seconds between its pieces, of late."""
    usage: Usage | None = None
    prompt: Prompt | None = None
    model: ModelInfo | None = None
    """The model that was asked."""
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    grew: asyncio.Event = field(default_factory=asyncio.Event)
    reader: asyncio.Task[None] | None = None
    seam: Seam | None = None
    """The seam, if the answer is continued."""
    turns: tuple[LlmMessage, ...] = ()
    """The tool calls so far, and their results."""
    asked: int = 0
    """The estimated tokens of the request of this round: the prompt, the tools, and the turns so far."""
    sent: bool = False
    """Whether the request of this round is on its way to the vendor, who charges for the prompt from then on."""
    calls: int = 0
    """The number of calls so far."""
    drawn: DrawnFile | None = None
    """The picture, if the answer is one."""
    ending: tuple[Status, str | None] = (Status.COMPLETE, None)
    _before: str = ""
    """The text from before this round."""
    _thought: int = 0
    """The length of the reasoning from before this round."""
    _spoke: bool = False
    """Whether this run has sent any text: until then the model must first repeat the words before the seam."""
    _used: Usage | None = None
    """The tokens that the rounds before this one took."""
    _last: float = field(default_factory=time.monotonic)
    _since: float | None = None
    """The time of its first words."""

    def __post_init__(self) -> None:
        if so_far := self.claim.so_far:
            self.said.begin_with(so_far.text)
            self.thinking.begin_with(so_far.reasoning)
            self.seam = Seam(so_far.text)
            self._before, self._thought = so_far.text, len(self.thinking.growth.text)

    def add(self, piece: Piece) -> None:
        """Add the next piece, up to the limit of an answer."""
        now = time.monotonic()
        self.gap, self._last = 0.9 * self.gap + 0.1 * min(now - self._last, GAP_MAX), now
        if piece.anew:
            self.said.restart(self._before)
            self.thinking.restart()
            self.seam = self.seam and Seam(self.seam.before)
        if piece.reasoning:
            self.thinking.add(piece.reasoning)
        if piece.text:
            self._spoke = self._spoke or bool(piece.text.strip())
            self.said.add(self.seam.add(piece.text) if self.seam else self._apart(piece.text))
            self.thinking.pause()
        if piece.usage:
            self.usage = piece.usage if self._used is None else self._used + piece.usage
        if piece.text or piece.reasoning or piece.anew:
            self._since = self._since or now
            self.begun.set()
            self.grew.set()

    def _apart(self, text: str) -> str:
        """Return the first words of a later round with a blank line before them."""
        if not self.turns or self.said.text != self._before or not self._before:
            return text
        return "\n\n" + text.lstrip() if text.strip() else ""

    def end_round(self) -> str:
        """Return the text of the round that has ended with calls; what follows is another."""
        if self._spoke:
            self.close()
            self.seam = None
        more, self._before, self._used = self.said.text[len(self._before) :], self.said.text, self.usage
        self._thought, self.sent = len(self.thinking.growth.text), False
        return more

    def close(self) -> None:
        """Handle the end of the stream: add the text that was kept back."""
        if self.seam and (rest := self.seam.rest()):
            self.said.add(rest)
            self.grew.set()

    @property
    def age(self) -> float:
        """Return the seconds since its first words."""
        return time.monotonic() - self._since if self._since else 0.0

    @property
    def text(self) -> str:
        """Return the text so far."""
        return self.said.text

    def written(self) -> Written:
        """Return all that is written."""
        return Written(self.said.text, self.thinking.whole())

    def received(self) -> Written:
        """Return the text that the room has received."""
        return Written(self.said.received(), self.thinking.received())

    def end_as(self, status: Status, error: str | None = None) -> None:
        """Stop reading; the answer ends with its text so far, as ``status``."""
        self.ending = (status, error)
        if status is Status.STOPPED and not (self.reader and self.reader.done()):  # else it has failed before
            self._estimate_round()
        if self.reader:
            self.reader.cancel()

    def _estimate_round(self) -> None:
        """Estimate the tokens of a round that ends before its provider reports them. Otherwise people who stop answers
        just before their end would pay nothing. Before the first word it is what was asked.
        """
        written = self.said.text[len(self._before) :] + self.thinking.growth.text[self._thought :]
        if self.asked and (written or self.sent) and self.usage == self._used:
            round_ = Usage(self.asked, estimate_tokens(written))
            self.usage = round_ if self._used is None else self._used + round_

    @property
    def cost(self) -> int | None:
        """Return its cost so far, in millionths of a US dollar; ``None`` if that is unknown."""
        return cost_of(self.model, self.usage) if self.model and self.usage else None

    @property
    def is_full(self) -> bool:
        """Return whether it has the maximum length."""
        return len(self.said.text) == ANSWER_MAX

    async def next_save(self, begun: bool) -> bool:
        """Wait until the answer is to be saved, if it had ``begun`` at the last time; return whether it has begun by
        now.
        """
        if begun:
            await _tick_after(SAVE_SECONDS)
            return True
        with suppress(TimeoutError):
            async with asyncio.timeout(SAVE_SECONDS):
                await self.begun.wait()
                await _tick_after(FIRST_SAVE_SECONDS)
        return self.begun.is_set()


async def _tick_after(seconds: float) -> None:
    """Wait so long, and then for the next tick."""
    await asyncio.sleep(seconds + TICK - (time.monotonic() + seconds) % TICK)
