"""The words by which a text is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.texts.words import (
    BLOCK,
    IMAGE,
    TERMS_MAX,
    WORD_MAX,
    WORDS_MAX,
    Terms,
    author_word,
    tag,
    terms_of,
    ts_query,
    words_of,
)


def words(text: str) -> set[str]:
    return {word for word in words_of(text) if word != IMAGE}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hello, world!", {"hello", "world"}),
        ("don't user_id v2.1", {"don", "t", "user", "id", "v2", "2", "1", "v2.1", "2.1"}),
        ("Café NAÏVE Straße", {"cafe", "naive", "strasse"}),
        ("ＡＢＣ ｶﾅ", {"abc", "かな", "な"}),
        ("東京都", {"東京", "京都", "都"}),
        ("お茶、です", {"お茶", "茶", "です", "す"}),
        ("茶", {"茶"}),
        ("Pythonで書く", {"python", "で書", "書く", "く"}),
        ("한국어", {"한국", "국어", "어"}),
        ("𠮷野家", {"𠮷野", "野家", "家"}),
        ("😀 … — 🇯🇵 👍🏽 ❤️", {"😀", "🇯🇵", "👍", "🏽", "❤"}),
        ("x" * 100, {"x" * WORD_MAX}),
    ],
)
def test_text_is_split_into_its_words(text: str, found: set[str]):
    assert words(text) == found


def test_author_and_picture_are_index_words():
    author = new_id()
    assert (author_word(author), author_word(None)) == (f"@{author.hex[-12:]}", "@ai")
    assert IMAGE in words_of("![a cat](https://example.org/cat.png)")
    assert set(words_of("!(no) [picture](here)")) == {"no", "picture", "here"}


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("", Terms()),
        ("Keyset index", Terms((), ("keyset", "index"))),
        ("a plan", Terms(("a",), ("plan",))),
        ("茶", Terms((), ("茶",))),
        ("東京", Terms(("東京",))),
        ("東京都の", Terms(("東京", "京都", "都の"), (), ("東京都の",))),
        ("'x' & !y | <->:*", Terms(("x", "y", "|", "<", ">"), (), ("<->:*",))),
    ],
)
def test_query_is_split_into_terms(query: str, terms: Terms):
    assert terms_of(query) == terms


@given(st.text(max_size=60))
def test_a_text_is_found_by_itself(text: str):
    terms, known = terms_of(text), words(text)
    assert set(terms.words) <= known
    assert all(any(word.startswith(beginning) for word in known) for beginning in terms.beginnings)


def test_no_text_has_more_words_than_count():
    assert len(words(" ".join(map(str, range(3 * WORDS_MAX))))) <= WORDS_MAX
    many = terms_of(" ".join(f"word{n}" for n in range(100)))
    assert len(many.beginnings) == TERMS_MAX


def test_a_tag_is_of_one_stretch_of_one_room():
    room, other = new_id(), new_id()
    assert tag(room, 0) == tag(room, BLOCK - 1)
    assert len({tag(room, 1), tag(room, BLOCK), tag(other, 1)}) == 3
    assert len(tag(room, 10**9)) == 4


def test_query_becomes_a_query_of_the_index():
    assert ts_query("abcd", ["x", "@ai"], ["pla"]) == "'abcdx' & 'abcd@ai' & 'abcdpla':*"
    assert ts_query("abcd", [], []) == "'abcd':*"
