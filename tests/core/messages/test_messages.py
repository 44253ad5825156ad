"""Sending, editing, deleting, replying."""

import asyncio

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.commands import post_message
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.commands import SENDS, delete_message, edit_message
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.queries import changes_since, history
from chat_app.core.rooms.commands import archive_room, leave_room
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


async def test_what_one_says_one_has_read_and_the_room_was_active(do: Do, make: Factory, clock: Clock):
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
        ("\x00\x1b\x7f", "message_empty"),
        ("\ud83d", "message_empty"),
        ("x" * 8001, "message_too_long"),
        ("😀" * 8001, "message_too_long"),
    ],
)
async def test_texts_that_cannot_be_said(do: Do, make: Factory, events: list[object], text: str, code: str):
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


async def test_editing(do: Do, make: Factory, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MEMBER: aiko, Role.MASTER: ben})
    sent = await do(aiko, post_message, room.id, "Hello")
    edited = await do(aiko, edit_message, str(sent.id), "Hello, all")
    assert (edited.text, edited.edited, edited.seq, edited.rev) == ("Hello, all", True, 1, 3)
    assert events[-1] == MessageChanged(edited)
    assert (await do(aiko, edit_message, sent.id, "Hello, all ")).rev == 3
    with refused("not_allowed"):
        await do(ben, edit_message, sent.id, "Words in another's mouth")
    with refused("message_empty"):
        await do(aiko, edit_message, sent.id, "\x00")
    await do(aiko, delete_message, sent.id)
    with refused("message_deleted"):
        await do(aiko, edit_message, sent.id, "Back")


async def test_deleting_leaves_a_tombstone_without_the_text(do: Do, make: Factory, events: list[object]):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    sent = await do(aiko, post_message, room.id, "Secret")
    gone = await do(aiko, delete_message, sent.id)
    assert (gone.text, gone.deleted, gone.seq, gone.rev) == ("", True, 1, 3)
    assert events[-1] == MessageChanged(gone)
    assert (await do(aiko, delete_message, sent.id)).rev == 3
    assert (await do(aiko, history, room.id)).messages == [gone]
    assert (await do(aiko, changes_since, room.id, 2)).messages == [gone]


async def test_the_master_deletes_anybodys_and_nobody_else_does(do: Do, make: Factory):
    aiko, ben, emma = await make.actor(), await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.ADMIN: ben, Role.MEMBER: emma})
    message = await do(emma, post_message, room.id, "Hello")
    with refused("not_allowed"):
        await do(ben, delete_message, message.id)
    assert (await do(aiko, delete_message, message.id)).deleted


async def test_an_archived_room_keeps_its_messages_as_they_are(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    message = await do(ben, post_message, room.id, "Hello")
    await do(aiko, archive_room, room.id)
    for actor, use_case, *more in (
        (ben, post_message, "Another"),
        (ben, edit_message, "Changed"),
        (ben, delete_message),
        (aiko, delete_message),
    ):
        with refused("room_archived"):
            await do(actor, use_case, room.id if use_case is post_message else message.id, *more)
    assert (await do(ben, history, room.id)).messages == [message]


async def test_replying_quotes(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    question = await do(aiko, post_message, room.id, "Could we keep\nthe index? " + "x" * 200)
    reply = (await do(ben, post_message, room.id, "Yes", reply_to=str(question.id))).reply
    assert (reply.id, reply.author, reply.is_ai) == (question.id, aiko.person.name, False)
    assert reply.text.startswith("Could we keep the index? xxx")
    assert len(reply.text) == 140
    await do(aiko, delete_message, question.id)
    assert [message.reply and message.reply.text for message in (await do(ben, history, room.id)).messages] == [
        None,
        "",
    ]


async def test_a_quote_has_no_marks(do: Do, make: Factory):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    text = "## A **plan**\n\n- [x] see [the page](https://example.org)\n- run `make`\n\n```py\nx = 1\n```\n<b>2 * 3</b>"
    question = await do(aiko, post_message, room.id, text)
    reply = (await do(aiko, post_message, room.id, "Yes", reply_to=str(question.id))).reply
    assert reply.text == "A plan [x] see the page run make x = 1 <b>2 * 3</b>"


async def test_one_cannot_quote_from_another_room(do: Do, make: Factory):
    aiko = await make.actor()
    room, other = await make.room({Role.MASTER: aiko}), await make.room({Role.MASTER: aiko})
    message = await do(aiko, post_message, other.id, "Private")
    for wrong in (message.id, new_id(), "nonsense"):
        with refused("message_not_found"):
            await do(aiko, post_message, room.id, "See this", reply_to=wrong)


@pytest.mark.parametrize("message_id", ["", "nonsense", "\x00", "\ud800", None, 7, new_id()])
async def test_what_is_no_message_is_not_found(do: Do, make: Factory, message_id: object):
    aiko = await make.actor()
    with refused("message_not_found"):
        await do(aiko, edit_message, message_id, "Hello")
    with refused("message_not_found"):
        await do(aiko, delete_message, message_id)


async def test_who_is_gone_has_no_hold_on_their_messages(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    message = await do(ben, post_message, room.id, "Hello")
    await do(ben, leave_room, room.id)
    with refused("message_not_found"):
        await do(ben, delete_message, message.id)


async def test_a_person_says_so_many_a_minute(do: Do, make: Factory, work: UnitOfWork):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    for _ in range(SENDS.amount):
        await work.limiter.hit(SENDS, str(aiko.user_id))
    with refused("rate_limited") as refusal:
        await do(aiko, post_message, room.id, "Hello")
    assert refusal.details == {"retry_after": 60}
    await do(ben, post_message, room.id, "Hello")


async def test_who_left_in_another_tab_meanwhile_says_nothing_more(do: Do, make: Factory, work: UnitOfWork):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    async with work.begin(ben) as ctx:
        await leave_room(ctx, room.id)
        waiting = asyncio.create_task(do(ben, post_message, room.id, "Still here"))
        await someone_waits(work)
    with refused("room_not_found"):
        await waiting


async def test_a_crowd_in_one_room(do: Do, make: Factory, events: list[object]):
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


async def test_what_quotes_a_message_changes_with_it(do: Do, make: Factory, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    question = await do(aiko, post_message, room.id, "Secret")
    replies = [await do(ben, post_message, room.id, text, reply_to=question.id) for text in ("Oh", "Ah")]
    seen = (await do(ben, history, room.id)).rev
    events.clear()
    await do(aiko, delete_message, question.id)
    told = [event.message for event in events]
    assert [(message.id, message.rev) for message in told] == [
        (question.id, seen + 1),
        (replies[0].id, seen + 2),
        (replies[1].id, seen + 3),
    ]
    assert [message.reply and message.reply.text for message in told] == [None, "", ""]
    assert (await do(ben, changes_since, room.id, seen)).messages == told


async def test_a_change_tells_of_the_newest_that_quote_it(
    do: Do, make: Factory, events: list[object], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("chat_app.core.messages.commands.QUOTES_TOLD", 2)
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    question = await do(aiko, post_message, room.id, "Tea?")
    replies = [await do(aiko, post_message, room.id, text, reply_to=question.id) for text in ("A", "B", "C")]
    events.clear()
    await do(aiko, edit_message, question.id, "Coffee?")
    assert [event.message.id for event in events] == [question.id, replies[1].id, replies[2].id]
    assert {view.reply.text for view in (await do(aiko, history, room.id)).messages[1:]} == {"Coffee?"}


async def test_messages_are_changed_only_so_often(do: Do, make: Factory):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    message = await do(aiko, post_message, room.id, "0")
    for n in range(1, SENDS.amount):
        await do(aiko, edit_message, message.id, str(n))
    with refused("rate_limited"):
        await do(aiko, edit_message, message.id, "once more")
