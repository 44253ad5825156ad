"""Storable text."""

import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from chat_app.core.kernel.texts.cleaning import (
    clean_line,
    clean_name,
    clean_text,
    cut,
    cut_start,
    is_visible,
    storable,
    utf16_length,
)
from tests.support.node import in_node

# Hypothesis leaves surrogates out of `text()` unless told otherwise.
anything = st.text(st.characters(exclude_categories=()))


@given(anything)
def test_cleaned_text_is_storable_and_stays_clean(text: str):
    clean = clean_text(text)
    clean.encode()
    assert not any(unicodedata.category(c) in {"Cs", "Cc"} and c not in "\t\n" for c in clean)
    assert clean == clean.strip() == clean_text(clean)


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_clean_text_stays_unchanged(text: str):
    assert clean_text(text) == unicodedata.normalize("NFC", text)


@given(anything)
def test_a_line_is_one_line(text: str):
    assert len(clean_line(text).splitlines()) <= 1


@given(st.lists(anything))
def test_pieces_are_made_storable_one_by_one(pieces: list[str]):
    whole = "".join(map(storable, pieces))
    whole.encode()
    assert "\x00" not in whole


@given(st.text())
def test_length_as_browsers_count(text: str):
    assert utf16_length(text) == len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("  code\n\tindent  \n", "code\n\tindent"),
        ("\x1b[31mred\x07", "[31mred"),
        ("\ud83d\ude00", "😀"),
        ("a\ud83db", "ab"),
        ("\ude00", ""),
        ("か\u3099", "が"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("\x85\x9b", ""),
        # With the pile whole, this one would take ten minutes.
        pytest.param("a" + "\u0315\u0300" * 500_000, "à" + "\u0300" * 14 + "\u0315" * 15, id="pile of marks"),
    ],
)
def test_typed_text_becomes_storable(text: str, clean: str):
    assert clean_text(text) == clean


NOTHING = [
    *(
        "\u200b",
        "\u3164",
        "\u2800",
        "\u00ad",
        "\u115f",
        "\u1160",
        "\uffa0",
        "\u180e",
        "\u034f",
        "\u17b4",
        "\ufeff",
        "\u2060",
    ),
    *(
        "\u202e",
        "\u2066",
        "\u200f",
        "\ufe0f",
        "\u0301",
        "\u20e3",
        "\U000e0061",
        "\U0001d159",
        "\ufffc",
        "\u3000",
        "\u2028",
        "\x07",
    ),
    *("\U000e0100", "\ufdd0", "\u200b \u3164\u0301", ""),
]
SOMETHING = ["a", "ー", "。", "👍", "\ue000", "a\u200b", "‍👍", "한", "1\u20e3", "¨", "𓀀"]


@pytest.mark.parametrize("text", NOTHING, ids=ascii)
def test_invisible_name_is_refused(text: str):
    assert not is_visible(text)
    assert clean_name(text) == ""


@pytest.mark.parametrize("text", SOMETHING, ids=ascii)
def test_visible_name_is_accepted(text: str):
    assert is_visible(text)
    assert clean_name(text) == text


def test_direction_marks_are_removed_from_a_name():
    assert clean_name("\u202eolleH\u202c \u2067Ben\u2069") == "olleH Ben"


CLUSTERS = ["a", " ", "🇯🇵", "👨‍👩‍👧‍👦", "👍🏽", "e\u0301", "\r\n", "한", "\u1112\u1161\u11ab", "क्षि", "ก็", "1️⃣", "❤️"]


@given(st.lists(st.sampled_from(CLUSTERS)), st.integers(1, 60))
@pytest.mark.slow
def test_no_character_is_cut_in_two(clusters: list[str], maximum: int):
    text = "".join(clusters)
    borders = {0, *(each.end() for each in regex.finditer(r"\X", text))}
    head, tail = cut(text, maximum), cut_start(text, maximum)
    longest = max(map(len, regex.findall(r"\X", text)), default=0)
    assert text.startswith(head)
    assert text.endswith(tail)
    assert max(len(head), len(tail)) <= maximum
    if maximum >= longest:
        assert {len(head), len(text) - len(tail)} <= borders
        assert min(len(head), len(tail)) >= min(maximum, len(text)) - longest


def test_a_long_row_of_flags_is_cut_between_flags():
    assert (len(cut("🇯🇵" * 500, 301)), len(cut_start("🇯🇵" * 500, 301))) == (300, 300)


def test_the_browser_takes_whole_characters_too():
    names = ["👨‍👩‍👧‍👦 Family", "🇯🇵", "e\u0301mile zola", "Aiko Sato", "愛子", "", "क्षि"]
    taken = in_node("components/initials.js", "initials", names)
    assert taken == [
        "👨‍👩‍👧‍👦",
        "🇯🇵",
        "E\u0301Z",
        "AS",
        "愛",
        "?",
        "क्षि",
    ]
