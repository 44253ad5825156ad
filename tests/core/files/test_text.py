"""The text of a file for display: its beginning, and only for text files."""

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.files.errors import AttachmentNotFound
from chat_app.core.files.kinds import FileKind, FileStatus
from chat_app.core.files.queries import TEXT_SHOWN_MAX, read_text
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.commands import delete_message
from chat_app.core.rooms.tables import Room
from tests.support.factory import Factory
from tests.support.files import make_file
from tests.support.use_cases import Do


@pytest.fixture
async def aiko(make: Factory) -> Actor:
    return await make.actor(name="Aiko")


@pytest.fixture
async def room(make: Factory, aiko: Actor) -> Room:
    return await make.room({Role.MASTER: aiko})


async def test_text_is_its_beginning_in_characters(do: Do, work: UnitOfWork, room: Room, aiko: Actor):
    file = await make_file(work, room, aiko, "lamps.txt", "灯台の話 " * 100_000, kind=FileKind.TEXT)
    assert await do(aiko, read_text, file.id, 3) == {"text": "灯台の", "whole": False}
    whole = await do(aiko, read_text, file.id)
    assert (len(whole["text"]), whole["whole"]) == (TEXT_SHOWN_MAX, False)
    assert len((await do(aiko, read_text, file.id, 10**9))["text"]) == TEXT_SHOWN_MAX
    short = await make_file(work, room, aiko, "short.txt", "Hello", kind=FileKind.TEXT)
    assert await do(aiko, read_text, short.id, 5) == {"text": "Hello", "whole": True}
    assert await do(aiko, read_text, short.id, -1) == {"text": "H", "whole": False}


async def test_other_files_and_others_drafts_have_no_text(
    do: Do, work: UnitOfWork, make: Factory, room: Room, aiko: Actor
):
    ben = await make.actor()
    await make.join(room, ben)
    book = await make_file(work, room, aiko, "book.pdf", "Chapter one")
    note = await make_file(work, room, aiko, "note.txt", "Hello", kind=FileKind.TEXT)
    for who, file in ((aiko, book), (ben, note)):
        with pytest.raises(AttachmentNotFound):
            await do(who, read_text, file.id)
    posting = Posting(work, gateway=None)  # type: ignore[arg-type]
    message = await posting.post(aiko, room.id, "", attachments=[str(note.id)])
    assert (await do(ben, read_text, note.id))["text"] == "Hello"
    await do(aiko, delete_message, message.id)
    with pytest.raises(AttachmentNotFound):
        await do(ben, read_text, note.id)


async def test_text_of_a_file_that_was_not_accepted_is_not_found(do: Do, work: UnitOfWork, room: Room, aiko: Actor):
    file = await make_file(work, room, aiko, "note.txt", "Hello", kind=FileKind.TEXT)
    async with work.begin() as ctx:
        (await ctx.db.get_one(Attachment, file.id)).status = FileStatus.REFUSED
    with pytest.raises(AttachmentNotFound):
        await do(aiko, read_text, file.id)
