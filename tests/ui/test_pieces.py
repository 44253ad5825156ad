"""Pieces of answers that name no run, and who must be told it again."""

from hypothesis import given
from hypothesis import strategies as st

from chat_app.core.kernel.texts.cleaning import utf16_length
from chat_app.ui.transport.sockets.pieces import Pieces

OP = {"t": "waits", "room": "R"}


def test_piece_names_its_run_where_the_one_before_was_of_another():
    pieces = Pieces()
    assert pieces.shorten("room:R", [["a", 0, "One "]]) == [["a", 0, "One "]]
    assert pieces.shorten("room:R", [OP, ["a", 4, "two "]]) == [OP, [4, "two "]]
    assert pieces.shorten("room:R", [["b", 0, "Three "]]) == [["b", 0, "Three "]]
    assert pieces.shorten("room:R", [["a", 8, "four"]]) == [["a", 8, "four"]]
    assert pieces.shorten("room:S", [["a", 12, "five"]]) == [["a", 12, "five"]]


def test_pieces_in_one_packet_are_one_where_they_follow_each_other():
    pieces = Pieces()
    assert pieces.shorten("R", [["a", 0, "👋 "], ["a", 3, "you "], OP, ["a", 7, "two"], ["a", 11, "!"]]) == [
        ["a", 0, "👋 you "],
        OP,
        [7, "two"],
        [11, "!"],
    ]


def test_reasoning_keeps_its_seconds_and_stands_apart_from_the_text():
    pieces = Pieces()
    ops = [["a", 0, "They ", 1], ["a", 5, "ask.", 2], ["a", 0, "Yes", 3], ["a", 0, "Yes"]]
    assert pieces.shorten("R", ops) == [["a", 0, "They ask.", 2], [0, "Yes", 3], [0, "Yes"]]


def test_run_is_named_again_for_those_who_come_and_for_all_when_one_has_missed_some():
    pieces = Pieces()
    for channel in "RS":
        pieces.shorten(channel, [["a", 0, "One "]])
    pieces.name_again("R")
    assert [pieces.shorten(channel, [["a", 4, "two "]]) for channel in "RS"] == [[["a", 4, "two "]], [[4, "two "]]]
    pieces.name_again()
    assert [pieces.shorten(channel, [["a", 8, "six"]]) for channel in "RS"] == [[["a", 8, "six"]]] * 2


acts = st.tuples(st.sampled_from("ab"), st.text("é👋x", min_size=1, max_size=3), st.booleans(), st.integers(0, 3))


@given(st.lists(acts, max_size=30))
def test_later_listener_can_read_all_following_pieces(said: list[tuple[str, str, bool, int]]):
    """Each act is a piece of one of two answers; before it somebody may come, and after it a packet may be full."""
    pieces, whole, waiting = Pieces(), {"a": "", "b": ""}, []
    readers: list[tuple[dict[str, str], dict[str, str]]] = []
    for run, text, comes, flush in said:
        if comes and not waiting:
            readers.append((dict(whole), {"at": "?"}))
            pieces.name_again("R")
        waiting.append([run, utf16_length(whole[run]), text])
        whole[run] += text
        if not flush:
            send(pieces, waiting, readers)
    send(pieces, waiting, readers)
    assert all(texts == whole for texts, _ in readers)


def send(pieces: Pieces, waiting: list, readers: list) -> None:
    """One packet to all readers, who read it as `assets/live/expand.js` does."""
    for op in pieces.shorten("R", waiting):
        for texts, last in readers:
            run, at, text = op if isinstance(op[0], str) else [last["at"], *op]
            assert at == utf16_length(texts[run])
            texts[run], last["at"] = texts[run] + text, run
    waiting.clear()
