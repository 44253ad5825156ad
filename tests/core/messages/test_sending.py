"""Sending messages."""

import asyncio

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.commands import SENDS, delete_message
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.queries import history
from chat_app.core.rooms.commands import leave_room
from chat_app.core.rooms.queries import my_rooms
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.locks import someone_waits
from tests.support.refusal import refused
from tests.support.use_cases import Do


async def test_a_message_takes_its_place_and_is_told(do: Do, make: Factory, events: list[object], clock: Clock):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    nonce = new_id()
    first = await do(aiko, post_message, str(room.id), " Hello\r\n", nonce=nonce)
    second = await do(ben, post_message, room.id, "Hi")
    assert (first.seq, first.rev, first.text, first.nonce, first.author) == (1, 2, "Hello", nonce, aiko.person)
    assert (second.seq, second.rev, second.nonce, second.answer) == (2, 3, None, None)
    assert events == [MessageChanged(first), MessageChanged(second)]
    page = await do(ben, history, room.id)
    assert (page.messages, page.more, page.rev) == ([first, second], False, 3)


async def test_sending_marks_as_read_and_the_room_as_active(do: Do, make: Factory, clock: Clock):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    clock.advance(hours=1)
    await do(aiko, post_message, room.id, "Hello")
    [mine], [bens] = await do(aiko, my_rooms), await do(ben, my_rooms)
    assert (mine.member.last_read_seq, bens.member.last_read_seq, bens.room.last_seq) == (1, 0, 1)
    assert bens.room.last_activity_at == clock.now


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "message_empty"),
        (" \n\u3000\t", "message_empty"),
        ("\u200b\n\u2800\u00ad", "message_empty"),
        ("\x00\x1b\x7f", "message_empty"),
        ("\ud83d", "message_empty"),
        ("x" * 8001, "message_too_long"),
        ("😀" * 8001, "message_too_long"),
    ],
)
async def test_invalid_texts_are_refused(do: Do, make: Factory, events: list[object], text: str, code: str):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    with refused(code) as refusal:
        await do(aiko, post_message, room.id, text)
    assert refusal.details["field"] == "text"
    assert (await do(aiko, history, room.id)).rev == 1
    assert events == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b\ud800c", "abc"),
        ("x" * 8000, "x" * 8000),
        ("  " + "😀" * 8000 + "\n", "😀" * 8000),
        ("line\r\n\tindented\r", "line\n\tindented"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("%s %(x)s {0} '; DROP TABLE messages; --", "%s %(x)s {0} '; DROP TABLE messages; --"),
    ],
)
async def test_texts_are_kept_as_they_were_meant(do: Do, make: Factory, text: str, kept: str):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    await do(aiko, post_message, room.id, text)
    assert [message.text for message in (await do(aiko, history, room.id)).messages] == [kept]


async def test_a_resend_is_the_same_message(do: Do, make: Factory, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    nonce = new_id()
    first = await do(aiko, post_message, room.id, "Hello", nonce=nonce)
    assert await do(aiko, post_message, room.id, "Hello again", nonce=nonce) == first
    assert events == [MessageChanged(first)]
    other = await do(ben, post_message, room.id, "Mine", nonce=nonce)
    assert other.id != first.id


async def test_twenty_resends_at_once_are_one_message(do: Do, make: Factory, events: list[object]):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    nonce = new_id()
    sent = await asyncio.gather(*(do(aiko, post_message, room.id, "Hello", nonce=nonce) for _ in range(20)))
    assert len({message.id for message in sent}) == 1
    assert len(events) == 1
    page = await do(aiko, history, room.id)
    assert [(message.seq, message.rev) for message in page.messages] == [(1, 2)]


async def test_a_resend_after_deleting_brings_nothing_back(do: Do, make: Factory):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    nonce = new_id()
    message = await do(aiko, post_message, room.id, "Hello", nonce=nonce)
    await do(aiko, delete_message, message.id)
    assert (await do(aiko, post_message, room.id, "Hello", nonce=nonce)).deleted


async def test_messages_of_a_person_are_limited_per_minute(do: Do, make: Factory, work: UnitOfWork):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    for _ in range(SENDS.amount):
        await work.limiter.hit(SENDS, str(aiko.user_id))
    with refused("rate_limited") as refusal:
        await do(aiko, post_message, room.id, "Hello")
    assert refusal.details == {"retry_after": 60}
    await do(ben, post_message, room.id, "Hello")


async def test_person_who_left_in_another_tab_cannot_send(do: Do, make: Factory, work: UnitOfWork):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    async with work.begin(ben) as ctx:
        await leave_room(ctx, room.id)
        waiting = asyncio.create_task(do(ben, post_message, room.id, "Still here"))
        await someone_waits(work)
    with refused("room_not_found"):
        await waiting


@pytest.mark.slow
async def test_many_people_write_at_once_in_one_room(do: Do, make: Factory, events: list[object]):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    people = [await make.actor() for _ in range(16)]
    for person in people:
        await make.join(room, person)

    async def talk(person: object) -> None:
        for number in range(6):
            await do(person, post_message, room.id, f"{person.person.username} {number}")

    await asyncio.gather(*map(talk, people))
    page = await do(aiko, history, room.id, limit=100)
    assert [message.seq for message in page.messages] == list(range(1, 97))
    assert [message.rev for message in page.messages] == list(range(2, 98))
    assert len({message.text for message in page.messages}) == 96
    for person in people:
        mine = [int(m.text.split()[1]) for m in page.messages if m.author == person.person]
        assert mine == list(range(6))
    # Neighbours may be told in either order: PostgreSQL lets the next one in before it says that the last is through.
    assert sorted(event.message.rev for event in events) == list(range(2, 98))
