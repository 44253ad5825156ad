"""Names that rooms get from messages."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chat_app.core.rooms.rules import NAME_MAX, check_name, name_from_message


@example("#\ufff0")
@given(st.text(min_size=1))
def test_any_message_gives_a_name_that_a_room_may_have(text: str):
    name = name_from_message(text)
    assert check_name(name) == name
    assert len(name) <= NAME_MAX


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hello there", "Hello there"),
        ("# A **heading**\n\nand more", "A heading and more"),
        ("***", "…"),
        ("word " * 30, "word word word word word word word word word…"),
        ("あ" * 60, "あ" * 48 + "…"),
    ],
)
def test_first_message_names_a_chat(text: str, name: str):
    assert name_from_message(text) == name
