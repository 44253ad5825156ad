"""Admins' input is refused in words or stored as it was meant; a room has only existing tools."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.core.tools import rules
from chat_app.core.tools.errors import ToolServerInvalid, ToolsFull, ToolUnknown
from chat_app.core.tools.ports import ToolInfo

IDS = st.lists(st.sampled_from("abcdef"))


def infos(ids: str) -> list[ToolInfo]:
    return [ToolInfo(each, each, each, "", {}) for each in ids]


@given(st.text())
def test_any_input_is_stored_or_refused_with_a_code(text: str) -> None:
    for check in (rules.check_name, rules.check_url, rules.check_token, rules.check_headers, rules.check_approval):
        with suppress(ToolServerInvalid):
            check(text)


@pytest.mark.parametrize(
    "url", ["", "h", "ftp://h", "http://u:p@h", "http://h#x", "http://h:0", "file:///x", "http://日本/", "http://a b"]
)
def test_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ToolServerInvalid):
        rules.check_url(url)


def test_address_keeps_its_path_and_query() -> None:
    for url in ("https://h.example/mcp/?a=b", "http://10.0.0.1:8000/mcp/"):
        assert rules.check_url(f" {url} ") == url


@given(IDS, IDS, IDS)
def test_room_has_tools_that_are_listed_or_that_it_had(listed: list[str], wanted: list[str], present: list[str]):
    change = rules.chosen(infos("".join(listed)), wanted)
    if set(wanted) <= {*listed, *present}:
        assert change(present) == list(dict.fromkeys(wanted))
    else:
        with pytest.raises(ToolUnknown):
            change(present)


@given(IDS, st.sampled_from("abc"))
def test_switch_changes_one_tool(present: list[str], tool: str):
    present = list(dict.fromkeys(present))
    on = rules.switched(infos("abc"), tool, on=True)(present)
    assert set(on) == {*present, tool}
    assert rules.switched([], tool, on=False)(on) == [each for each in present if each != tool]


def test_room_has_a_greatest_number_of_tools():
    listed = [ToolInfo(str(index), "n", "n", "", {}) for index in range(60)]
    with pytest.raises(ToolsFull):
        rules.chosen(listed, [each.id for each in listed])([])
