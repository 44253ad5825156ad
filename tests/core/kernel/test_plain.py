"""Conversion of Markdown to plain text."""

import pytest

from chat_app.core.kernel.texts.plain import plain_text


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


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("see __init__ in 2*3*4", "see __init__ in 2*3*4"),
        (r"C:\Users\_tmp", r"C:\Users\_tmp"),
        ("¯\\_(ツ)_/¯", "¯\\_(ツ)_/¯"),
        ("&amp; 5 &lt; 6", "&amp; 5 &lt; 6"),
        ("**bold** and *slanted* `code`", "bold and slanted code"),
        ("これは*「重要」*です", "これは「重要」です"),
        ("title\n---", "title"),
    ],
)
def test_typed_text_keeps_characters_that_are_no_marks(written: str, said: str) -> None:
    assert plain_text(written, typed=True) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (r"costs $\frac{n^2}{2}$ steps", "costs n²/2 steps"),
        (r"\(\sqrt{a+b} \le \alpha_i\)", "√(a+b) ≤ αᵢ"),
        (r"$$\sum_{i=1}^{n} \frac{1}{\text{cost}_{i}}$$", "∑_(i=1)ⁿ 1/costᵢ"),
        ("\\[\n\\left\\{ x \\in \\mathbb{R} \\right\\}\n\\]", "{ x ∈ R }"),
        ("$5 and 10$, $HOME$PATH, a $ b", "$5 and 10$, $HOME$PATH, a $ b"),
        (r"`$x$` and \$x\$", r"$x$ and \$x\$"),
    ],
)
def test_formulas_read_without_their_marks(written: str, said: str) -> None:
    assert plain_text(written, typed=True) == said


def test_text_of_models_is_read_as_markdown() -> None:
    assert plain_text(r"__init__ \* 2*3*4 &amp;") == "init * 234 &"
