"""The data that is left out of the ops for tabs."""

from typing import Any

import pytest

from chat_app.ui.transport.sockets.short_ops import LATELY, OpShortener

CHLOE = {"id": "U1", "username": "chloe", "name": "Chloé", "color": "rose", "avatar": None}
FARID = {"id": "U2", "username": "farid", "name": "Farid", "color": "moss", "avatar": None}
RUN = "01a21ac4-d558-7600-a031-b053be066ec6"


@pytest.fixture
def shortener() -> OpShortener:
    return OpShortener()


def message(seq: int, author: dict[str, Any] | None = CHLOE, **other: Any) -> dict[str, Any]:
    """A message as the hub passes it on."""
    at = "2026-11-20T09:12:00.123+00:00"
    shape = {"id": f"M{seq}", "seq": seq, "rev": seq, "text": "Shall we?", "at": at, "author": author, **other}
    return {"t": "message", "room": "R", "m": shape}


def answer(seq: int, text: str, status: str) -> dict[str, Any]:
    """An answer as the hub passes it on."""
    ai = {"run": RUN, "model": "demo", "asker": CHLOE, "status": status, "error": None, "tokens": None}
    return message(seq, None, text=text, ai=ai)


def piece(at: int, text: str, **other: Any) -> dict[str, Any]:
    """A piece of the answer as the hub passes it on."""
    return {"t": "stream", "room": "R", "id": "M2", "run": RUN, "at": at, "text": text, **other}


def test_author_who_spoke_lately_is_an_id(shortener: OpShortener):
    assert shortener.shorten(message(1))["m"]["author"] == CHLOE
    assert shortener.shorten(message(2))["m"]["author"] == "U1"
    assert shortener.shorten(message(3, FARID))["m"]["author"] == FARID


def test_author_who_has_been_silent_is_sent_in_full(shortener: OpShortener):
    shortener.shorten(message(1))
    shortener.shorten(message(1 + LATELY, FARID))
    assert shortener.shorten(message(2 + LATELY))["m"]["author"] == CHLOE


def test_author_with_another_name_is_sent_in_full(shortener: OpShortener):
    shortener.shorten(message(1))
    renamed = {**CHLOE, "name": "Chloé B."}
    assert shortener.shorten(message(2, renamed))["m"]["author"] == renamed


def test_authors_are_known_by_rooms(shortener: OpShortener):
    shortener.shorten(message(1))
    assert shortener.shorten({**message(2), "room": "S"})["m"]["author"] == CHLOE


def test_nonce_goes_to_its_author_alone_and_once(shortener: OpShortener):
    op = message(1, nonce="N")
    assert shortener.kept_op(op) == {"t": "kept", "id": "M1", "nonce": "N"}
    assert "nonce" not in shortener.shorten(op)["m"]
    assert shortener.kept_op(message(1, nonce="N", edited=True)) is None


def test_op_that_came_from_the_hub_is_left_as_it_was(shortener: OpShortener):
    op = message(1, nonce="N")
    shortener.shorten(op)
    assert op == message(1, nonce="N")


@pytest.mark.parametrize("end", ["complete", "stopped", "failed"])
def test_answer_that_was_streamed_ends_with_its_length(shortener: OpShortener, end: str):
    shortener.shorten(answer(2, "", "streaming"))
    assert shortener.shorten(piece(0, "🎉 Yes")) == [RUN[-8:], 0, "🎉 Yes"]
    shortener.shorten(piece(6, ", do. "))
    ended = shortener.shorten(answer(2, "🎉 Yes, do.", end))["m"]
    assert (ended["length"], "text" in ended) == (11, False)


def test_answer_whose_end_differs_is_sent_whole(shortener: OpShortener):
    shortener.shorten(piece(0, "Yes"))
    assert shortener.shorten(answer(2, "No", "complete"))["m"]["text"] == "No"


def test_answer_of_which_a_piece_is_missing_is_sent_whole(shortener: OpShortener):
    shortener.shorten(piece(0, "Yes"))
    shortener.shorten(piece(6, "do."))
    assert shortener.shorten(answer(2, "Yes", "complete"))["m"]["text"] == "Yes"


def test_answer_that_began_anew_ends_with_the_new_length(shortener: OpShortener):
    shortener.shorten(piece(0, "Yes"))
    anew = piece(0, "No", anew=True)
    assert shortener.shorten(anew) == anew
    assert shortener.shorten(answer(2, "No", "complete"))["m"]["length"] == 2


def thinks(at: int, text: str, **other: Any) -> dict[str, Any]:
    """A piece of the answer's reasoning as the hub passes it on."""
    return {**piece(at, text), "t": "reasoning", "seconds": 3, **other}


def test_reasoning_is_a_short_piece_with_its_seconds_and_its_end_a_length(shortener: OpShortener):
    assert shortener.shorten(thinks(0, "They 👋")) == [RUN[-8:], 0, "They 👋", 3]
    assert shortener.shorten(thinks(7, " me. ")) == [RUN[-8:], 7, " me. ", 3]
    assert shortener.shorten(piece(0, "Hello")) == [RUN[-8:], 0, "Hello"]
    whole = answer(2, "Hello", "complete")
    whole["m"]["ai"]["reasoning"] = {"text": "They 👋 me.", "seconds": 4}
    short = shortener.shorten(whole)["m"]
    assert (short["ai"]["reasoning"], short["length"]) == ({"length": 11, "seconds": 4}, 5)


def test_reasoning_that_was_not_sent_here_is_sent_in_full(shortener: OpShortener):
    whole = answer(2, "Hello", "complete")
    whole["m"]["ai"]["reasoning"] = {"text": "They greet me.", "seconds": 4}
    assert shortener.shorten(whole)["m"]["ai"]["reasoning"] == {"text": "They greet me.", "seconds": 4}


def test_answer_without_reasoning_costs_what_it_did(shortener: OpShortener):
    shortener.shorten(piece(0, "Hello"))
    short = shortener.shorten(answer(2, "Hello", "complete"))["m"]
    assert set(short["ai"]) == {"run", "model", "asker", "status"}
