"""The reasoning before an answer, in every vendor's dialect, however it is cut."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.adapters.llm.factory import Gateway
from chat_app.adapters.llm.streams.formats import Reader, read_anthropic, read_gemini, read_ollama, read_openai
from chat_app.core.ai.ports.gateway import Piece
from tests.adapters.llm.answers import Read, lines, read, sse
from tests.adapters.llm.conftest import MODELS, asked
from tests.adapters.llm.test_cutting import cut, unhurried
from tests.adapters.llm.test_openai_answers import DONE, STOP, chunk
from tests.adapters.llm.test_other_answers import END, LAST, START, block, line, parts, said, stopped
from tests.vendor.server import ScriptedVendor

THOUGHT = "They greet 👋 me. 静かに"
BLOCK = {"type": "content_block_start", "content_block": {"type": "thinking", "thinking": ""}}
DETAILS = {"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]}
DELTA = block("thinking_delta", thinking=THOUGHT)
SUMMARY = {"text": THOUGHT, "thought": True}
TOOL = chunk(tool_calls=[{"index": 0, "function": {"name": "look_up"}}])

DIALECTS: list[tuple[str, Reader, bytes]] = [
    ("reasoning_content", read_openai, sse(chunk(reasoning_content=THOUGHT), chunk("Hello"), STOP, DONE)),
    ("reasoning", read_openai, sse(chunk(reasoning=THOUGHT), chunk("Hello"), STOP, DONE)),
    ("both in one", read_openai, sse(chunk("Hello", reasoning_content=THOUGHT), STOP, DONE)),
    ("thinking parts", read_openai, sse(chunk([DETAILS]), chunk("Hello"), STOP, DONE)),
    ("a tag", read_openai, sse(chunk(f"<think>\n{THOUGHT}\n</think>\n\nHello"), STOP, DONE)),
    ("a closing tag", read_openai, sse(chunk(THOUGHT), chunk("\n</think>\n\nHello"), STOP, DONE)),
    (
        "anthropic",
        read_anthropic,
        sse(START, BLOCK, block("thinking_delta", thinking=THOUGHT), said("Hello"), END, LAST),
    ),
    ("gemini", read_gemini, sse(parts(SUMMARY), parts("Hello", finish="STOP"))),
    ("ollama", read_ollama, lines(line("", thinking=THOUGHT), line("Hello"), line("", "stop"))),
    ("ollama's tag", read_ollama, lines(line(f"<think>{THOUGHT}"), line("</think>Hello"), line("", "stop"))),
]
EACH = pytest.mark.parametrize(("reader", "body"), [each[1:] for each in DIALECTS], ids=[each[0] for each in DIALECTS])


def found(got: Read) -> tuple[str, str, str | None, bool]:
    return got.reasoning.strip(), got.text, got.code, got.failed


@EACH
def test_reasoning_is_told_apart_from_the_answer(reader: Reader, body: bytes):
    assert found(read(reader, [body])) == (THOUGHT, "Hello", None, False)


@EACH
@unhurried
@given(places=st.lists(st.floats(0, 1), max_size=8), each_byte=st.booleans())
@pytest.mark.slow
def test_reasoning_cut_anywhere_reads_the_same(reader: Reader, body: bytes, places: list[float], each_byte: bool):
    chunks = [bytes([byte]) for byte in body] if each_byte else cut(body, places)
    assert found(read(reader, chunks)) == (THOUGHT, "Hello", None, False)


@EACH
def test_characters_of_several_bytes_may_be_cut(reader: Reader, body: bytes):
    plain = b"\n".join(_unescaped(each) for each in body.split(b"\n"))
    assert found(read(reader, [bytes([byte]) for byte in plain])) == (THOUGHT, "Hello", None, False)


def _unescaped(text: bytes) -> bytes:
    """Write JSON without escaping its characters."""
    head, brace, rest = text.partition(b"{")
    return head + json.dumps(json.loads(brace + rest), ensure_ascii=False).encode() if brace else text


def test_a_tag_cut_between_events_is_found():
    pieces = ["<th", "ink>They ", "gre", "et</t", "hin", "k>Hel", "lo"]
    got = read(read_openai, [sse(*(chunk(piece) for piece in pieces), STOP, DONE)])
    assert found(got) == ("They greet", "Hello", None, False)


def test_halves_of_a_surrogate_pair_in_reasoning_are_joined():
    halves = (r"\ud83c", r"\udf89")
    body = b"".join(b'data: {"choices":[{"delta":{"reasoning":"%b"}}]}\n\n' % half.encode() for half in halves)
    assert read(read_openai, [body, sse(chunk("Hello"), STOP)]).reasoning == "🎉"


@pytest.mark.parametrize(
    ("written", "reasoning", "text"),
    [
        ("<think>a</think><think>b</think>Hello", "a\n\nb", "Hello"),
        ("<think>a<think>b</think>c</think>Hello", "a<think>bc", "Hello"),
        ("<think>\n\n</think>\n\nHello", "", "Hello"),
        ("Hel<think>Hm</think>lo", "Hm", "Hello"),
        ("Hello <think> is a tag of theirs", "", "Hello <think> is a tag of theirs"),
        ("Put `<think>` and `</think>` around it", "", "Put `<think>` and `</think>` around it"),
        ("<think>They ask about `</think>`, hm</think>Hello", "They ask about `</think>`, hm", "Hello"),
    ],
)
def test_reasoning_in_any_kind_of_tag_is_separated(written: str, reasoning: str, text: str):
    for pieces in ([written], list(written)):
        got = read(read_openai, [sse(*(chunk(piece) for piece in pieces), STOP, DONE)])
        assert (got.reasoning.strip(), got.text) == (reasoning, text)


@pytest.mark.parametrize(
    ("reader", "body"),
    [
        (read_openai, sse(chunk(reasoning_content="Hm"), STOP, DONE)),
        (read_openai, sse(chunk("<think>Hm"), chunk(finish="length"), DONE)),
        (read_anthropic, sse(START, BLOCK, block("thinking_delta", thinking="Hm"), END, LAST)),
        (read_gemini, sse(parts({"text": "Hm", "thought": True}), parts(finish="MAX_TOKENS"))),
        (read_ollama, lines(line("", thinking="Hm"), line("", "length"))),
    ],
)
def test_reasoning_without_an_answer_is_kept_and_said(reader: Reader, body: bytes):
    assert found(read(reader, [body])) == ("Hm", "", "llm_only_reasoning", True)


def test_deltas_without_content_add_nothing():
    null = {"choices": [{"delta": {"content": None, "reasoning_content": None}}]}
    got = read(read_openai, [sse(chunk(reasoning="Hm"), null, TOOL, chunk(finish="tool_calls"), DONE)])
    assert found(got) == ("Hm", "", "llm_only_tools", True)
    got = read(read_openai, [sse(null, chunk(reasoning=""), chunk("Hello"), TOOL, STOP, DONE)])
    assert found(got) == ("", "Hello", None, False)


def test_hidden_reasoning_is_not_shown():
    redacted = {"type": "content_block_start", "content_block": {"type": "redacted_thinking", "data": "x"}}
    got = read(
        read_anthropic, [sse(START, redacted, block("signature_delta", signature="x"), said("Hello"), END, LAST)]
    )
    assert found(got) == ("", "Hello", None, False)


USAGE: list[tuple[Reader, Callable[[Any], bytes], dict[str, Any]]] = [
    (
        read_openai,
        lambda usage: sse(chunk("Hi"), STOP, {"choices": [], "usage": usage}, DONE),
        {
            "prompt_tokens": 9,
            "completion_tokens": 8,
            "completion_tokens_details": {"reasoning_tokens": 6},
            "prompt_tokens_details": {"cached_tokens": 4},
        },
    ),
    (
        read_gemini,
        lambda usage: sse(parts("Hi", finish="STOP"), {"usageMetadata": usage}),
        {"promptTokenCount": 9, "candidatesTokenCount": 2, "thoughtsTokenCount": 6, "cachedContentTokenCount": 4},
    ),
]


@pytest.mark.parametrize(("reader", "body", "usage"), USAGE)
def test_tokens_of_reasoning_and_of_the_cache_are_read(reader: Reader, body: Callable[[Any], bytes], usage: Any):
    got = read(reader, [body(usage)]).usage
    assert (got.prompt_tokens, got.completion_tokens, got.reasoning_tokens, got.cached_tokens) == (9, 8, 6, 4)
    broken = dict.fromkeys(usage, "x") | {"completion_tokens_details": [1], "prompt_tokens_details": None}
    got = read(reader, [body(broken)]).usage
    assert (got.reasoning_tokens, got.cached_tokens) == (None, None)


def test_anthropic_reports_cached_tokens():
    assert (
        read(read_anthropic, [sse(START, said("Hi"), stopped("end_turn", output_tokens=2), LAST)]).usage.cached_tokens
        == 4
    )


@pytest.mark.parametrize("model", MODELS.values())
async def test_every_vendor_streams_its_reasoning(gateway: Gateway, model: str):
    pieces = [piece async for piece in gateway.stream(asked(model, "[[think They greet me]] [[say Hello you]]"))]
    assert "".join(piece.reasoning for piece in pieces) == "They greet me"
    assert "".join(piece.text for piece in pieces) == "Hello you"
    kinds = [bool(piece.reasoning) for piece in pieces if piece.reasoning or piece.text]
    assert kinds == [True] * 3 + [False] * 2


async def test_failure_during_reasoning_is_retried_from_beginning(gateway: Gateway, vendor: ScriptedVendor):
    vendor.forget()
    request = asked(MODELS["vllm"], "[[cut 1 once]] [[think They greet]] [[say Hello]]")
    pieces = [piece async for piece in gateway.stream(request)]
    again = pieces.index(Piece(anew=True))
    assert [piece.reasoning for piece in pieces[:again]] == ["They"]
    assert "".join(piece.reasoning for piece in pieces[again:]) == "They greet"
    assert "".join(piece.text for piece in pieces[again:]) == "Hello"
