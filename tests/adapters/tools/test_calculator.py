"""The calculator: results, refusals, and no work beyond its sizes."""

import json
import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.adapters.tools.calculator import LENGTH_MAX, Calculator, NoResult, compute
from chat_app.adapters.tools.mcp.servers import McpServers
from chat_app.adapters.tools.toolbox import SiteToolbox
from chat_app.core.tools.ports import ToolResult
from tests.support.node import ROOT

BOX = SiteToolbox([Calculator()], McpServers())
ID = Calculator.info.id
CATALOGUES = [json.loads((ROOT / "chat_app" / "locales" / f"{name}.json").read_text()) for name in ("en", "ja")]


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("2+2", "4"),
        (" (3 + 4) * 2 ", "14"),
        ("0.1 + 0.2", "0.3"),
        ("7 // 2 + 7 % 4", "6"),
        ("2 ^ 10", "1024"),
        ("6 × 7 ÷ 2 − 1", "20"),
        ("-2 ** 2", "-4"),
        ("2 ** 100", str(2**100)),
        ("sqrt(2)", "1.4142135623731"),
        ("max(1, 5, 3) + min(2, 8)", "7"),
        ("round(2.567, 2)", "2.57"),
        ("log(8, 2)", "3"),
        ("factorial(20)", str(math.factorial(20))),
        ("comb(49, 6)", "13983816"),
        ("sin(pi / 2)", "1"),
    ],
)
async def test_expression_gives_its_result(expression: str, result: str):
    assert await BOX.call(ID, {"expression": expression}) == ToolResult(result)


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("1 / 0", "Division by zero."),
        ("2 +", "This is no arithmetic expression."),
        ("", "This is no arithmetic expression."),
        ("(" * 240 + "1" + ")" * 240, "This is no arithmetic expression."),
        ("9 ** 9 ** 9", "too large"),
        ("2 ** 10001", "too large"),
        ("(2 ** 9000) * (2 ** 9000)", "too large"),
        ("1e400", "too large"),
        ("factorial(100000)", "too large"),
        ("(-1) ** 0.5", "no result"),
        ("sqrt(-1)", "no result"),
        ("1" * (LENGTH_MAX + 1), "longer than"),
        ("__import__('os')", "Only numbers"),
        ("(1).__class__", "Only numbers"),
        ("[x for x in (1, 2)]", "Only numbers"),
        ("'a' * 10", "Only numbers"),
        ("True + 1", "Only numbers"),
        ("round(1.5, ndigits=1)", "Only numbers"),
        ("x := 2", "This is no arithmetic expression."),
        ("2 < 3", "Only numbers"),
        ("1j * 1j", "Only numbers"),
    ],
)
async def test_refused_expression_has_a_reason(expression: str, why: str):
    result = await BOX.call(ID, {"expression": expression})
    assert all(result.code in catalogue["toolErrors"] for catalogue in CATALOGUES)
    assert result.failed
    assert why in result.text


@given(st.text(alphabet="0123456789+-*/%(). ,episqrtlogmaxfctorial^", max_size=60))
def test_any_expression_has_a_number_or_a_reason(expression: str):
    with suppress(NoResult):
        assert isinstance(compute(expression), int | float)


@pytest.mark.parametrize("arguments", [{}, {"expression": 3}, {"expression": None}, {"other": "2"}])
async def test_wrong_arguments_are_a_failed_result(arguments: dict[str, object]):
    assert (await BOX.call(ID, arguments)).failed


async def test_toolbox_knows_its_tools_alone():
    assert [tool.id for tool in await BOX.tools()] == [ID]
    assert not BOX.needs_approval(ID, {})
    assert BOX.needs_approval("nowhere/none", {})
    assert (await BOX.call("nowhere/none", {})).failed
