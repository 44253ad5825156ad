"""Fold texts for comparison in searches of people, rooms and messages. Pure; ``assets/folding.js`` does the same.

Equal are: upper and lower case (``ß`` and ``ss``, ``I``, ``İ`` and ``ı`` too), full and half width, composed and
decomposed letters, letters with and without accents, niqqud or harakat, the forms of a letter in which Arabic and
Persian keyboards differ, the two kana, a long word of kana with and without a last ``ー`` (``サーバー``).

Different stay: ``か`` and ``が``, ``つ`` and ``っ``, and the vowel signs of Indic and Thai words, which are letters.
What shows nothing counts for nothing.
"""

import unicodedata
from typing import Final

import regex

VERSION: Final = 1
"""The version of the folding. Increase it when this file or ``messages.words`` changes: everything is reindexed."""

IGNORED: Final = regex.compile(r"\p{Default_Ignorable_Code_Point}+")
KATAKANA: Final = "".join(map(chr, range(0x30A1, 0x30F7)))
HIRAGANA: Final = "".join(map(chr, range(0x3041, 0x3097)))
LONG: Final = "ー"

_SCRIPTS: Final = r"\p{Inherited}\p{Latin}\p{Greek}\p{Cyrillic}\p{Hebrew}\p{Arabic}\p{Syriac}"
_MARKS: Final = regex.compile(rf"[[\p{{M}}&&[{_SCRIPTS}]]--[\u3099\u309a]]+", regex.V1)
_PILE: Final = regex.compile(r"(\p{M}{30})\p{M}++")  # sorting more marks would take quadratic time
_LETTERS: Final = str.maketrans(
    "ıłøđħŧٱىیکةʻʼʹ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "ilodhtاييكه'''01234567890123456789", "\u0640"
) | {ord("æ"): "ae", ord("œ"): "oe", ord("þ"): "th", ord("ð"): "d"}
_KANA: Final = str.maketrans(KATAKANA, HIRAGANA)
_LAST_LONG: Final = regex.compile("(?<=[ぁ-ゖァ-ヺー]{3})(?:(?<=[ァ-ヺー])ー++(?![ァ-ヺ])|ー++(?![ぁ-ゖァ-ヺ]))")


def fold(text: str) -> str:
    """Return the text in the form that searches compare. Idempotent."""
    if text.isascii():
        return text.lower()
    text = _MARKS.sub("", _PILE.sub(r"\1", IGNORED.sub("", text)))
    letters = _MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold().translate(_LETTERS)
    folded: str = _LAST_LONG.sub("", unicodedata.normalize("NFKC", letters)).translate(_KANA)
    return folded
