"""OpenAI's format, in the variants of compatible servers: the text, and the note about its end."""

import json
from typing import Any

import pytest

from chat_app.adapters.llm.streams.formats import read_openai
from tests.adapters.llm.answers import Read, read, sse

DONE = b"data: [DONE]\n\n"


def chunk(content: Any = None, finish: Any = None, *, index: int = 0, **delta: Any) -> dict[str, Any]:
    said = delta | ({"content": content} if content is not None else {})
    return {"choices": [{"index": index, "delta": said, "finish_reason": finish}]}


def answered(*events: object) -> Read:
    return read(read_openai, [sse(*events)])


HELLO = chunk("Hello")
STOP = chunk(finish="stop")
REFERENCE = {"type": "reference", "reference_ids": [1]}


@pytest.mark.parametrize(
    "events",
    [
        (chunk("Hello", "stop"), chunk(" world"), DONE),
        (STOP, HELLO, chunk(" world"), DONE),
        (chunk("Hello", "stop"), chunk(" world", "stop"), chunk(finish="stop")),
        (chunk("Hello", ""), chunk(" world", "null"), STOP),
        (HELLO, b": keep-alive\n\n", b"event: message\nid: 7\nretry: 10\n", chunk(" world"), STOP, b"data:[DONE]"),
        (HELLO, chunk(" world"), b"data:   [DONE]  \n\n", chunk("!"), b"data: {"),
        (HELLO, chunk(" world"), sse(STOP).rstrip()),
        (HELLO, sse(chunk(" world", "stop")).rstrip()),
        (HELLO, b"data: {broken\n\n", b"data:\n\n", b"data: null\n\ndata: 7\n\ndata: []\n\n", chunk(" world"), STOP),
        (HELLO, b"data: {broken\n", b"data: " + json.dumps(chunk(" world")).encode() + b"\n", STOP, DONE),
        (HELLO, b'data: {"choices":\ndata: [{"delta": {"content":\ndata:  " world"}}]}\n\n', DONE),
        (HELLO, b'data: {"choices": [{"delta": {"content": " world"}}]}\ndata: [DONE]'),
        (HELLO, chunk("Bonjour", index=1), chunk(" world"), chunk(" monde", "length", index=1), STOP, DONE),
        ({"choices": [chunk("x", index=1)["choices"][0], HELLO["choices"][0]]}, chunk(" world", "stop"), DONE),
        (chunk([{"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}]}]), HELLO, chunk(" world"), STOP),
        (chunk(["Hel", {"type": "text", "text": "lo"}, REFERENCE, 5]), chunk({"type": "text", "text": " world"}), STOP),
        (HELLO, chunk(True), chunk([None, {"type": []}, {"text": {}}]), chunk(" world"), STOP),
        (HELLO, {"choices": None}, {"choices": {}}, {"choices": [None]}, chunk(" world"), STOP),
        (HELLO, {"choices": [{"delta": []}]}, [1], {"choices": [{"delta": {}, "message": []}]}, chunk(" world"), STOP),
        (chunk("Hello world", None, tool_calls=[{"id": "1"}]), chunk(finish="tool_calls"), DONE),
        (HELLO, chunk(" world", "some_new_reason"), DONE),
        (HELLO, chunk(" world", 1), DONE),
        (HELLO, chunk(" world"), STOP, {"error": {"message": "usage could not be counted"}}),
    ],
)
def test_all_that_comes_before_the_end_is_the_answer(events: tuple[object, ...]):
    got = answered(*events)
    assert (got.text, got.code) == ("Hello world", None)


def test_a_number_is_text():
    assert answered(chunk(4), chunk(2.5), STOP).text == "42.5"


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ((r"\ud83c", r"\udf89"), "🎉"),
        ((r"a\ud83c", r"", r"\udf89b"), "a🎉b"),
        ((r"\ud83c\udf89\ud83c", r"\udf89"), "🎉🎉"),
        ((r"a\ud83c", r"b"), "ab"),
        ((r"\udf89a\ud83c\ud83c", r"\udf89"), "a🎉"),
        ((r"a\ud83c",), "a"),
    ],
)
def test_halves_of_a_surrogate_pair_are_joined_and_lone_ones_dropped(parts: tuple[str, ...], text: str):
    body = b"".join(b'data: {"choices":[{"delta":{"content":"%b"}}]}\n\n' % part.encode() for part in parts)
    assert read(read_openai, [body, sse(STOP)]).text == text


WHOLE = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello world"}, "finish_reason": "stop"}]}
COUNTED = WHOLE | {"usage": {"prompt_tokens": 7, "completion_tokens": 2}}


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(COUNTED),
        json.dumps(COUNTED, indent=2),
        json.dumps(COUNTED, indent=2).replace("\n", "\r\n") + "\r\n",
        "\ufeff" + json.dumps(COUNTED),
        sse(COUNTED).decode(),
        sse(COUNTED, DONE).decode(),
    ],
)
def test_an_answer_as_one_document_is_read(body: str):
    got = read(read_openai, [body.encode()])
    assert (got.text, got.code) == ("Hello world", None)
    assert (got.usage.prompt_tokens, got.usage.completion_tokens) == (7, 2)


def test_the_whole_text_after_its_pieces_is_not_said_twice():
    assert answered(HELLO, chunk(" world"), WHOLE, DONE).text == "Hello world"
    each = [{"choices": [{"delta": {"content": w}, "message": {"content": "Hello"}}]} for w in ("Hello", " world")]
    assert answered(*each, STOP).text == "Hello world"


@pytest.mark.parametrize(
    "count",
    ["NaN", "Infinity", "-5", "1e400", "99999999999", "9" * 5000, '"many"', "[]", "{}", "null", "true", "2147483648"],
)
def test_a_count_that_can_be_none_is_estimated_and_loses_nothing(count: str):
    usage = f'"usage":{{"prompt_tokens":{count},"completion_tokens":{count}}}'
    got = read(
        read_openai, [f'data: {{"choices":[{{"delta":{{"content":"Hello world"}}}}],{usage}}}\n\n'.encode(), DONE]
    )
    assert (got.text, got.code) == ("Hello world", None)
    assert (got.usage.prompt_tokens, got.usage.completion_tokens) == (7, 3)


@pytest.mark.parametrize("usage", ["NaN", "[1]", '"7"', "7", "true"])
def test_usage_of_any_kind_loses_nothing(usage: str):
    got = read(
        read_openai, [f'data: {{"choices":[{{"delta":{{"content":"Hi"}}}}],"usage":{usage}}}\n\n'.encode(), DONE]
    )
    assert (got.text, got.code) == ("Hi", None)


REFUSAL = {"choices": [{"message": {"content": None, "refusal": "No."}, "finish_reason": "stop"}]}
TOOLS = chunk(tool_calls=[{"index": 0, "function": {"name": "look_up"}}])
REASONING = chunk(reasoning_content="Hm")


ENDS: list[tuple[tuple[object, ...], str, str | None, bool]] = [
    ((HELLO, chunk(finish="length"), DONE), "Hello", "llm_length", False),
    ((HELLO, chunk(finish="max_tokens"), DONE), "Hello", "llm_length", False),
    ((HELLO, chunk(finish="model_length")), "Hello", "llm_length", False),
    ((chunk(finish="length"), DONE), "", "llm_length", True),
    ((REASONING, chunk(finish="length"), DONE), "", "llm_only_reasoning", True),
    ((chunk(reasoning="Hm"), STOP, DONE), "", "llm_only_reasoning", True),
    ((chunk("<think>Hm</think>"), STOP, DONE), "", "llm_only_reasoning", True),
    ((chunk("<think>Hm"), chunk(finish="length"), DONE), "", "llm_only_reasoning", True),
    ((TOOLS, chunk(finish="tool_calls"), DONE), "", "llm_only_tools", True),
    ((REASONING, TOOLS, STOP, DONE), "", "llm_only_tools", True),
    ((chunk(function_call={"name": "f"}), chunk(finish="function_call")), "", "llm_only_tools", True),
    ((HELLO, chunk(finish="content_filter"), DONE), "Hello", "llm_content_filtered", True),
    ((chunk(finish="content_filter"),), "", "llm_content_filtered", True),
    ((chunk(refusal="I can’t"), chunk(refusal=" help."), STOP, DONE), "I can’t help.", "llm_refused", False),
    ((REFUSAL,), "No.", "llm_refused", False),
    ((HELLO, chunk(finish="error"), DONE), "Hello", "llm_interrupted", True),
    ((chunk(finish="error"), DONE), "", "llm_unavailable", True),
    ((HELLO, {"object": "error", "message": "CUDA", "code": 500}, DONE), "Hello", "llm_interrupted", True),
    (({"object": "error", "message": "gone", "code": 404}, DONE), "", "llm_model_not_found", True),
    ((HELLO, {"error": {"code": "server_error"}} | chunk(" wor", "error")), "Hello wor", "llm_interrupted", True),
    (({"error": {"code": 429, "message": "slow down"}},), "", "llm_rate_limited", True),
    (({"error": {"code": 402}},), "", "llm_no_credit", True),
    ((b'{"error": {"code": "context_length_exceeded"}}',), "", "llm_context_too_long", True),
    ((HELLO, b"event: error\ndata: Internal Server Error\n\n", DONE), "Hello", "llm_interrupted", True),
    ((HELLO, b'event: error\ndata: {"message": "over"}'), "Hello", "llm_interrupted", True),
    ((b"event: error\n\n",), "", "llm_unavailable", True),
    ((HELLO, {"error": None}, {"error": {}}, STOP), "Hello", None, False),
    ((HELLO,), "Hello", "llm_interrupted", True),
    ((b"<html><body>502 Bad Gateway</body></html>",), "", "llm_unavailable", True),
    ((b"",), "", "llm_unavailable", True),
    ((b"\xff\xfe\x00" * 50,), "", "llm_unavailable", True),
    ((b"{" * 50_000 + b"\n" + b"[\n" * 50_000 + b'{"a":\n' * 50_000,), "", "llm_unavailable", True),
    ((b"data: " + b"[" * 100_000 + b"\n\n", HELLO, STOP), "Hello", None, False),
    ((STOP, DONE), "", None, False),
]


@pytest.mark.parametrize(("events", "text", "code", "failed"), ENDS)
def test_an_end_is_told_in_its_own_words(events: tuple[object, ...], text: str, code: str | None, failed: bool):
    got = answered(*events)
    assert (got.text, got.code, got.failed) == (text, code, failed)


def test_a_connection_that_breaks_after_the_end_harms_nothing():
    assert read(read_openai, [sse(HELLO, STOP)], "llm_interrupted").code is None
    assert read(read_openai, [sse(HELLO)], "llm_interrupted").code == "llm_interrupted"
    assert read(read_openai, [], "llm_interrupted").code == "llm_unavailable"


def test_broken_stream_with_an_end_in_every_chunk_is_interrupted():
    body = sse(chunk("Hello", "stop"), chunk(" wor", "stop"))
    assert read(read_openai, [body], "llm_interrupted").code == "llm_interrupted"


def test_bytes_that_are_no_utf8_lose_only_themselves():
    body = b'data: {"choices":[{"delta":{"content":"a\xffb\x07c"}}]}\n\n'
    assert read(read_openai, [body, DONE]).text == "a\ufffdb\x07c"
