"""The formats of Anthropic, Gemini and Ollama: the text, and the note about its end."""

import json
from typing import Any

import pytest

from chat_app.adapters.llm.streams.formats import Reader, read_anthropic, read_gemini, read_ollama
from tests.adapters.llm.answers import Read, lines, read, sse

Told = tuple[str, str | None, bool]
HELLO: Told = ("Hello world", None, False)


def told(got: Read) -> Told:
    return got.text, got.code, got.failed


def block(kind: str, **delta: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": 0, "delta": {"type": kind} | delta}


def said(text: Any) -> dict[str, Any]:
    return block("text_delta", text=text)


def stopped(reason: Any, **usage: Any) -> dict[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": usage}


START = {"type": "message_start", "message": {"usage": {"input_tokens": 3, "cache_read_input_tokens": 4}}}
END, LAST = stopped("end_turn", output_tokens=2), {"type": "message_stop"}
PING = b'event: ping\ndata: {"type": "ping"}\n\n'
TOOL = {"type": "content_block_start", "content_block": {"type": "tool_use", "name": "f"}}
TEXT_BLOCK = {"type": "content_block_start", "content_block": {"type": "text", "text": "Hello"}}
THINKING = block("thinking_delta", thinking="Hm")
OVERLOADED = b'event: error\ndata: {"type": "error", "error": {"type": "overloaded_error"}}\n\n'
MESSAGE = {"type": "message", "stop_reason": "end_turn", "usage": {"input_tokens": 7, "output_tokens": 2}}

ANTHROPIC: list[tuple[tuple[object, ...], Told]] = [
    ((START, PING, said("Hello"), END, said(" world"), LAST), HELLO),
    ((START, said("Hello"), said(" world"), sse(END).rstrip()), HELLO),
    ((START, said("Hello"), said(" world"), LAST), HELLO),
    ((START, TEXT_BLOCK, said(" world"), END), HELLO),
    ((START, THINKING, block("signature_delta", signature="x"), said("Hello world"), END), HELLO),
    (
        (START, said("Hello"), said(None), said([]), block("citations_delta"), b"data: {\n\n", said(" world"), END),
        HELLO,
    ),
    (
        (MESSAGE | {"content": [{"type": "thinking", "thinking": "Hm"}, {"type": "text", "text": "Hello world"}]},),
        HELLO,
    ),
    ((START, said("Hello"), stopped("max_tokens"), LAST), ("Hello", "llm_length", False)),
    ((START, said("Hello"), stopped("model_context_window_exceeded")), ("Hello", "llm_length", False)),
    ((START, said("Hello"), stopped("pause_turn"), LAST), ("Hello", "llm_length", False)),
    ((START, said("Hello"), stopped("refusal"), LAST), ("Hello", "llm_refused", True)),
    ((START, stopped("refusal"), LAST), ("", "llm_refused", True)),
    (
        (START, TOOL, block("input_json_delta", partial_json="{}"), stopped("tool_use"), LAST),
        ("", "llm_only_tools", True),
    ),
    ((START, said("Hello world"), TOOL, stopped("tool_use"), LAST), HELLO),
    ((START, block("thinking_delta", thinking="Hm"), END, LAST), ("", "llm_only_reasoning", True)),
    ((START, said("Hello"), OVERLOADED), ("Hello", "llm_interrupted", True)),
    ((START, {"type": "error", "error": {"type": "rate_limit_error"}}), ("", "llm_rate_limited", True)),
    ((START, said("Hello")), ("Hello", "llm_interrupted", True)),
]


def parts(*parts: Any, finish: Any = None, **more: Any) -> dict[str, Any]:
    each = [part if isinstance(part, dict) else {"text": part} for part in parts]
    return {"candidates": [{"content": {"parts": each}, "finishReason": finish}]} | more


FULL = [parts("Hello", finish="STOP"), parts(" world", finish="STOP")]
OTHER = {"candidates": [{"index": 1, "content": {"parts": [{"text": "no"}]}}]}
THOUGHT = {"text": "Hm", "thought": True}

GEMINI: list[tuple[tuple[object, ...], Told]] = [
    (tuple(FULL), HELLO),
    ((parts("Hello", finish="STOP"), sse(parts(" world", finish="STOP")).rstrip()), HELLO),
    ((parts(finish="STOP"), parts("Hello"), parts(" world"), parts(finish="STOP")), HELLO),
    ((parts(THOUGHT, "Hello"), parts({"functionCall": {}}, " world", finish="STOP")), HELLO),
    ((parts("Hello"), OTHER, parts(" world", finish="STOP")), HELLO),
    ((parts("Hello"), {"candidates": None}, {"candidates": [{"content": []}]}, parts(" world", finish="STOP")), HELLO),
    ((json.dumps(FULL).encode(),), HELLO),
    ((json.dumps(FULL, indent=2).encode(),), HELLO),
    ((b"[" + json.dumps(FULL[0]).encode() + b"\n,\r\n" + json.dumps(FULL[1]).encode() + b"]",), HELLO),
    ((b"[" + json.dumps(FULL[0]).encode() + b"\n,\n" + json.dumps(FULL[1]).encode()[:-9],), ("Hello", None, False)),
    ((json.dumps(parts("Hello world", finish="STOP"), indent=1).encode(),), HELLO),
    ((parts("Hello", finish="MAX_TOKENS"),), ("Hello", "llm_length", False)),
    ((parts("Hello", finish="RECITATION"),), ("Hello", "llm_content_filtered", True)),
    ((parts(finish="SAFETY"),), ("", "llm_content_filtered", True)),
    ((parts(finish="IMAGE_SAFETY"),), ("", "llm_image_filtered", True)),
    (({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}},), ("", "llm_content_filtered", True)),
    ((parts({"functionCall": {"name": "f"}}, finish="STOP"),), ("", "llm_only_tools", True)),
    ((parts(finish="MALFORMED_FUNCTION_CALL"),), ("", "llm_only_tools", True)),
    ((parts("Hello world", finish="MALFORMED_FUNCTION_CALL"),), HELLO),
    ((parts(THOUGHT), parts(finish="MAX_TOKENS")), ("", "llm_only_reasoning", True)),
    ((parts("Hello world", finish="OTHER"),), HELLO),
    ((parts("Hello"), {"error": {"code": 503, "status": "UNAVAILABLE"}}), ("Hello", "llm_interrupted", True)),
    (({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED"}},), ("", "llm_rate_limited", True)),
]


def line(content: Any, reason: Any = None, **message: Any) -> dict[str, Any]:
    ending = {"done": True, "done_reason": reason} if reason else {"done": False}
    return {"message": {"content": content} | message} | ending


OLLAMA: list[tuple[tuple[object, ...], Told]] = [
    ((line("Hello"), line(" world"), line("", "stop")), HELLO),
    ((line("Hello"), lines(line(" world", "stop")).rstrip()), HELLO),
    ((line("Hello", "stop"), line(" world", "stop")), HELLO),
    ((line("Hello"), b'{"message": {"cont\n', b"not json\n", b"\n\n", line(None), line(" world", "stop")), HELLO),
    ((line("", thinking="Hm"), line("<think>Hm</think>Hello"), line(" world", "stop")), HELLO),
    ((json.dumps(line("Hello world", "stop"), indent=2).encode(),), HELLO),
    ((sse(line("Hello"), line(" world", "stop")),), HELLO),
    ((line("Hello", "length"),), ("Hello", "llm_length", False)),
    ((line("", thinking="Hm"), line("", "length")), ("", "llm_only_reasoning", True)),
    ((line("", tool_calls=[{"function": {"name": "f"}}]), line("", "stop")), ("", "llm_only_tools", True)),
    ((line("Hello"), {"error": "an error was encountered"}), ("Hello", "llm_interrupted", True)),
    (({"error": 'model "x" not found'},), ("", "llm_unavailable", True)),
    ((line("Hello"),), ("Hello", "llm_interrupted", True)),
]


@pytest.mark.parametrize(("events", "expected"), ANTHROPIC)
def test_events_of_anthropic_become_pieces(events: tuple[object, ...], expected: Told):
    assert told(read(read_anthropic, [sse(*events)])) == expected


@pytest.mark.parametrize(("events", "expected"), GEMINI)
def test_events_of_gemini_become_pieces(events: tuple[object, ...], expected: Told):
    assert told(read(read_gemini, [sse(*events)])) == expected


@pytest.mark.parametrize(("events", "expected"), OLLAMA)
def test_events_of_ollama_become_pieces(events: tuple[object, ...], expected: Told):
    assert told(read(read_ollama, [lines(*events)])) == expected


@pytest.mark.parametrize("count", [-1, 2**31, 2**80, 1.5e300, "7", [7], None, True])
def test_counts_that_can_be_none_are_estimated(count: object):
    usage = {"input_tokens": count, "output_tokens": count}
    bodies: list[tuple[Reader, bytes]] = [
        (read_anthropic, sse(said("Hi"), stopped("end_turn", **usage))),
        (read_gemini, sse(parts("Hi", finish="STOP", usageMetadata={"promptTokenCount": count}))),
        (read_ollama, lines(line("Hi", "stop") | {"prompt_eval_count": count, "eval_count": count})),
    ]
    for reader, body in bodies:
        got = read(reader, [body])
        assert (got.text, got.usage.prompt_tokens, got.usage.completion_tokens) == ("Hi", 7, 1)


def test_counts_are_summed():
    got = read(read_anthropic, [sse(START, said("Hello"), END, LAST)])
    assert (got.usage.prompt_tokens, got.usage.completion_tokens) == (7, 2)
