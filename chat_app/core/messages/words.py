"""The words by which a message is found, and what a search asks the index for. Pure.

Scripts that put spaces between words are indexed by word, without case and accents; Chinese, Japanese and Korean by
each two characters that stand together. Each word carries the tag of its message's block, a stretch of one room, so
that a search in some rooms never touches what was said in others, and can begin with the newest.
"""

import re
import unicodedata
from binascii import b2a_base64
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final
from uuid import UUID

BLOCK: Final = 2048
"""How many messages of a room make a block: the most that a search for a common word looks at in vain."""

WORD_MAX: Final = 32
"""Characters of a word that count."""

WORDS_MAX: Final = 4000
"""Different words of a message that count, so that nobody can make writing slow."""

TERMS_MAX: Final = 16
"""Words of a search that count."""

IMAGE: Final = "#image"

_CJK: Final = (
    "\u1100-\u11ff\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN: Final = re.compile(rf"([{_CJK}]+)|([^\W_{_CJK}]+)")
_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
_PICTURE: Final = re.compile(r"!\[[^\]\n]*\]\([^)\s]")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a search looks for: ``words`` as they are in the index, ``beginnings`` of such, and ``runs``, the unspaced
    stretches of more than two characters, which the text must hold as a whole.
    """

    words: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()


def tag(room_id: UUID, seq: int) -> str:
    """The tag of the block in which a room's message ``seq`` is: four characters, which blocks seldom share."""
    block = _room(room_id).copy()
    block.update((seq // BLOCK).to_bytes(8, "big"))
    return b2a_base64(block.digest(), newline=False).translate(_URL_SAFE).decode()


@lru_cache(maxsize=4096)
def _room(room_id: UUID) -> blake2b:
    return blake2b(room_id.bytes, digest_size=3)


def author_word(author_id: UUID | None) -> str:
    """The word by which all of a person's messages are found, or (``None``) those of the AI."""
    return f"@{author_id.hex[-12:]}" if author_id else "@ai"


def words_of(text: str, author_id: UUID | None) -> list[str]:
    """All words by which a message is found, without their tag."""
    found = _words(text)
    found.add(author_word(author_id))
    if _PICTURE.search(text):
        found.add(IMAGE)
    return list(found)


def terms_of(query: str) -> Terms:
    """What a person who typed ``query`` looks for. A word is found by its beginning, since it may still be typed."""
    words: dict[str, None] = {}
    beginnings: dict[str, None] = {}
    runs: dict[str, None] = {}
    for run, word in _RUN.findall(_folded(query)):
        if len(run) > 1:
            words |= dict.fromkeys(run[i : i + 2] for i in range(len(run) - 1))
        elif run:
            beginnings[run] = None
        elif word := _bare(word)[:WORD_MAX]:
            (beginnings if len(word) > 1 else words)[word] = None
        if len(run) > 2:
            runs[run] = None
    return Terms(*(tuple(each)[:TERMS_MAX] for each in (words, beginnings, runs)))


def ts_query(block: str, words: Iterable[str], beginnings: Iterable[str]) -> str:
    """The ``tsquery`` for messages of the block with this tag that have all of these words; all, if there are none."""
    parts = [f"'{block}{word}'" for word in words] + [f"'{block}{word}':*" for word in beginnings]
    return " & ".join(parts) or f"'{block}':*"


def _words(text: str) -> set[str]:
    found: set[str] = set()
    for run, word in _RUN.findall(_folded(text)):
        if run:
            # The last character stands alone: each character of a run is the beginning of a word.
            found.update(run[i : i + 2] for i in range(len(run)))
        elif word := _bare(word)[:WORD_MAX]:
            found.add(word)
        if len(found) >= WORDS_MAX:
            break
    return found


def _folded(text: str) -> str:
    """The text without differences of width and case."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def _bare(word: str) -> str:
    """The word without accents."""
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFKD", word)
    return "".join(part for part in parts if not unicodedata.combining(part))
