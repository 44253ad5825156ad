"""Compute the words by which a message is found, and the terms of a search. Pure.

Texts are compared as :mod:`chat_app.core.kernel.texts.folding` says. Scripts that put spaces between words are indexed
by word; Chinese, Japanese, Korean, Thai and similar ones by each pair of neighbouring characters. Joined numbers
(``1.2.3``, ``2026-11-26``) are also one word from each of their parts on. Each symbol and emoji is a word;
punctuation is not. Each word is prefixed with the tag of its message's block, a range of one room's messages, so that a
search never reads messages of other rooms, and can begin with the newest.

A change of the words requires the next ``folding.VERSION``.
"""

import unicodedata
from binascii import b2a_base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final
from uuid import UUID

import regex

from chat_app.core.kernel.texts.folding import HIRAGANA, IGNORED, KATAKANA, LONG, fold

BLOCK: Final = 2048
"""The number of a room's messages in a block: the most that a search for a common word reads in vain."""

WORD_MAX: Final = 32
"""The maximum characters of a word that are indexed."""

WORDS_MAX: Final = 4000
"""The maximum number of different words of a message that are indexed, which bounds the time of writing."""

TERMS_MAX: Final = 16
"""The maximum number of words of a search."""

IMAGE: Final = "#image"
FILE: Final = "#file"
AUDIO: Final = "#audio"
"""The words of a message that has a picture, a file of any kind, or a sound."""

PARTS_MAX: Final = 8
"""The maximum number of parts of a joined number that are indexed."""

UNSPACED: Final = (
    "\u0e01-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
LETTER: Final = rf"[[\p{{L}}\p{{N}}\p{{M}}]--[{UNSPACED}]]"
_JOINT: Final = "(?<=[0-9])[.,:/-](?=[0-9])"
TOKEN: Final = regex.compile(rf"([{UNSPACED}]+)|({LETTER}++(?:{_JOINT}{LETTER}++)*+)|([🇦-🇿]{{2}}|\p{{S}})", regex.V1)
"""In a folded text: a stretch without spaces, a word or a joined number, a symbol."""

JOINT: Final = regex.compile(_JOINT)
_DIGITS: Final = regex.compile(r"(?<=\p{L})[0-9]")
_SIGNS: Final = regex.compile(r"[\p{S}\p{P}]++")
_EMOJI: Final = regex.compile(r"\p{Extended_Pictographic}|[🇦-🇿]|\p{Emoji_Modifier}")
_NAMED: Final = regex.compile(r"(?<![\p{L}\p{N}])(?:[a-z]{1,2}(?:#|\+\+)|\.[a-z]{2,})(?![\p{L}\p{N}])")
"""``C#``, ``C++``, ``.NET``: names of which punctuation is a part."""

_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
_PICTURE: Final = regex.compile(r"!\[[^\[\]\n]*+\]\([^)\s]")
_SKIPPED: Final = f"[{LONG}{''.join(IGNORED.findall(''.join(map(chr, range(0x10000)))))}\U000e0100-\U000e01ef]*"
_EITHER_KANA: Final = {low: f"[{low}{high}]" for low, high in zip(HIRAGANA, KATAKANA, strict=True)}


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a search: ``words`` as in the index, ``beginnings`` of words, and ``runs``, which must occur in the
    text unchanged: unspaced stretches of more than two characters, and adjacent signs.
    """

    words: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything can be found by this."""
        return bool(self.words or self.beginnings)


def tag(room_id: UUID, seq: int) -> str:
    """Return the tag of the block in which a room's message ``seq`` is: four characters, which blocks seldom share."""
    block = _room(room_id).copy()
    block.update((seq // BLOCK).to_bytes(8, "big"))
    return b2a_base64(block.digest(), newline=False).translate(_URL_SAFE).decode()


@lru_cache(maxsize=4096)
def _room(room_id: UUID) -> blake2b:
    return blake2b(room_id.bytes, digest_size=3)


def author_word(author_id: UUID | None) -> str:
    """Return the word by which all messages of a person are found, or (``None``) those of the AI."""
    return f"@{author_id.hex[-12:]}" if author_id else "@ai"


def words_of(text: str) -> list[str]:
    """Return the words by which a text is found, without their tag. The author is one more (:func:`author_word`)."""
    found: set[str] = set()
    for run, word, sign in TOKEN.findall(fold(text)):
        if run:
            # The last character is separate: each character of a run is the beginning of a word.
            found.update(run[i : i + 2] for i in range(len(run)))
        elif word:
            found.update(each[:WORD_MAX] for each in _of_word(word))
        else:
            found.add(sign)
        if len(found) >= WORDS_MAX:
            break
    if _PICTURE.search(text):
        found.add(IMAGE)
    return list(found)


def _of_word(word: str) -> Iterator[str]:
    """Return a word; its digits, if letters precede them; and of a joined number, each of its ends that begins at a
    part.
    """
    parts = JOINT.split(word)
    for at, part in enumerate(parts):
        digits = _DIGITS.search(part)
        begins = [part, part[digits.start() :]] if digits else [part]
        yield from begins
        if at < min(PARTS_MAX, len(parts) - 1):
            yield from (_joined([each, *parts[at + 1 : at + PARTS_MAX]]) for each in begins)


def _joined(parts: list[str]) -> str:
    return ".".join(parts[:PARTS_MAX])


def terms_of(query: str) -> Terms:
    """Return the terms of a typed ``query``. A word matches by its beginning, because it may still be incomplete."""
    words: dict[str, None] = {}
    beginnings: dict[str, None] = {}
    runs: dict[str, None] = {}
    folded = fold(query)
    for run, word, sign in TOKEN.findall(folded):
        if len(run) > 1:
            words |= dict.fromkeys(run[i : i + 2] for i in range(len(run) - 1))
        elif run:
            beginnings[run] = None
        elif word:
            asked = _joined(JOINT.split(word))[:WORD_MAX]
            (beginnings if len(asked) > 1 else words)[asked] = None
        else:
            words[sign] = None
        if len(run) > 2:
            runs[run] = None
    runs |= dict.fromkeys(_NAMED.findall(folded)) | dict.fromkeys(_signs(query))
    return Terms(*(tuple(each)[:TERMS_MAX] for each in (words, beginnings, runs)))


def _signs(query: str) -> Iterator[str]:
    """Return adjacent signs that the index knows, and signs that folding changes."""
    for signs in _SIGNS.findall(unicodedata.normalize("NFKC", IGNORED.sub("", query))):
        known = regex.search(r"\p{S}", signs) and not _EMOJI.search(signs)
        if known and (len(signs) > 1 or fold(signs) != signs):
            yield signs


def pattern_of(run: str) -> str:
    """Return a regular expression for PostgreSQL that matches the run in either kana, with invisible characters
    between.
    """
    return _SKIPPED.join(_EITHER_KANA.get(each) or regex.escape(each) for each in run[:WORD_MAX] if each != LONG)


def ts_query(block: str, words: Iterable[str], beginnings: Iterable[str]) -> str:
    """Return the ``tsquery`` for messages of the block with this tag that have all of these words."""
    parts = [f"'{block}{word}'" for word in words] + [f"'{block}{word}':*" for word in beginnings]
    return " & ".join(parts) or f"'{block}':*"
