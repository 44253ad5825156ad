"""A message that is published from an aside has copies of its files; those of the aside stay private."""

from pathlib import Path

import pytest
from sqlalchemy import select, text

from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.ai.asking.publishing import Publishing
from chat_app.core.files.attached.copying import FileCopies
from chat_app.core.files.commands import UPLOADS
from chat_app.core.files.errors import AttachmentNotFound
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.queries import read_text, view_file
from chat_app.core.files.storage.keys import file_key
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import RateLimited
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.errors import SlowMode
from chat_app.core.messages.queries import history
from chat_app.core.messages.tables import Message, Status
from chat_app.core.rooms.asides import open_aside
from chat_app.core.rooms.commands import update_room
from chat_app.core.rooms.tables import Room
from chat_app.core.search.files import index_file
from chat_app.core.search.queries import search_messages
from chat_app.core.search.rules import SearchFilter
from tests.core.ai.publishing_files.files import _ids, ask
from tests.support.refusal import refused
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow


@pytest.fixture
def publishing(work: UnitOfWork, storage: DiskStorage) -> Publishing:
    return Publishing(work, FileCopies(work, storage))


async def read(storage: DiskStorage, folder: Path, key: str) -> bytes:
    await storage.fetch(key, folder / "read")
    return (folder / "read").read_bytes()


@pytest.mark.parametrize("text", ["Look at this", ""])
async def test_published_message_has_copies_of_its_files(
    do: Do,
    work: UnitOfWork,
    storage: DiskStorage,
    publishing: Publishing,
    aiko: Actor,
    ben: Actor,
    room: Room,
    tmp_path: Path,
    text: str,
):
    private, files = await ask(do, work, storage, tmp_path, aiko, room, text)
    published = await publishing.publish(aiko, private.id)
    assert (await publishing.publish(aiko, private.id)).id == published.id
    [seen] = (await do(ben, history, room.id)).messages
    assert (seen.id, seen.text) == (published.id, text)
    picture, note = seen.attachments
    assert {picture["id"], note["id"]}.isdisjoint({str(each.id) for each in files})
    assert (picture["name"], picture["caption"], picture["exclude_from_ai"]) == ("fox.png", "A fox", True)
    assert await do(ben, read_text, note["id"]) == {"text": "The lighthouse keeper", "whole": True}
    assert await read(storage, tmp_path, f"{picture['id']}/file") == b"fox.png"
    assert await read(storage, tmp_path, f"{picture['id']}/thumb1.webp") == b"small"
    for file in files:
        with pytest.raises(AttachmentNotFound):
            await do(ben, view_file, file.id, storage)
    for each in (picture, note):
        assert (await do(ben, view_file, each["id"], storage))["message"] == str(seen.id)
    await index_file(work, (await _row(work, note["id"])).id)
    assert [hit.message.id for hit in (await do(ben, search_messages, SearchFilter("lighthouse"))).hits] == [seen.id]
    await do(aiko, delete_message, private.id)  # the private one
    assert await do(ben, read_text, note["id"])
    assert len((await do(ben, history, room.id)).messages) == 1


async def _row(work: UnitOfWork, file_id: str) -> Attachment:
    async with work.begin() as ctx:
        return (await ctx.db.scalars(select(Attachment).where(Attachment.id == file_id))).one()


async def test_refused_publication_leaves_no_copies(
    do: Do,
    work: UnitOfWork,
    storage: DiskStorage,
    publishing: Publishing,
    aiko: Actor,
    ben: Actor,
    room: Room,
    tmp_path: Path,
):
    private, files = await ask(do, work, storage, tmp_path, ben, room, "Look")
    await do(aiko, update_room, room.id, slow_seconds=60)
    posting = Posting(work, gateway=None)  # type: ignore[arg-type]
    await posting.post(ben, room.id, "I have just said something")
    with pytest.raises(SlowMode):
        await publishing.publish(ben, private.id)
    assert await _ids(work) == {each.id for each in files}
    await storage.delete(file_key(files[1].id))
    await do(aiko, update_room, room.id, slow_seconds=0)
    with pytest.raises(AttachmentNotFound):
        await publishing.publish(ben, private.id)
    assert await _ids(work) == {each.id for each in files}


@pytest.mark.parametrize(("status", "copied"), [("pending", None), ("failed", None), ("done", "done")])
async def test_transcript_that_is_not_there_yet_is_made_anew_of_a_copy(
    do: Do,
    work: UnitOfWork,
    storage: DiskStorage,
    publishing: Publishing,
    aiko: Actor,
    room: Room,
    tmp_path: Path,
    status: str,
    copied: str | None,
):
    private, files = await ask(do, work, storage, tmp_path, aiko, room, "Listen")
    async with work.begin() as ctx:
        file = await ctx.db.get_one(Attachment, files[1].id)
        file.kind, file.transcript = FileKind.AUDIO, {"status": status, "text": "The lighthouse keeper"}
    [_, shown] = (await publishing.publish(aiko, private.id)).attachments
    assert shown.get("transcript", {}).get("status") == copied
    async with work.begin() as ctx:
        queued = await ctx.db.scalar(
            text("SELECT count(*) FROM procrastinate_jobs WHERE args->>'attachment' = :id"), {"id": shown["id"]}
        )
    assert queued == (0 if copied else 1)


async def test_copies_count_as_uploads(
    do: Do, work: UnitOfWork, storage: DiskStorage, publishing: Publishing, aiko: Actor, room: Room, tmp_path: Path
):
    private, files = await ask(do, work, storage, tmp_path, aiko, room, "Look")
    await work.limit(UPLOADS, str(aiko.user_id))
    assert await work.admits(UPLOADS, str(aiko.user_id), count=UPLOADS.amount - 2)
    with pytest.raises(RateLimited):  # there are two files, and one more upload
        await publishing.publish(aiko, private.id)
    assert await _ids(work) == {each.id for each in files}


async def test_only_own_aside_is_published(
    do: Do,
    work: UnitOfWork,
    storage: DiskStorage,
    publishing: Publishing,
    aiko: Actor,
    ben: Actor,
    room: Room,
    tmp_path: Path,
):
    private, files = await ask(do, work, storage, tmp_path, aiko, room, "Look")
    with refused("message_not_found"):
        await publishing.publish(ben, private.id)
    assert await _ids(work) == {each.id for each in files}


async def test_picture_that_was_not_drawn_has_nothing_to_publish(
    do: Do, work: UnitOfWork, publishing: Publishing, aiko: Actor, room: Room
):
    aside = (await do(aiko, open_aside, room.id)).room
    async with work.begin() as ctx:
        failed = Message(
            room_id=aside.id,
            seq=1,
            rev=1,
            is_ai=True,
            text="a fox",
            drawing={},
            status=Status.FAILED,
            created_at=ctx.now,
        )
        ctx.db.add(failed)
    with refused("nothing_to_publish"):
        await publishing.publish(aiko, failed.id)
