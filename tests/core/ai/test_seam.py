"""The seam of a continued answer: the model's repetition is removed, and the rest follows exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.core.ai.context.seam import REPEATED, Seam, last_words

STORY = "Quiet rivers carry the morning light over small sto"


def joined(before: str, pieces: list[str]) -> str:
    seam = Seam(before)
    return before + "".join(seam.add(piece) for piece in pieces) + seam.rest()


@pytest.mark.parametrize(
    ("before", "reply", "whole"),
    [
        (STORY, "light over small stones.", "Quiet rivers carry the morning light over small stones."),
        (STORY, "  \nmorning light over small stones.", "Quiet rivers carry the morning light over small stones."),
        (STORY, "nes.", STORY + "nes."),
        ("carry the morning light", "the morning light over", "carry the morning light over"),
        ("carry the morning light ", "the morning light over", "carry the morning light over"),
        ("carry the morning light", " over", "carry the morning light over"),
        ("carry the morning light\n\n", "the morning light\n\nNext", "carry the morning light\n\nNext"),
        ("carry the morning light\n\n", "the morning light", "carry the morning light\n\n"),
        ("carry the morning light", "the morning light", "carry the morning light"),
        ("carry the morning light", "the morning li", "carry the morning lightthe morning li"),
        (
            "静かな川が朝の光を小さな石の上に運",
            "朝の光を小さな石の上に運ぶ。",
            "静かな川が朝の光を小さな石の上に運ぶ。",
        ),
        ("静かな川が朝の光を運", "ぶ。", "静かな川が朝の光を運ぶ。"),
        ("- one\n- tw", "- one\n- two\n- three", "- one\n- two\n- three"),
        ("a", "ab", "ab"),
    ],
)
def test_seam_is_found_for_any_split_into_pieces(before: str, reply: str, whole: str):
    assert joined(before, [reply]) == joined(before, list(reply)) == whole


@given(st.text(max_size=400), st.text(max_size=40), st.integers(1, 5))
def test_repeated_last_words_are_removed(before: str, more: str, size: int):
    reply = last_words(before) + more
    pieces = [reply[at : at + size] for at in range(0, len(reply), size)]
    assert joined(before, pieces) == joined(before, [reply])
    assert joined(before, pieces).startswith(before)


@given(st.text(max_size=600))
def test_last_words_end_the_text_and_are_few(text: str):
    words = last_words(text)
    assert text.rstrip().endswith(words)
    assert len(words) <= REPEATED
