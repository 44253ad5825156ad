"""The variables of prompts, and filling them in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.core.kernel.texts.cleaning import clean_text
from chat_app.core.prompts.errors import (
    PromptDescriptionTooLong,
    PromptNameInvalid,
    PromptTextInvalid,
    PromptValuesTooLong,
    TooManyVariables,
)
from chat_app.core.prompts.rules import (
    DESCRIPTION_MAX,
    TEXT_MAX,
    VALUES_MAX,
    VARIABLES_MAX,
    Variable,
    check_description,
    check_name,
    check_text,
    fill,
    normal_name,
    variables_of,
)

BRACED = st.text(st.sampled_from("{}=ab \n\u200b要"), max_size=40)
"""Texts that are nearly made of variables."""


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("Sum up {{topic}} in {{language=English}}", [Variable("topic"), Variable("language", "English")]),
        ("{{ topic }} and {{topic}}, {{topic=tea}}", [Variable("topic", "tea")]),
        ("{{話題=お茶}}", [Variable("話題", "お茶")]),
        ("{{a=x=y}}", [Variable("a", "x=y")]),
        ("{{}} {{ }} {{\u200b}} {{=x}} {{a\nb}} {a} {{a} {{a{b}}", []),
        ("{{{a}}}", [Variable("a")]),
    ],
)
def test_variables_stand_in_double_braces(text: str, variables: list[Variable]):
    assert variables_of(text) == variables


def test_values_are_literal():
    text = "{{a}} {{b=B}} {{c=C}} {{{a}}}"
    assert fill(text, {"a": "{{b}} \\1", "c": "", "other": "x"}) == "{{b}} \\1 B  {{{b}} \\1}"


@given(BRACED | st.text(), st.dictionaries(BRACED | st.text(max_size=5), st.text(max_size=20), max_size=5))
@pytest.mark.slow
def test_every_text_can_be_filled(text: str, values: dict[str, str]):
    variables = variables_of(text)
    filled = fill(text, values | {each.name: values.get(each.name, "") for each in variables})
    if not variables:
        assert filled == text


@given(st.lists(st.tuples(st.text(st.characters(exclude_characters="{}")), st.text(max_size=20)), max_size=6))
def test_filled_text_has_every_value_in_its_place(parts: list[tuple[str, str]]):
    text = "".join(f"{before}{{{{v{i}}}}}" for i, (before, _) in enumerate(parts))
    values = {f"v{i}": value for i, (_, value) in enumerate(parts)}
    assert fill(text, values) == "".join(before + clean_text(value) for before, value in parts)


def test_values_have_a_limit():
    with pytest.raises(PromptValuesTooLong):
        fill("{{a}}{{b}}", {"a": "x" * VALUES_MAX, "b": "x"})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" /Summary ", "summary"), ("e-mail-2", "e-mail-2"), ("要約", "要約"), ("ﾚﾎﾟｰﾄ１", "レポート1"), ("が", "が")],
)
def test_name_is_one_word(typed: str, kept: str):
    assert check_name(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "/", "-a", "two words", "a/b", "a_b", "{{a}}", "😀", "\u0301", "x" * 33, "x" * 999]
)
def test_other_names_are_refused(typed: str):
    with pytest.raises(PromptNameInvalid):
        check_name(typed)


@pytest.mark.timeout(20)
def test_pile_of_marks_is_refused_at_once():
    pile = "a" + "\u0301\u0316" * 250_000  # which would take minutes to bring in order
    with pytest.raises(PromptNameInvalid):
        check_name(pile)
    assert len(normal_name(pile)) < 1_000


@given(st.text(max_size=40))
def test_kept_name_is_kept_again(typed: str):
    try:
        kept = check_name(typed)
    except PromptNameInvalid:
        return
    assert check_name(kept) == kept


def test_text_and_description_have_limits():
    assert check_text(" \r\nHello\r\n ") == "Hello"
    for text in ("", " \u200b", "x" * (TEXT_MAX + 1)):
        with pytest.raises(PromptTextInvalid):
            check_text(text)
    with pytest.raises(TooManyVariables):
        check_text("".join(f"{{{{v{i}}}}}" for i in range(VARIABLES_MAX + 1)))
    assert check_description(" One \n line ") == "One line"
    with pytest.raises(PromptDescriptionTooLong):
        check_description("x" * (DESCRIPTION_MAX + 1))
