"""The size of an arrival with large rooms and many rooms."""

import json

import pytest

from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from chat_app.core.live.arrival import LATEST, UNREAD_MOST
from chat_app.core.live.ports import Op
from chat_app.core.rooms.queries import FIRST
from chat_app.core.rooms.tables import RoomKind
from tests.support.factory import Factory
from tests.ui.conftest import Come, Connect, Ear, arrive, call

MOST = 15_000
"""Bytes by which many people, or many rooms, may lengthen an arrival."""


def size(*ops: Op) -> int:
    """Bytes of ops."""
    return len(json.dumps(ops, separators=(",", ":")))


async def told(ear: Ear, kind: str) -> Op:
    """Return the only op of this type."""
    [op] = [op for op in await ear.heard() if op["t"] == kind]
    return op


@pytest.mark.slow
async def test_large_room_sends_its_first_members_and_all_on_request(
    make: Factory, connect: Connect, parts: Runtime
) -> None:
    people = [await make.actor(name=name) for name in ("Zoe", "Aiko", "Ben")]
    zoe, aiko, ben = people
    room = await make.room({Role.MEMBER: zoe, Role.ADMIN: ben, Role.MASTER: aiko})
    await make.crowd(room, 2000)
    place = f"/r/{room.id}"
    ear = Ear(*await connect())
    await arrive(ear.sid, zoe, place)
    entered = await told(ear, "entered")
    listed = [member["id"] for member in entered["members"]]
    assert (len(listed), entered["people"]) == (FIRST, 2003)
    assert listed[:2] == [str(aiko.user_id), str(ben.user_id)]
    assert listed[-1] == str(zoe.user_id)
    assert size(entered) < MOST
    await arrive(ear.sid, zoe, place, {"room": str(room.id), "rev": 1})
    assert ((sync := await told(ear, "sync"))["members"], sync["people"]) == (entered["members"], 2003)
    await call(ear.sid, zoe, place, "load_members", room=str(room.id))
    members = await told(ear, "members")
    assert (len({member["id"] for member in members["members"]}), members["rev"]) == (2003, entered["rev"])


async def test_outsider_gets_no_members_of_a_room(make: Factory, come: Come) -> None:
    room, stranger = await make.room(), await make.actor()
    ear = await come(stranger)
    for forged in (str(room.id), "", "x" * 100_000, "\x00", "%", str(stranger.user_id)):
        await call(ear.sid, stranger, "/", "load_members", room=forged)
        assert [(op["t"], op["code"]) for op in await ear.heard()] == [("refused", "room_not_found")]


@pytest.mark.slow
async def test_person_with_many_rooms_gets_the_latest_and_all_on_request(make: Factory, come: Come) -> None:
    aiko, ben = await make.actor(), await make.actor()
    places = await make.rooms(aiko, 500)
    unread, here = places[400], places[499]
    await make.join(unread, ben)
    await make.message(unread, ben)
    ear = await come(aiko)
    await arrive(ear.sid, aiko, f"/r/{here.id}")
    rooms = await told(ear, "rooms")
    first = [*places[: LATEST[RoomKind.ROOM]], unread, here]
    assert ([room["id"] for room in rooms["rooms"]], rooms["more"]) == ([str(room.id) for room in first], True)
    assert rooms["rooms"][0].keys() == {"id", "name", "rev", "role", "seq", "read", "at", "small"}
    assert size(rooms) < MOST
    assert len(ear.rooms()) == 500
    await call(ear.sid, aiko, "/", "load_rooms", room="")
    rooms = await told(ear, "rooms")
    assert (len(rooms["rooms"]), rooms["more"]) == (500, False)
    await call(ear.sid, aiko, "/", "load_rooms", room=str(places[300].id))
    assert [room["name"] for room in (await told(ear, "listed"))["rooms"]] == ["Place 301"]


@pytest.mark.slow
async def test_number_of_sent_unread_rooms_is_limited(make: Factory, come: Come) -> None:
    aiko = await make.actor()
    for room in await make.rooms(aiko, UNREAD_MOST + 1):
        await make.message(room, None)
    ear = await come(aiko)
    await arrive(ear.sid, aiko, "/")
    assert ((rooms := await told(ear, "rooms"))["more"], len(rooms["rooms"])) == (True, UNREAD_MOST)


async def test_room_of_others_is_not_listed(make: Factory, come: Come) -> None:
    room, stranger = await make.room(), await make.actor()
    ear = await come(stranger)
    await call(ear.sid, stranger, "/", "load_rooms", room=str(room.id))
    assert (await told(ear, "listed"))["rooms"] == []
    await call(ear.sid, stranger, "/", "load_rooms", room="%")
    assert (await told(ear, "refused"))["code"] == "room_not_found"
