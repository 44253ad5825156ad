"""Files of messages: each is sent with one message, by its uploader."""

import asyncio
from uuid import uuid4

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.files.attached.sending import ATTACHMENTS_MAX
from chat_app.core.files.commands import change_caption, delete_file
from chat_app.core.files.queries import list_files, view_file
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.commands import edit_message
from chat_app.core.messages.marks.commands import MARKS
from chat_app.core.messages.queries import history
from chat_app.core.messages.tables import Message
from chat_app.core.personal.queries import export_own_data
from chat_app.core.rooms.commands import leave_room
from chat_app.core.search.queries import search_messages
from chat_app.core.search.rules import SearchFilter
from tests.adapters.media import made
from tests.core.files.conftest import Desk, png
from tests.support.factory import Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do


async def test_a_message_has_its_files_in_their_order(do: Do, make: Factory, desk: Desk, posting: Posting):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    files = [await desk.file(aiko, room, png(color=color), f"{color}.png") for color in ("red", "blue")]
    ids = [each["id"] for each in reversed(files)]
    sent = await posting.post(aiko, room.id, " ", attachments=ids)
    assert (sent.text, [each["name"] for each in sent.attachments]) == ("", ["blue.png", "red.png"])
    [told] = (await do(ben, history, room.id)).messages
    assert told.attachments == sent.attachments
    assert (await do(ben, view_file, ids[0], desk.storage))["message"] == str(sent.id)
    listed = await do(ben, list_files, room.id, desk.storage, kind="image")
    assert {each["id"] for each in listed.items} == set(ids)
    assert (await do(ben, list_files, room.id, desk.storage, kind="pdf")).items == []
    assert await code_of(do(aiko, edit_message, sent.id, "")) is None
    own, others = [(await do(who, export_own_data))["files"] for who in (aiko, ben)]
    assert ({each["id"] for each in own}, {each["message"] for each in own}, others) == ({*ids}, {str(sent.id)}, [])
    await do(ben, leave_room, room.id)
    assert await code_of(do(ben, view_file, ids[0], desk.storage)) == "attachment_not_found"


async def test_a_file_goes_with_one_message_of_its_uploader_in_its_room(make: Factory, desk: Desk, posting: Posting):
    aiko, ben = await make.actor(), await make.actor()
    room, other = [await make.room({Role.MASTER: aiko, Role.MEMBER: ben}) for _ in "12"]
    file = await desk.file(aiko, room)
    unfinished = await desk.begin(aiko, room, png())
    for actor, place, ids, code in (
        (ben, room, [file["id"]], "attachment_not_found"),
        (aiko, other, [file["id"]], "attachment_not_found"),
        (aiko, room, [str(uuid4())], "attachment_not_found"),
        (aiko, room, ["nonsense"], "attachment_not_found"),
        (aiko, room, [file["id"], unfinished["id"]], "file_not_ready"),
        (aiko, room, [str(uuid4()) for _ in range(ATTACHMENTS_MAX + 1)], "attachments_limit"),
    ):
        assert await code_of(posting.post(actor, place.id, "Look", attachments=ids)) == code
    codes = await asyncio.gather(
        *(code_of(posting.post(aiko, room.id, f"{n}", attachments=[file["id"], file["id"]])) for n in range(5))
    )
    assert sorted(codes, key=str) == [None, *["attachment_not_found"] * 4]


async def test_a_resend_is_the_same_message(make: Factory, desk: Desk, posting: Posting):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    nonce, file = new_id(), await desk.file(aiko, room)
    first = await posting.post(aiko, room.id, "", nonce=nonce, attachments=[file["id"]])
    again = await posting.post(aiko, room.id, "", nonce=nonce, attachments=[file["id"]])
    assert (again.id, again.attachments) == (first.id, first.attachments)


async def test_captions_and_deleted_files_show_in_the_message(do: Do, make: Factory, desk: Desk, posting: Posting):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    one, two = [await desk.file(aiko, room) for _ in "12"]
    sent = await posting.post(aiko, room.id, "", attachments=[one["id"], two["id"]])
    await do(aiko, change_caption, one["id"], "  The sea \n at dawn ")
    [told] = (await do(aiko, history, room.id)).messages
    assert [each.get("caption") for each in told.attachments] == ["The sea at dawn", None]
    assert await code_of(do(aiko, change_caption, one["id"], "x" * 501)) == "caption_too_long"
    await do(aiko, delete_file, two["id"])
    [told] = (await do(aiko, history, room.id)).messages
    assert [each["id"] for each in told.attachments] == [one["id"]]
    assert await code_of(do(aiko, edit_message, sent.id, " ")) is None
    await do(aiko, delete_file, one["id"])
    [told] = (await do(aiko, history, room.id)).messages
    assert (told.deleted, told.attachments) == (True, ())


async def test_captions_are_limited_as_marks_are(do: Do, work: UnitOfWork, make: Factory, desk: Desk):
    aiko = await make.actor()
    file = await desk.file(aiko, await make.room({Role.MASTER: aiko}))
    assert await work.admits(MARKS, str(aiko.user_id), count=MARKS.amount - 1)
    await do(aiko, change_caption, file["id"], "The sea")
    assert await code_of(do(aiko, change_caption, file["id"], "The shore")) == "rate_limited"


async def test_a_message_is_found_by_the_files_that_it_has_now(do: Do, make: Factory, desk: Desk, posting: Posting):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    kept, gone = [await desk.file(aiko, room, name=f"{name}.png") for name in ("kept", "gone")]
    sent = await posting.post(aiko, room.id, "Holiday", attachments=[kept["id"], gone["id"]])

    async def finds(words: str) -> bool:
        return [hit.message.id for hit in (await do(aiko, search_messages, SearchFilter(words))).hits] == [sent.id]

    assert await finds("gone")
    await do(aiko, delete_file, gone["id"])
    await do(aiko, change_caption, kept["id"], "Lighthouse")
    assert not await finds("gone")
    assert [await finds(words) for words in ("holiday", "kept", "lighthouse", "has:image")] == [True] * 4


@pytest.mark.parametrize("words", ["日本海の夕日", "夕日", "sunset", "has:image", "has:file sunset"])
async def test_messages_are_found_by_the_names_of_their_files(
    do: Do, make: Factory, desk: Desk, posting: Posting, words: str
):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    file = await desk.file(aiko, room, name="日本海の夕日 sunset.png")
    sent = await posting.post(aiko, room.id, "", attachments=[file["id"]])
    await posting.post(aiko, room.id, "Something else")
    found = await do(aiko, search_messages, SearchFilter(words))
    assert [hit.message.id for hit in found.hits] == [sent.id]
    assert (await do(aiko, search_messages, SearchFilter("has:audio sunset"))).hits == []


async def test_sounds_are_found_as_such(do: Do, make: Factory, desk: Desk, posting: Posting):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    file = await desk.file(aiko, room, made.mp3(20), "waves.mp3")
    sent = await posting.post(aiko, room.id, "Listen", attachments=[file["id"]])
    await posting.post(aiko, room.id, "Listen to me")
    for words, count in (("listen has:audio", 1), ("has:file waves", 1), ("listen has:image", 0)):
        hits = (await do(aiko, search_messages, SearchFilter(words))).hits
        assert [hit.message.id for hit in hits] == [sent.id] * count


async def test_a_tab_that_does_not_know_that_a_file_was_sent_deletes_nothing(
    do: Do, make: Factory, desk: Desk, posting: Posting
):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    file = await desk.file(aiko, room)
    message = await posting.post(aiko, room.id, "", attachments=[file["id"]])
    assert await code_of(do(aiko, delete_file, file["id"], unsent=True)) == "attachment_not_found"
    async with do.work.begin() as ctx:
        kept = await ctx.db.get_one(Message, message.id)
        assert (kept.deleted_at, len(kept.attachments or ())) == (None, 1)
    unsent = await desk.file(aiko, room)
    await do(aiko, delete_file, unsent["id"], unsent=True)
    assert await code_of(do(aiko, view_file, unsent["id"], desk.storage)) == "attachment_not_found"
