"""Calls in the shapes of servers that only nearly speak a vendor's format."""

from typing import Any

import pytest

from chat_app.adapters.llm.streams.answer import StreamedAnswer
from chat_app.adapters.llm.streams.formats import Reader, read_anthropic, read_gemini, read_ollama, read_openai
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmMessage, ToolCall
from chat_app.core.tools.ports import ToolInfo
from tests.adapters.llm.answers import lines

TOOL = ToolInfo("builtin/calc", "calc", "Calculator", "", {"type": "object"})
REQUEST = CompletionRequest("vllm/scripted", (LlmMessage("user", "Aiko: Hello"),), tools=(TOOL,))


def calls(reader: Reader, *events: object) -> list[tuple[str, str]]:
    return [(call.name, call.arguments) for call in read(reader, *events)]


def read(reader: Reader, *events: object) -> tuple[ToolCall, ...]:
    answer = StreamedAnswer(REQUEST, reader)
    answer.feed(lines(*events))
    answer.rest()
    return answer.end(None).calls


def delta(*parts: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"tool_calls": list(parts)}, "finish_reason": finish}]}


def part(arguments: object = "", name: str | None = None, **more: object) -> dict[str, Any]:
    return {"function": {"name": name, "arguments": arguments}, **more}


END = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}


def test_all_calls_numbered_zero_are_told_apart_by_their_ids():
    found = read(
        read_openai, delta(part("{}", "calc", index=0, id="a")), delta(part("[]", "calc", index=0, id="b")), END
    )
    assert found == (ToolCall("a", "calc", "{}"), ToolCall("b", "calc", "[]"))


def test_an_id_that_is_repeated_with_every_part_is_one_call():
    parts = [delta(part(more, "calc" if more == "{" else None, index=0, id="a")) for more in ("{", '"x": 1', "}")]
    assert read(read_openai, *parts, END) == (ToolCall("a", "calc", '{"x": 1}'),)


def test_calls_without_index_begin_with_their_name():
    assert calls(read_openai, delta(part("{", "calc")), delta(part("}")), delta(part("{}", "calc")), END) == [
        ("calc", "{}"),
        ("calc", "{}"),
    ]


def test_ids_that_come_twice_are_made_different():
    first, second = read(read_openai, delta(part("{}", "calc", id="a"), part("{}", "calc", id="a")), END)
    assert first.id == "a"
    assert second.id not in ("", "a")


def test_arguments_that_were_parsed_already_are_json_again():
    assert calls(read_openai, delta(part({"x": "é"}, "calc", index=0)), END) == [("calc", '{"x": "é"}')]


def test_a_call_without_a_name_is_none():
    answer = {"choices": [{"index": 0, "delta": {"content": "Hm.", "tool_calls": [part("{}", index=0)]}}]}
    assert calls(read_openai, answer, END) == []


def test_the_old_shape_of_one_function_is_read():
    old = {"choices": [{"index": 0, "delta": {"function_call": {"name": "calc", "arguments": "{}"}}}]}
    end = {"choices": [{"index": 0, "delta": {}, "finish_reason": "function_call"}]}
    assert calls(read_openai, old, end) == [("calc", "{}")]


@pytest.mark.parametrize("mess", [[None], ["x"], [{}], [{"function": None}], {"a": 1}, [{"index": {}, "id": 3}]])
def test_nonsense_in_the_place_of_calls_is_no_call(mess: object):
    said = {"choices": [{"index": 0, "delta": {"content": "Hm.", "tool_calls": mess}}]}
    assert calls(read_openai, said, END) == []


DOCUMENTS: list[tuple[Reader, dict[str, Any]]] = [
    (
        read_openai,
        {
            "choices": [
                {
                    "index": 0,
                    "message": {"content": None, "tool_calls": [part('{"x": 1}', "calc"), part("{}", "calc")]},
                    "finish_reason": "tool_calls",
                }
            ]
        },
    ),
    (
        read_anthropic,
        {
            "type": "message",
            "content": [
                {"type": "text", "text": "So."},
                {"type": "tool_use", "id": "t1", "name": "calc", "input": {"x": 1}},
                {"type": "tool_use", "id": "t2", "name": "calc", "input": {}},
            ],
            "stop_reason": "tool_use",
        },
    ),
    (
        read_gemini,
        {
            "candidates": [
                {
                    "content": {
                        "parts": [
                            {"functionCall": {"name": "calc", "args": {"x": 1}}},
                            {"functionCall": {"name": "calc"}},
                        ]
                    },
                    "finishReason": "STOP",
                }
            ]
        },
    ),
    (
        read_ollama,
        {
            "message": {"tool_calls": [part({"x": 1}, "calc"), part({}, "calc")]},
            "done": True,
            "done_reason": "stop",
        },
    ),
]


@pytest.mark.parametrize(("reader", "document"), DOCUMENTS)
def test_an_answer_in_one_document_has_its_calls(reader: Reader, document: dict[str, Any]):
    assert calls(reader, document) == [("calc", '{"x": 1}'), ("calc", "{}")]


def test_a_server_tool_of_the_vendors_is_no_call_of_ours():
    start = {"type": "content_block_start", "index": 0, "content_block": {"type": "server_tool_use", "name": "web"}}
    more = {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": "{}"}}
    text = {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "So."}}
    end = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}
    assert calls(read_anthropic, start, more, text, end, {"type": "message_stop"}) == []
