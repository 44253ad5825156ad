"""The announcements of new messages: the browser's own script, in Node."""

from typing import Any

import pytest

from tests.support.node import run

pytestmark = pytest.mark.slow

ROWS = """
const BLANK = { own: false, ai: false, live: false, status: "", deleted: false, veiled: false };
const row = (key, more) => ({ ...BLANK, key, ...more });
const keysOf = (before, rows) => newsIn(hearing("R", before), rows).map(({ key }) => key);
"""


def said(program: str) -> Any:
    """The program's announcements of rows."""
    return run({"conversation/announcing.js": "hearing, newsIn"}, ROWS + program)


def test_only_later_messages_of_others_are_announced() -> None:
    program = """
    const before = [row("1"), row("2")];
    const others = [row("own", { own: true }), row("deleted", { deleted: true }), row("veiled", { veiled: true })];
    const now = [row("0"), ...before, row("3"), ...others];
    say([keysOf(before, now), keysOf([], [row("1")]), keysOf(before, [row("8")])]);
    """
    assert said(program) == [["3"], ["1"], []]


def test_complete_answer_is_announced_once() -> None:
    program = """
    const begun = [row("Q"), row("A", { ai: true, live: true })];
    const [done, stopped] = ["complete", "stopped"].map((status) => [row("Q"), row("A", { ai: true, status })]);
    say([keysOf([row("Q")], begun), keysOf(begun, done), keysOf(done, done), keysOf(begun, stopped)]);
    """
    assert said(program) == [[], ["A"], [], []]


ROOM = """
    globalThis.document = { hasFocus: () => true, querySelector: () => null };
    globalThis.CSS = { escape: String };
    const person = (id, name) => ({ id, name, username: id, color: "teal", avatar: null });
    const at = "2026-11-20T09:12:00.000+00:00";
    const ben = person("U", "Ben");
    const message = (seq, author = ben) => ({ id: `M${seq}`, seq, rev: seq, text: `Tea ${seq}`, at, author });
    const my = { id: "R", name: "Tea", at, seq: 90, read: 90, role: "member" };
    const come = (seq, author) => receive([{ t: "message", room: "R", m: message(seq, author) }]);
    state.current = "R";
    receive([{ t: "me", me: person("me", "Aiko") }, { t: "rooms", rooms: [my] }]);
    const entered = { t: "entered", room: "R", rev: 90, my, can: ["view"], members: [], people: 2, more: true };
    receive([{ ...entered, messages: [message(90)] }]);
    hear("R", buildRows(currentFeed()));
    subscribe(hearNewest);
"""
IMPORTS = {
    "conversation/announcing.js": "announce, announced, hear, hearNewest",
    "live/ops.js": "receive",
    "live/past.js": "goTo",
    "live/rows.js": "buildRows",
    "live/slices.js": "roomView",  # shows what changed
    "live/store.js": "currentFeed, state, subscribe",
}


def test_message_that_arrives_while_reading_older_ones_is_announced() -> None:
    program = """
    goTo("M1");
    receive([{ t: "around", room: "R", message: "M1", messages: [message(1), message(2)], more: false }]);
    const shown = buildRows(currentFeed()).map(({ id }) => id);
    announced.subscribe(() => say([shown, announced.get().text]));
    come(91);
    come(92, person("me", "Aiko"));
    """
    assert run(IMPORTS, ROOM + program) == [["M1", "M2"], "Ben: Tea 91"]


def test_urgent_announcement_is_not_replaced_by_an_earlier_one() -> None:
    program = """
    const timers = new Map();
    globalThis.setTimeout = (act) => { timers.set(timers.size, act); return timers.size - 1; };
    globalThis.clearTimeout = (timer) => timers.delete(timer);
    come(91);
    hear("R", buildRows(currentFeed()));
    announce("Calculator waits");
    for (const act of [...timers.values()]) act();
    say(announced.get().text);
    """
    assert run(IMPORTS, ROOM + program) == "Ben: Tea 91\nCalculator waits"
