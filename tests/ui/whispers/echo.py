"""A model whose answers follow from what it has read: if it is given anything else, it says something else."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Sequence
from hashlib import sha256
from typing import Final

from chat_app.core.ai.context.prompt import estimate_prompt, estimate_tokens
from chat_app.core.ai.events import AnswerGrew
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmMessage, ModelInfo, Piece
from chat_app.core.ai.ports.usage import Usage
from tests.support.waiting import until

ECHO: Final = ModelInfo("test/echo", "Echo", "Test", context_window=1_600, max_output=400, price_in=100, price_out=100)
"""Its window is so small that rooms need summaries."""

HOLD: Final = "[[hold]]"
"""The answer to what holds this waits, until it is stopped or all answers are released."""

_SAY: Final = re.compile(r"\[\[say ([^\]]*)\]\]")
_CHOICES: Final = ({"do": "speak"}, {"do": "react", "emoji": "👍"}, {"do": "silent"})


class EchoGateway:
    """The gateway with that model."""

    def __init__(self, *, writes_answers: bool = False) -> None:
        self.prompts: list[str] = []
        self.holding = 0
        self._writes_answers = writes_answers
        self._free, self._grown = asyncio.Event(), 0

    async def on_event(self, event: object) -> None:
        """Note that a piece of an answer has been published."""
        if isinstance(event, AnswerGrew):
            self._grown += 1

    def release(self) -> None:
        """Release all answers that are held."""
        self._free.set()

    def transcriber(self) -> str | None:
        """Return nothing: no model transcribes."""
        return None

    def speaker(self) -> None:
        """Return nothing: no model reads aloud."""
        return

    async def drawers(self) -> list[ModelInfo]:
        """Return nothing: no model draws."""
        return []

    async def models(self) -> list[ModelInfo]:
        """Return the model."""
        return [ECHO]

    def limits(self) -> dict[str, int]:
        """Return that it answers any number at once."""
        return {}

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Piece, None]:
        """Say what follows from the messages; the next piece of an answer once the one before is published."""
        read = "\n".join(f"{each.role}: {each.content}" for each in request.messages)
        self.prompts.append(read)
        asked = request.messages[-1].content.rpartition("\n\n")[2]
        if HOLD in asked and not self._free.is_set():
            self.holding += 1
            try:
                await self._free.wait()
            finally:
                self.holding -= 1
        digest = sha256(read.encode()).hexdigest()[:12]
        told = _SAY.findall(asked)
        text = told[-1] if told else f"By all that I have read it is {digest}."
        if request.decides:
            text = json.dumps(_CHOICES[int(digest, 16) % len(_CHOICES)])
        for piece in (Piece(reasoning=f"I think of {digest}."), Piece(text)):
            before = self._grown
            yield piece
            if self._writes_answers:
                await until(lambda before=before: self._grown > before)  # type: ignore[misc]
        yield Piece(usage=Usage(estimate_prompt(request.messages), estimate_tokens(text)))

    async def count_tokens(self, model: str, messages: Sequence[LlmMessage]) -> int:
        """Return an estimate."""
        return estimate_prompt(messages)

    async def health(self) -> bool:
        """Return true."""
        return True
