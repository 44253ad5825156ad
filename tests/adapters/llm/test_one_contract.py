"""Both adapters read a vendor's body alike, and as the reader of its format does: odd calls and odd ends too."""

import pytest

from chat_app.adapters.llm.factory import Gateway
from chat_app.adapters.llm.streams.answer import StreamedAnswer
from chat_app.adapters.llm.streams.formats import Reader, read_anthropic, read_gemini, read_ollama, read_openai
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmError, Piece
from tests.adapters.llm.answers import lines, sse
from tests.adapters.llm.conftest import MODELS
from tests.adapters.llm.test_bodies import CLOSE, head
from tests.adapters.llm.test_call_parts import DOCUMENTS, END, REQUEST, delta, part
from tests.adapters.llm.test_openai_answers import ENDS
from tests.adapters.llm.test_other_answers import ANTHROPIC, GEMINI, OLLAMA
from tests.adapters.llm.test_reasoning import DIALECTS
from tests.vendor.server import ScriptedVendor

pytestmark = pytest.mark.slow

NAMES = {read_openai: "openai", read_anthropic: "anthropic", read_gemini: "gemini", read_ollama: "ollama"}
ODD_CALLS = [
    (delta(part("{}", "calc", index=0, id="a")), delta(part("[]", "calc", index=0, id="b")), END),
    (delta(part("{", "calc")), delta(part("}")), delta(part("{}", "calc")), END),
    (delta(part("{}", "calc", id="a"), part("{}", "calc", id="a")), END),
    (delta(part("{}", "calc", index=1e308, id="a")), delta(part("[]", "calc", index="x", id="b")), END),
    (delta(part("{}", index=0)), END),
    (delta(part({"x": 1}, "calc")), END),
]
BODIES: dict[str, list[tuple[Reader, bytes]]] = {
    "reasoning": [(reader, body) for _, reader, body in DIALECTS],
    "calls": [(read_openai, sse(*events)) for events in ODD_CALLS],
    "documents": [(reader, lines(document)) for reader, document in DOCUMENTS],
    "openai": [(read_openai, sse(*events)) for events, *_ in ENDS],
    "anthropic": [(read_anthropic, sse(*events)) for events, _ in ANTHROPIC],
    "gemini": [(read_gemini, sse(*events)) for events, _ in GEMINI],
    "ollama": [(read_ollama, lines(*events)) for events, _ in OLLAMA],
}


class Heard:
    """The result of an answer: its text, its reasoning, its calls, its note or its failure."""

    def __init__(self) -> None:
        self.text = self.reasoning = ""
        self.calls: list[tuple[str, str]] = []
        self.code: str | None = None
        self.failed = False

    def take(self, piece: Piece) -> None:
        if piece.anew:
            self.text = self.reasoning = ""
        self.text += piece.text
        self.reasoning += piece.reasoning
        self.calls = [(call.name, call.arguments) for call in piece.calls]
        self.code = piece.note

    def fail(self, error: LlmError) -> None:
        self.code, self.failed = error.code, True


def by_reader(reader: Reader, body: bytes) -> Heard:
    """Return the format reader's result for a body."""
    answer, heard = StreamedAnswer(REQUEST, reader), Heard()
    for piece in (*answer.feed(body), *answer.rest()):
        heard.take(piece)
    try:
        heard.take(answer.end(None))
    except LlmError as error:
        heard.fail(error)
    return heard


async def by_gateway(gateway: Gateway, vendor: ScriptedVendor, reader: Reader, body: bytes) -> Heard:
    """Return the result of a body through an adapter."""
    vendor.raw, heard = (head(CLOSE), body), Heard()
    asked = CompletionRequest(MODELS[NAMES[reader]], REQUEST.messages, tools=REQUEST.tools)
    try:
        async for piece in gateway.stream(asked):
            heard.take(piece)
    except LlmError as error:
        heard.fail(error)
    return heard


@pytest.mark.parametrize("kind", BODIES)
async def test_a_body_says_the_same_through_either_adapter(gateway: Gateway, raw: ScriptedVendor, kind: str):
    for reader, body in BODIES[kind]:
        heard = await by_gateway(gateway, raw, reader, body)
        assert vars(heard) == vars(by_reader(reader, body)), body[:300]
