"""Receipts, and their audience."""

from typing import Any

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.commands import update_profile
from chat_app.core.direct.blocking import block_person
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.live.ports import Op
from chat_app.core.live.snapshots import room_op
from chat_app.core.messages.events import Seen
from chat_app.core.messages.queries import history
from chat_app.core.messages.reading import receipts
from chat_app.core.messages.reading.receipts import (
    mark_delivered,
    mark_read,
    mark_read_to,
    mark_unread,
    message_receipts,
    places_seen,
)
from chat_app.core.rooms.events import RoomRead
from chat_app.core.rooms.members import ban_member
from chat_app.core.rooms.queries import my_rooms, room_members
from chat_app.core.rooms.tables import Room
from tests.support.factory import Factory
from tests.support.notes import room_notes
from tests.support.use_cases import Do


@pytest.fixture
async def aiko(make: Factory) -> Actor:
    return await make.actor()


@pytest.fixture
async def ben(make: Factory) -> Actor:
    return await make.actor()


@pytest.fixture
async def room(make: Factory, aiko: Actor, ben: Actor) -> Room:
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    await make.messages(room, aiko, ["One", "Two", "Three"])
    return room


def seen(events: list[object]) -> list[Seen]:
    return [event for event in events if isinstance(event, Seen)]


async def test_receipt_is_published_to_small_room(do: Do, room: Room, ben: Actor, events: list[object]):
    await do(ben, mark_read, room.id, 2)
    await do(ben, mark_read, room.id, 1)
    assert (await do(ben, room_notes))[room.id].small
    assert seen(events) == [Seen(room.id, ben.user_id, 2, 2)]


async def test_marking_unread_goes_back_and_never_forward(do: Do, room: Room, ben: Actor, events: list[object]):
    first, second, _ = (await do(ben, history, room.id)).messages
    await do(ben, mark_read, room.id, 3)
    events.clear()
    await do(ben, mark_unread, second.id)
    assert events == [RoomRead(room.id, ben.user_id, 1, unread=True)], "nobody else is told"
    await do(ben, mark_unread, first.id)
    await do(ben, mark_unread, second.id)
    [access] = await do(ben, my_rooms)
    assert access.member.last_read_seq == 0
    await do(ben, mark_read, room.id, 3)
    [access] = await do(ben, my_rooms)
    assert access.member.last_read_seq == 3


async def test_receipt_in_large_room_is_published_to_authors(
    do: Do, make: Factory, room: Room, aiko: Actor, ben: Actor, events: list[object], monkeypatch: pytest.MonkeyPatch
):
    for _ in range(receipts.FACES_MAX):
        await make.join(room, await make.actor())
    await make.message(room, ben, "Mine")
    await do(ben, mark_read, room.id, 4)
    assert seen(events) == [Seen(room.id, ben.user_id, 4, 4, (aiko.user_id,))]
    assert not (await do(ben, room_notes))[room.id].small
    assert places_seen(await do(ben, room_members, room.id)) is None
    message = await make.message(room, aiko)
    await do(ben, mark_read, room.id, 5)
    _, found = await do(aiko, message_receipts, message.id)
    assert (found.read, found.of, found.readers) == (1, receipts.FACES_MAX + 1, ())


async def test_received_messages_are_stored_in_small_rooms(do: Do, room: Room, ben: Actor, events: list[object]):
    places: dict[str, Any] = {str(room.id): 99, "no id": 3, "01a2": None}
    await do(ben, mark_delivered, places)
    await do(ben, mark_delivered, places)
    assert seen(events) == [Seen(room.id, ben.user_id, 0, 3)]
    assert places_seen(await do(ben, room_members, room.id))[str(ben.user_id)] == [0, 3]
    await do(ben, mark_delivered, {})


async def test_receipts_for_other_peoples_rooms_are_ignored(do: Do, make: Factory, room: Room, events: list[object]):
    stranger = await make.actor()
    await do(stranger, mark_delivered, {str(room.id): 3})
    assert seen(events) == []


async def test_hidden_receipts_are_not_published(
    do: Do, make: Factory, room: Room, aiko: Actor, ben: Actor, events: list[object]
):
    message = await make.message(room, aiko)
    await do(ben, mark_read, room.id, 3)
    await do(ben, update_profile, receipts=False)
    events.clear()
    await do(ben, mark_read_to, message.id)
    await do(ben, mark_delivered, {str(room.id): 4})
    assert seen(events) == []
    assert str(ben.user_id) not in places_seen(await do(aiko, room_members, room.id))
    _, found = await do(aiko, message_receipts, message.id)
    assert (found.read, found.got, found.of) == (0, 0, 1)


async def test_a_message_says_who_has_read_it(do: Do, make: Factory, room: Room, aiko: Actor, ben: Actor):
    chloe, emma = await make.actor(), await make.actor()
    for person in (chloe, emma):
        await make.join(room, person)
    message = await make.message(room, aiko)
    await do(ben, mark_read_to, message.id)
    await do(chloe, mark_delivered, {str(room.id): message.seq})
    _, found = await do(aiko, message_receipts, message.id)
    assert (found.readers, found.receivers, found.of) == ((ben.user_id,), (chloe.user_id,), 3)


async def parts_of(ctx: Context, room: Room) -> Op:
    """Return the parts of `entered` other than messages."""
    return await room_op(ctx, room.id)


@pytest.mark.parametrize("blocker", ["reader", "author"])
async def test_block_hides_receipts_in_both_directions(
    do: Do, make: Factory, room: Room, aiko: Actor, ben: Actor, events: list[object], blocker: str
):
    chloe = await make.actor()
    await make.join(room, chloe)
    one, other = (ben, aiko) if blocker == "reader" else (aiko, ben)
    await do(one, block_person, other.person.username)
    await do(ben, mark_delivered, {str(room.id): 1})
    await do(ben, mark_read, room.id, 3)
    await do(chloe, mark_read, room.id, 3)
    bens, chloes = [each for each in seen(events) if each.user_id == ben.user_id], seen(events)[-1]
    assert [set(each.authors or ()) for each in bens] == [{ben.user_id, chloe.user_id}] * 2
    assert chloes.authors is None
    [last] = (await do(aiko, history, room.id)).messages[-1:]
    assert (await do(aiko, message_receipts, last.id))[1].readers == (chloe.user_id,)
    assert ben.user_id in (await do(chloe, message_receipts, last.id))[1].readers
    entered = await do(aiko, parts_of, room)
    assert str(ben.user_id) not in entered["seen"]
    assert str(chloe.user_id) in entered["seen"]


async def test_in_a_large_room_an_author_who_is_blocked_is_not_told(
    do: Do, make: Factory, room: Room, aiko: Actor, ben: Actor, events: list[object]
):
    for _ in range(receipts.FACES_MAX):
        await make.join(room, await make.actor())
    await do(ben, block_person, aiko.person.username)
    await do(ben, mark_read, room.id, 3)
    assert [each.authors for each in seen(events)] == [()]


async def test_an_author_who_has_left_a_large_room_is_told_nothing(
    do: Do, make: Factory, room: Room, aiko: Actor, ben: Actor, events: list[object]
):
    for _ in range(receipts.FACES_MAX):
        await make.join(room, await make.actor())
    chloe = await make.actor()
    await make.join(room, chloe)
    await make.message(room, ben, "Mine")
    await do(aiko, ban_member, room.id, ben.user_id)
    await do(chloe, mark_read, room.id, 4)
    assert [each.authors for each in seen(events)] == [(aiko.user_id,)]
