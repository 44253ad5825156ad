"""Schemas of tools are checked, and descriptions bounded."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st


def nested(depth: int) -> dict[str, object]:
    return {"type": "object", "properties": {"a": nested(depth - 1)}} if depth else {"type": "string"}


def test_hostile_schemas_are_refused_and_descriptions_bounded():
    from mcp_types import Tool

    from chat_app.adapters.tools.mcp.results import served_tools

    good = {"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"type": "string"}}}
    bad: list[dict[str, Any]] = [
        {"type": "string"},
        {"type": "object", "properties": []},
        nested(20),
        {"type": "object", "properties": {"a": {"enum": ["x" * 9_000]}}},
        {"type": "object", "properties": {"a": {"$ref": "http://169.254.169.254/"}}},
    ]
    tools = [Tool(name=f"bad{index}", input_schema=schema) for index, schema in enumerate(bad)]
    tools += [Tool(name=name, input_schema=good) for name in ("", "a b", "日本", "x" * 129, "a\nb")]
    tools += [Tool(name=f"good{index}", input_schema=good, description="d" * 5_000) for index in range(100)]
    served = served_tools([*tools, tools[-1]])
    assert [tool.name for tool in served] == [f"good{index}" for index in range(64)]
    assert {len(tool.description) for tool in served} == {1_000}


_NUMBERS = st.floats() | st.integers() | st.sampled_from([float("nan"), float("inf"), float("-inf"), 10**400])


_SCHEMAS = st.recursive(
    st.none() | st.booleans() | _NUMBERS | st.text(st.characters(), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "enum", "maximum", "properties", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(_SCHEMAS)
def test_schemas_that_are_passed_on_are_json(value: object):
    from mcp_types import Tool

    from chat_app.adapters.tools.mcp.results import served_tools

    schema = {"type": "object", "properties": {"a": value}}
    for tool in served_tools([Tool(name="odd", input_schema=schema)]):
        assert tool.parameters == schema
        json.dumps(tool.parameters, allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_schema_with_a_number_that_is_none_is_left_out(number: str):
    from mcp_types import ListToolsResult

    from chat_app.adapters.tools.mcp.results import served_tools

    schema = f'{{"type": "object", "properties": {{"a": {{"maximum": {number}}}}}}}'
    good = '{"name": "good", "inputSchema": {"type": "object"}}'
    page = f'{{"tools": [{{"name": "odd", "inputSchema": {schema}}}, {good}], "ttlMs": 0, "cacheScope": "private"}}'
    found = ListToolsResult.model_validate_json(page)
    assert [tool.name for tool in served_tools(found.tools)] == ["good"]
