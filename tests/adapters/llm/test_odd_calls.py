"""Calls with numbers that are none, of any kind, in every vendor's format."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.adapters.llm.streams.calls import as_arguments
from chat_app.adapters.llm.streams.formats import read_anthropic, read_gemini, read_ollama, read_openai
from chat_app.adapters.llm.turns import turn_of
from chat_app.core.ai.ports.gateway import LlmMessage, ToolCall
from chat_app.core.ai.tool_use.rules import check_call
from tests.adapters.llm.test_call_parts import END, TOOL, delta, part, read

ODD = (
    st.sampled_from(
        [math.nan, math.inf, -math.inf, 2**63, -(2**63), 10**400, -1, -1.5, 1e308, True, None, "0", "", [], {}]
    )
    | st.floats()
    | st.integers()
    | st.text(max_size=3)
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(ODD, ODD)
def test_calls_at_odd_places_are_read_as_far_as_they_can_be_told_apart(first: object, second: object):
    begun = [delta(part("", "calc", index=first, id="a")), delta(part("{}", index=first))]
    begun += [delta(part("", "calc", index=second, id="b")), delta(part("[]", index=second))]
    assert read(read_openai, *begun, END) == (ToolCall("a", "calc", "{}"), ToolCall("b", "calc", "[]"))


@given(ODD, ODD)
def test_anthropic_blocks_at_odd_places_are_told_apart(first: object, second: object):
    events: list[dict[str, Any]] = []
    for index, id_, arguments in ((first, "a", "{}"), (second, "b", "[]")):
        block = {"type": "tool_use", "id": id_, "name": "calc", "input": {}}
        events.append({"type": "content_block_start", "index": index, "content_block": block})
        more = {"type": "input_json_delta", "partial_json": arguments}
        events.append({"type": "content_block_delta", "index": index, "delta": more})
    events.append({"type": "message_delta", "delta": {"stop_reason": "tool_use"}})
    assert read(read_anthropic, *events) == (ToolCall("a", "calc", "{}"), ToolCall("b", "calc", "[]"))


@given(ODD, VALUES)
def test_any_call_is_read_without_error(index: object, value: object):
    call = {"function": {"name": "calc", "arguments": value}, "index": index, "id": value}
    read(read_openai, delta(call), END)
    read(read_ollama, {"message": {"tool_calls": [call]}, "done": True})
    content = {"parts": [{"functionCall": {"name": "calc", "args": value}}]}
    read(read_gemini, {"candidates": [{"content": content, "finishReason": "STOP"}]})
    used = {"type": "tool_use", "name": "calc", "input": value}
    read(read_anthropic, {"type": "message", "content": [used], "stop_reason": "tool_use"})


@given(VALUES, VALUES)
def test_arguments_that_are_called_are_json_and_so_is_what_goes_back(value: object, other: object):
    for text in (as_arguments(value), as_arguments({"x": value, "y": other}), f'{{"x": {json.dumps(value)}}}'):
        checked = check_call(ToolCall("c", "calc", text or "{}"), [TOOL])
        if checked.arguments is not None:
            json.dumps(checked.arguments, allow_nan=False, ensure_ascii=False).encode()
        [back] = turn_of(LlmMessage("assistant", "", calls=(ToolCall("c", "calc", text),)))["tool_calls"]
        json.loads(back["function"]["arguments"], parse_constant=pytest.fail)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 5_000, '"\\ud800"'])
def test_call_with_a_number_or_a_text_that_is_none_is_not_made(number: str):
    assert check_call(ToolCall("c", "calc", f'{{"x": [{number}]}}'), [TOOL]).error == "tool_arguments"


def test_arguments_that_are_too_deep_to_be_written_are_no_json():
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    assert check_call(ToolCall("c", "calc", as_arguments(deep)), [TOOL]).error == "tool_arguments"
