"""The excerpts of found messages."""

from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.core.ai.asking.commands import post_message
from chat_app.core.kernel.actor import Actor
from chat_app.core.rooms.tables import Room
from chat_app.core.search.excerpts import excerpt_around
from chat_app.core.search.queries import search_messages
from chat_app.core.search.rules import SearchFilter
from tests.support.use_cases import Do


@pytest.mark.parametrize(
    ("text", "query", "hits"),
    [
        ("Un CAFÉ et un café", "cafe", ["CAFÉ", "café"]),
        ("in İstanbul", "ista", ["İsta"]),
        ("ここでテストする", "てすと", ["テスト"]),
        ("ｻｰﾊﾞｰを", "サーバ", ["ｻｰﾊﾞ"]),
        ("שָׁלוֹם", "שלום", ["שָׁלוֹם"]),
        ("the v1.2.3", "1.2", ["1.2"]),
        ("two 🎊🎊", "🎊", ["🎊", "🎊"]),
        ("Straße", "strass", ["Straß"]),
        ("nothing", "tea", []),
    ],
)
def test_the_excerpt_marks_what_is_found(text: str, query: str, hits: list[str]):
    parts = excerpt_around(text, query)
    assert [part.text for part in parts if part.hit] == hits
    assert "".join(part.text for part in parts) == text


@given(st.integers(0, 120), st.sampled_from(["👨‍👩‍👧‍👦", "🇯🇵", "ẹ́"]))
def test_no_excerpt_cuts_a_character_in_two(before: int, character: str):
    line = "".join(part.text for part in excerpt_around(f"{character * before} tea {character * 120}", "tea"))
    assert line.replace(character, "").strip("…").strip() == "tea"


async def test_the_excerpt_shows_where(do: Do, aiko: Actor, room: Room):
    await do(aiko, post_message, room.id, "word " * 60 + "about **green tea** and more " + "word " * 60)
    [hit] = (await do(aiko, search_messages, SearchFilter("tea"))).hits
    line = "".join(part.text for part in hit.excerpt)
    assert line.startswith("…")
    assert line.endswith("…")
    assert "about green tea and more" in line
    assert [part.text for part in hit.excerpt if part.hit] == ["tea"]
    assert hit.room_name == room.name


@pytest.mark.parametrize("text", ["*_" * 4000, "![" * 4000, "**a" * 2600, "[[]" * 2600])
def test_no_message_makes_its_excerpt_slow(text: str):
    begun = thread_time()
    excerpt_around(text, "tea")
    excerpt_around(text + " tea", "tea")
    assert thread_time() - begun < 0.1
