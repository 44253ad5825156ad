"""Folding of texts for search, the same in Python and in the browser."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.core.kernel.texts.folding import fold
from tests.support.node import in_node

SAME = [
    ("İstanbul", "istanbul", "ISTANBUL", "ıstanbul", "I\u0307stanbul"),
    ("Straße", "STRASSE", "strasse", "STRAẞE"),
    ("ＡＢＣ１２３", "abc123"),
    ("ｶﾞｷﾞ", "ガギ", "がぎ", "か\u3099き\u3099"),
    ("サーバー", "サーバ", "さーば", "ｻｰﾊﾞｰ"),
    ("コーヒーを", "こーひを"),
    ("שָׁלוֹם", "שלום"),
    ("مُحَمَّد", "محمد"),
    ("أحمد", "احمد", "ٱحمد"),
    ("کتاب", "كتاب"),
    ("Việt Nam", "Vie\u0323\u0302t Nam", "viet nam"),
    ("Łódź", "lodz"),
    ("Ærø", "aero"),
    ("ΟΔΟΣ", "οδος", "οδοσ", "Οδός"),
    ("ёлка", "елка"),
    ("각", "\u1100\u1161\u11a8"),
    ("क़", "क\u093c"),
    ("a\u200bb\u00adc\ufeff", "abc"),
    ("❤️", "❤", "❤\ufe0e"),
    ("١٢٣", "۱۲۳", "123"),
]
DIFFERENT = ["か", "が", "っ", "つ", "は", "ぱ", "キー", "き", "कि", "का", "क", "กา", "กิ", "ก"]


@pytest.mark.parametrize("forms", SAME, ids=lambda forms: forms[0])
def test_forms_of_a_word_are_one(forms: tuple[str, ...]):
    assert {fold(form) for form in forms} == {fold(forms[-1])}


def test_letters_that_differ_stay_apart():
    assert len({fold(each) for each in DIFFERENT}) == len(DIFFERENT)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_folding_twice_is_folding_once(text: str):
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_composed_and_decomposed_are_one(text: str):
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


def test_the_browser_folds_alike():
    chance = random.Random(5)
    letters = [*"".join(map("".join, SAME)), *map(chr, range(0x20, 0x17F)), *map(chr, range(0x3041, 0x3100))]
    texts = ["".join(chance.choices(letters, k=chance.randint(1, 9))) for _ in range(3000)]
    texts += [form for forms in SAME for form in forms] + DIFFERENT
    assert in_node("folding.js", "fold", texts) == list(map(fold, texts))
