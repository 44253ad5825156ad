"""Ops that the server has shortened, made whole again: the browser's own script, in Node."""

from typing import Any

from tests.support.node import run

ROOM = """
const asked = [];
on("send", (what, { rev }) => asked.push([what, rev]));
const feed = Object.assign(feedOf("R"), { ready: true, rev: 4 });
state.current = "R";
const said = (seq) => ({ id: `M${seq}`, seq, rev: seq, text: "Hello", at: 0, author: "U" });
const message = (seq) => ({ t: "message", room: "R", m: said(seq) });
const nothing = { members: [], requests: [], messages: [], starred: [], can: [] };
const caught = { ...nothing, my: { id: "R" }, seen: null, more: false };
"""


def in_a_room(program: str) -> Any:
    """What the program says, in a room that is known up to revision 4 and has no members."""
    imports = {"live/ops.js": "receive", "live/store.js": "feedOf, on, state"}
    return run(imports, f"{ROOM}{program}; say(asked);")


def test_message_of_an_unknown_author_is_asked_for() -> None:
    assert in_a_room("receive([message(5)])") == [["sync", 4]]


def test_message_that_comes_while_a_sync_is_awaited_is_asked_for_after_it() -> None:
    late = "receive([message(5)]); receive([message(6)]); receive([{ t: 'sync', room: 'R', rev: 5, ...caught }])"
    assert in_a_room(late) == [["sync", 4], ["sync", 5]]
