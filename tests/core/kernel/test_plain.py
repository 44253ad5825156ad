"""What a text says without its marks."""

import pytest

from chat_app.core.kernel.plain import plain_text


@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        ("**「重要」**です", "「重要」です"),
        ("**注意：**次", "注意：次"),
        ("これは**「重要」**", "これは「重要」"),
        ("~~「旧」~~新", "「旧」新"),
        ("**「강조」**입니다", "「강조」입니다"),
        ("3~5個、10~20分", "3~5個、10~20分"),
        ("a ** b ** c", "a ** b ** c"),
        ("a**「b", "a**「b"),
    ],
)
def test_emphasis_beside_text_without_spaces_is_taken_off(markdown: str, said: str) -> None:
    assert plain_text(markdown) == said
