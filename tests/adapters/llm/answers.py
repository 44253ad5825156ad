"""An answer as a reader gets it, from the bytes of a vendor's body."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from chat_app.adapters.llm.streams.answer import StreamedAnswer
from chat_app.adapters.llm.streams.formats import Reader
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmError, LlmErrorCode, LlmMessage, Piece
from chat_app.core.ai.ports.usage import Usage

REQUEST = CompletionRequest("vllm/scripted", (LlmMessage("user", "Aiko: Hello"),))


@dataclass
class Read:
    """The result of a whole answer: its text, its reasoning, its note, whether it failed, and its usage."""

    text: str = ""
    reasoning: str = ""
    code: str | None = None
    failed: bool = False
    usage: Usage | None = None

    def take(self, piece: Piece) -> None:
        if piece.anew:
            self.text = self.reasoning = ""
        self.text += piece.text
        self.reasoning += piece.reasoning
        self.code, self.usage = piece.note, piece.usage


def read(reader: Reader, chunks: Iterable[bytes], failure: LlmErrorCode | None = None) -> Read:
    """Read a body that arrives in `chunks`."""
    answer, got = StreamedAnswer(REQUEST, reader), Read()
    for chunk in chunks:
        for piece in answer.feed(chunk):
            got.take(piece)
    for piece in answer.rest():
        got.take(piece)
    try:
        got.take(answer.end(failure))
    except LlmError as error:
        got.code, got.failed = error.code, True
    return got


def lines(*events: object) -> bytes:
    """Events as JSON by the line, or as what they are where they are bytes."""
    return b"".join(event if isinstance(event, bytes) else json.dumps(event).encode() + b"\n" for event in events)


def sse(*events: object) -> bytes:
    """Events as server-sent events."""
    return b"".join(event if isinstance(event, bytes) else b"data: " + lines(event) + b"\n" for event in events)
