"""The tools that may be called, and the part of their results that the model gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.core.ai.context.prompt import estimate_tokens
from chat_app.core.ai.ports.gateway import ToolCall
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.ai.tool_use.rules import (
    ARGUMENTS_MAX,
    RESULT_LEAST,
    RESULT_MAX,
    check_call,
    fitting,
    tokens_of_tools,
    within,
    within_tokens,
)
from chat_app.core.tools.ports import ToolInfo

TOOL = ToolInfo("test/add", "add", "Add", "Adds.", {"type": "object"})


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("add", "{}", None),
        ("add", '{"a": [1]}', None),
        ("Add", "{}", "tool_unknown"),
        ("add", "", "tool_arguments"),
        ("add", "null", "tool_arguments"),
        ("add", "[]", "tool_arguments"),
        ("add", "[" * 10_000, "tool_arguments"),
        ("add", '{"url": "https://known.example", "url": "https://other.example"}', "tool_arguments"),
        ("add", '{"a": [{"b": 1, "\\u0062": 2}]}', "tool_arguments"),
        ("add", '{"a": "' + "x" * ARGUMENTS_MAX + '"}', "tool_arguments"),
    ],
)
def test_call_with_unknown_tool_or_invalid_arguments_is_refused(name: str, arguments: str, error: str | None):
    assert check_call(ToolCall("c", name, arguments), [TOOL]).error == error


@given(st.text(max_size=400), st.integers(0, 300))
def test_result_within_tokens_is_its_beginning_and_says_so(text: str, tokens: int):
    cut = within_tokens(text, tokens)
    assert estimate_tokens(cut) <= max(tokens, estimate_tokens("あ" * RESULT_LEAST)) + 40
    assert text.startswith(cut.partition("\n[… cut")[0])


def test_result_that_fits_stays():
    assert within("x" * RESULT_MAX) == "x" * RESULT_MAX
    assert within("x" * (RESULT_MAX + 1)).endswith("[… cut: the result is 20,001 characters long]")
    assert within_tokens("short", 0) == "short"


def test_first_tools_that_fit_are_offered():
    many = [ToolInfo(f"t/{n}", f"t{n}", "T", "word " * 100, {}) for n in range(10)]
    some = fitting(many, tokens_of_tools(many[:3]))
    assert some == tuple(many[:3])
    assert fitting(many, 0) == ()
    assert fitting((), 0) == ()


def test_usage_of_rounds_is_summed_and_unknown_stays_unknown():
    assert Usage(1, 2) + Usage(3, 4) == Usage(4, 6)
    assert Usage(1, 2, 3, None) + Usage(1, 1, None, None) == Usage(2, 3, 3, None)
