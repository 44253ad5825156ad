"""Text made storable."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.core.kernel.text import clean_line, clean_text, storable, utf16_length

# Hypothesis leaves surrogates out of `text()` unless told otherwise.
anything = st.text(st.characters(exclude_categories=()))


@given(anything)
def test_what_is_cleaned_can_be_stored_and_is_clean(text: str):
    clean = clean_text(text)
    clean.encode()
    assert not any(unicodedata.category(c) in {"Cs", "Cc"} and c not in "\t\n" for c in clean)
    assert clean == clean.strip() == clean_text(clean)


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_what_is_fine_stays(text: str):
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
def test_examples(text: str, clean: str):
    assert clean_text(text) == clean
