"""Permissions in a room, as the ops carry them: no tab has to ask."""

import pytest

from chat_app.core.access.permissions import Permission, Role
from chat_app.core.rooms.access import permissions_in, room_changed
from chat_app.core.rooms.commands import archive_room
from tests.core.live.clients import BrowserProcess, Op
from tests.core.live.test_pages import ENTERED, MY
from tests.core.live.test_resync import sent, tab
from tests.support.factory import Factory
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow

__all__ = ["tab"]  # the fixture

ROOM = {"t": "room", "room": "R", "r": {"id": "R", "name": "Tea"}}
OPEN = {"member": ["send", "view"], "admin": ["pin", "send", "view"]}
SHUT = {"member": ["view"], "admin": ["view"]}


def role(rev: int, role: str, can: list[str], requests: list[Op] | None = None) -> Op:
    return {"t": "role", "room": "R", "rev": rev, "role": role, "can": can, "requests": requests or []}


def may(tab: BrowserProcess) -> list[str]:
    """Return the actions that the tab offers its person."""
    found: list[str] = tab.ask({"all": True})["room"]["can"]
    return found


@pytest.mark.parametrize(
    ("ops", "can"),
    [
        ([ROOM | {"rev": 60, "can": SHUT}], ["view"]),
        ([ROOM | {"rev": 60, "can": SHUT}, ROOM | {"rev": 61, "can": OPEN}], OPEN["member"]),
        ([ROOM | {"rev": 61, "can": OPEN}, ROOM | {"rev": 60, "can": SHUT}], OPEN["member"]),
        ([ROOM | {"rev": 60, "can": OPEN}, role(61, "admin", OPEN["admin"])], OPEN["admin"]),
        ([ROOM | {"rev": 61, "can": SHUT}, role(60, "admin", OPEN["admin"])], ["view"]),
        ([role(60, "admin", OPEN["admin"]), ROOM | {"rev": 61, "can": SHUT}], ["view"]),
        ([role(61, "admin", OPEN["admin"]), ROOM | {"rev": 60, "can": SHUT}], OPEN["admin"]),
    ],
)
async def test_last_change_decides_and_nothing_is_asked_for(tab: BrowserProcess, ops: list[Op], can: list[str]):
    start = tab.ask({"all": True})["room"]["rev"]
    numbered = [{**op, "rev": op["rev"] - 59 + start} for op in ops]
    tab.ask({"ops": numbered})
    assert may(tab) == can
    assert sent(tab) == []


MANAGES = {"member": ["view"], "admin": ["manage_members", "view"]}
PERSON = {"id": "P", "name": "Ben"}


async def test_role_that_comes_before_the_list_of_rooms_counts(tab: BrowserProcess):
    entered = ENTERED | {"room": "N", "rev": 5, "my": MY | {"id": "N"}, "can": ["view"]}
    listed = {"t": "rooms", "rooms": [MY, MY | {"id": "N", "rev": 5}]}
    tab.ask({"shown": "N"})
    tab.ask({"ops": [role(6, "admin", MANAGES["admin"]) | {"room": "N"}, listed, entered]})
    assert may(tab) == MANAGES["admin"]
    tab.ask({"ops": [ROOM | {"room": "N", "rev": 7, "can": MANAGES}]})
    assert may(tab) == MANAGES["admin"]


@pytest.mark.parametrize("op", [{"can": MANAGES}, {}], ids=["may let people in again", "of an older version"])
async def test_missing_data_of_a_room_op_are_requested(tab: BrowserProcess, op: Op):
    start = tab.ask({"all": True})["room"]["rev"]
    tab.ask({"ops": [role(start + 1, "admin", ["view"]), ROOM | {"rev": start + 2} | op]})
    assert sent(tab) == ["sync"]
    tab.ask({"ops": [role(start + 3, "member", ["view"])]})
    assert may(tab) == ["view"]


async def test_join_request_survives_older_list(tab: BrowserProcess):
    start = tab.ask({"all": True})["room"]["rev"]
    tab.ask({"ops": [role(start + 1, "admin", ["manage_members"], [PERSON]), ENTERED | {"rev": start, "requests": []}]})
    assert tab.ask({"all": True})["room"]["requests"] == ["P"]
    tab.ask({"ops": [ENTERED | {"rev": start + 1, "requests": []}]})
    assert tab.ask({"all": True})["room"]["requests"] == []


async def test_room_op_says_what_each_role_may_do(do: Do, make: Factory):
    master = await make.actor()
    room = await make.room({Role.MASTER: master})
    archived = (await do(master, archive_room, room.id, archived=True)).room
    for each in (room, archived):
        can = room_changed(each).can
        assert {Role(role): [Permission(right) for right in rights] for role, rights in can.items()} == {
            role: permissions_in(each, role) for role in Role
        }
    assert "send" not in room_changed(archived).can["master"]
