"""The fields of assistants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.core.accounts.rules import RESERVED, USERNAME
from chat_app.core.assistants.rules import (
    DESCRIPTION_MAX,
    NAME_MAX,
    TOOLS_MAX,
    check_description,
    check_handle,
    check_name,
    check_tools,
)
from chat_app.core.kernel.errors import DomainError
from chat_app.core.messages.texts.calls import called_names
from tests.support.refusal import refused


@pytest.mark.parametrize(("typed", "kept"), [("@Critic", "critic"), ("＠my.critic-2", "my.critic-2"), (" c_1 ", "c_1")])
def test_handle_is_kept_in_lower_case(typed: str, kept: str):
    assert check_handle(typed) == kept


@pytest.mark.parametrize("typed", ["", "a", "批評家", "-critic", "critic-", "two words", "a" * 31, "@@critic"])
def test_handle_has_the_form_of_a_username(typed: str):
    with refused("assistant_handle_invalid"):
        check_handle(typed)


@given(st.text())
def test_every_handle_is_found_as_a_mention(typed: str):
    try:
        handle = check_handle(typed)
    except DomainError:
        return
    assert USERNAME.fullmatch(handle)
    assert handle not in RESERVED
    assert called_names(f"Hello @{handle}") == (handle,)


def test_names_are_of_any_script_and_of_a_certain_length():
    assert check_name("  議事録 係 ") == "議事録 係"
    for name in ("", " \u200b ", "x" * (NAME_MAX + 1)):
        with refused("assistant_name_invalid"):
            check_name(name)
    assert check_description("One\nline") == "One line"
    with refused("assistant_description_too_long"):
        check_description("x" * (DESCRIPTION_MAX + 1))


def test_tools_are_ids_each_once():
    assert check_tools(["web", "files:read", "web"]) == ["web", "files:read"]
    for tools in ([""], ["two words"], ["x" * 200], [f"t{n}" for n in range(TOOLS_MAX + 1)]):
        with refused("assistant_tools_invalid"):
            check_tools(tools)
