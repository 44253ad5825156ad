"""Editing and deleting."""

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.commands import SENDS, delete_message, edit_message
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.queries import changes_since, history
from chat_app.core.rooms.commands import archive_room, leave_room
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do


async def test_edited_message_has_the_new_text_and_the_next_revision(do: Do, make: Factory, events: list[object]):
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


@pytest.mark.parametrize("message_id", ["", "nonsense", "\x00", "\ud800", None, 7, new_id()])
async def test_unknown_message_is_not_found(do: Do, make: Factory, message_id: object):
    aiko = await make.actor()
    with refused("message_not_found"):
        await do(aiko, edit_message, message_id, "Hello")
    with refused("message_not_found"):
        await do(aiko, delete_message, message_id)


async def test_former_member_cannot_change_messages(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    message = await do(ben, post_message, room.id, "Hello")
    await do(ben, leave_room, room.id)
    with refused("message_not_found"):
        await do(ben, delete_message, message.id)


@pytest.mark.slow
async def test_messages_are_changed_only_so_often(do: Do, make: Factory):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    message = await do(aiko, post_message, room.id, "0")
    for n in range(1, SENDS.amount):
        await do(aiko, edit_message, message.id, str(n))
    with refused("rate_limited"):
        await do(aiko, edit_message, message.id, "once more")
