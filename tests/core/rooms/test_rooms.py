"""Creating, changing, leaving and deleting rooms."""

import asyncio
from uuid import UUID

import pytest
from limits import RateLimitItemPerHour

from chat_app.core.access.permissions import Role
from chat_app.core.invitations import links
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.reading.receipts import mark_read
from chat_app.core.rooms import commands
from chat_app.core.rooms.commands import (
    archive_room,
    create_room,
    delete_room,
    leave_room,
    set_room_ai,
    update_room,
)
from chat_app.core.rooms.events import MemberJoined, MemberLeft, RoomChanged, RoomDeleted, RoomRead
from chat_app.core.rooms.queries import my_rooms, room_ids_of, room_members
from chat_app.core.rooms.tables import Room
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.locks import someone_waits
from tests.support.refusal import refused
from tests.support.use_cases import Do


async def stored(work: UnitOfWork, room: Room) -> Room:
    async with work.begin() as ctx:
        return await ctx.db.get_one(Room, room.id)


async def test_creator_of_a_room_is_its_master(do: Do, make: Factory, events: list[object]):
    aiko = await make.actor()
    access = await do(aiko, create_room, name=" Design\nreview ", description="Tuesdays")
    assert (access.room.name, access.room.description, access.role) == ("Design review", "Tuesdays", Role.MASTER)
    assert events == [MemberJoined(access.room.id, 1, aiko.person, "master")]
    assert [(m.person, m.role) for m in await do(aiko, room_members, access.room.id)] == [(aiko.person, Role.MASTER)]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": ""}, "room_name_empty"),
        ({"name": " \x00\u3000"}, "room_name_empty"),
        ({"name": "\u3164\u200b"}, "room_name_empty"),
        ({"name": "x" * 81}, "room_name_long"),
        ({"description": "x" * 501}, "room_description_long"),
        ({"ai_rule": "sometimes"}, "choice_invalid"),
    ],
)
async def test_a_room_with_bad_fields_is_not_made(do: Do, make: Factory, fields: dict[str, str], code: str):
    aiko = await make.actor()
    with refused(code):
        await do(aiko, create_room, **({"name": "Tea"} | fields))
    assert await do(aiko, my_rooms) == []


async def test_each_change_takes_the_next_revision_and_is_published(do: Do, make: Factory, events: list[object]):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    changes = [
        await do(aiko, update_room, room.id, name="Tea"),
        await do(aiko, update_room, str(room.id), description="Green"),
        await do(aiko, set_room_ai, room.id, rule="always", model="demo"),
        await do(aiko, archive_room, room.id),
        await do(aiko, archive_room, room.id, archived=False),
    ]
    assert [event for event in events if isinstance(event, RoomChanged)] == events
    assert [event.room.rev for event in events] == [3, 4, 5, 6, 7], "a line says the new name"
    assert [(e.room.name, e.room.description, e.room.ai_rule, e.room.archived) for e in events] == [
        ("Tea", "", "mentioned", False),
        ("Tea", "Green", "mentioned", False),
        ("Tea", "Green", "always", False),
        ("Tea", "Green", "always", True),
        ("Tea", "Green", "always", False),
    ]
    assert changes[-1].view() == events[-1].room


async def test_the_model_goes_back_to_the_sites_default(do: Do, make: Factory):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko}, ai_model="demo")
    assert (await do(aiko, set_room_ai, room.id, rule="never")).room.ai_model == "demo"
    assert (await do(aiko, set_room_ai, room.id, model="")).room.ai_model is None


async def test_naming_a_room_ends_its_naming_itself(do: Do, make: Factory):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko}, auto_named=True)
    assert (await do(aiko, update_room, room.id, description="x")).room.auto_named
    assert not (await do(aiko, update_room, room.id, name="Tea")).room.auto_named


async def test_a_deleted_room_is_gone_for_everybody(do: Do, make: Factory, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    await do(aiko, delete_room, room.id)
    assert events == [RoomDeleted(room.id)]
    for actor in (aiko, ben):
        assert await do(actor, my_rooms) == []
        with refused("room_not_found"):
            await do(actor, room_members, room.id)


async def test_master_cannot_leave_while_others_are_there(
    do: Do, make: Factory, events: list[object], work: UnitOfWork
):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    with refused("master_must_transfer"):
        await do(aiko, leave_room, room.id)
    assert (await stored(work, room)).rev == 1
    await do(ben, leave_room, room.id)
    assert events == [MemberLeft(room.id, 2, ben.user_id)]
    with refused("room_not_found"):
        await do(ben, leave_room, room.id)
    await do(aiko, leave_room, room.id)
    assert (await stored(work, room)).deleted_at


async def test_last_two_members_leaving_at_once_delete_the_room(do: Do, make: Factory, work: UnitOfWork):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.ADMIN: aiko, Role.MEMBER: ben})
    await asyncio.gather(do(aiko, leave_room, room.id), do(ben, leave_room, room.id))
    assert not (await stored(work, room)).deleted_at


async def test_reading_goes_forward_only_and_no_further_than_there_is(do: Do, make: Factory, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    for _ in range(5):
        await make.message(room, aiko)
    for seq in (3, 2, -(10**30), 10**30, 5):
        await do(ben, mark_read, room.id, seq)
    told = [event for event in events if isinstance(event, RoomRead)]
    assert told == [RoomRead(room.id, ben.user_id, 3), RoomRead(room.id, ben.user_id, 5)]
    [access] = await do(ben, my_rooms)
    assert access.member.last_read_seq == 5


async def test_rooms_come_by_last_activity(do: Do, make: Factory, clock: Clock):
    aiko = await make.actor()
    rooms = []
    for minutes in (5, 1, 3):
        rooms.append(await make.room({Role.MASTER: aiko}, last_activity_at=clock.now.replace(minute=minutes)))
    await make.room()
    assert [a.room.id for a in await do(aiko, my_rooms)] == [rooms[0].id, rooms[2].id, rooms[1].id]
    assert set(await do(aiko, room_ids_of, aiko.user_id)) == {room.id for room in rooms}


async def test_members_come_by_role_then_name(do: Do, make: Factory):
    people = [await make.actor(username=name) for name in ("zoe", "emma", "ben", "aiko")]
    zoe, emma, ben, aiko = people
    room = await make.room({Role.MASTER: zoe, Role.READER: aiko, Role.MEMBER: emma})
    await make.join(room, ben)
    members = await do(ben, room_members, room.id)
    assert [member.person.username for member in members] == ["zoe", "ben", "emma", "aiko"]


NOWHERE = UUID("018f0000-0000-7000-8000-000000000000")


@pytest.mark.parametrize("room_id", ["", "nonsense", "\x00", "\ud800", None, 7, NOWHERE, str(NOWHERE)])
async def test_unknown_room_is_not_found(do: Do, make: Factory, room_id: object):
    aiko = await make.actor()
    with refused("room_not_found"):
        await do(aiko, room_members, room_id)


async def test_member_who_left_while_waiting_for_the_lock_is_refused(do: Do, make: Factory, work: UnitOfWork):
    """The second tab waits for the row that the first one has locked, and must not use its earlier reading."""
    aiko = await make.actor()
    room = await make.room({Role.ADMIN: aiko})
    async with work.begin(aiko) as ctx:
        await leave_room(ctx, room.id)
        waiting = asyncio.create_task(do(aiko, update_room, room.id, name="Mine"))
        await someone_waits(work)
    with refused("room_not_found"):
        await waiting


async def test_rooms_and_links_are_counted(do: Do, make: Factory, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(commands, "MADE", RateLimitItemPerHour(2, namespace="some_rooms"))
    monkeypatch.setattr(links, "MADE", RateLimitItemPerHour(2, namespace="some_links"))
    aiko = await make.actor()
    rooms = [(await do(aiko, create_room, name="Tea")).room for _ in range(2)]
    with refused("rate_limited"):
        await do(aiko, create_room, name="Tea")
    for room in rooms:
        await do(aiko, links.create_invite_link, room.id)
    with refused("rate_limited"):
        await do(aiko, links.create_invite_link, rooms[0].id)
